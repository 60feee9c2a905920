"""CVAT's own XML ("CVAT for images 1.1"): boxes and tags of pictures that lie anywhere beside it.

A picture that it names counts as looked at: what has no box there has none.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

from ...errors import InputError
from ...records import Box
from ...text import counted
from ..records import NewBox, NewPicture, Picture
from .exchange import Export, Imported, PictureIndex, copy_pictures, file_names, lacking, name_in, reader_of
from .xml_files import child, number_of, parsed

FILE = "annotations.xml"
_SIDES = ("xtl", "ytl", "xbr", "ybr")
_LARGEST = 200_000_000


def is_cvat(path: Path) -> bool:
    """Whether there is a file of CVAT's: it alone has one for all pictures, called so."""
    file = path / FILE if path.is_dir() else path
    return file.name == FILE and file.is_file()


def read(path: Path) -> Imported:
    """Read annotations.xml, or the one in a folder.

    Raises:
        InputError: It is damaged, or none of its pictures is there.
    """
    file = path / FILE if path.is_dir() else path
    root = parsed(file, _LARGEST, "annotations")
    index = PictureIndex(file.parent)
    named = [(each.get("name") or "", each) for each in root.iterfind("image")]
    found = [(index.find(name), each) for name, each in named]
    pictures = [_picture(path, each, file) for path, each in found if path]
    if named and not pictures:
        raise InputError(f"{file}: none of its pictures is there; put them beside it")
    missing = [name for (name, _), (path, _) in zip(named, found, strict=True) if not path]
    there = {path for path, _ in found}
    pictures += [NewPicture(name_in(each), reader_of(each)) for each in index if each not in there]
    return Imported(pictures, _classes(root), (*lacking(missing), *_shapes(root)))


def _classes(root: ET.Element) -> tuple[str, ...]:
    labels = (each.findtext("name") or "" for each in root.iterfind("meta//labels/label"))
    return tuple(dict.fromkeys(labels))


def _shapes(root: ET.Element) -> tuple[str, ...]:
    """A note on what is neither box nor tag."""
    others = sum(each.tag not in ("box", "tag") for image in root.iterfind("image") for each in image)
    return (f"{counted(others, 'shape')} left out, of which only boxes are read",) if others else ()


def _picture(path: Path, image: ET.Element, file: Path) -> NewPicture:
    width, height = (int(number_of(image.get(side, "0"), side, file)) for side in ("width", "height"))
    return NewPicture(
        name_in(path),
        reader_of(path),
        yes=tuple(each.get("label") or "" for each in image.iterfind("tag")),
        boxes=tuple(_boxes(image, file)),
        size=(width, height) if width > 0 and height > 0 else None,
    )


def _boxes(image: ET.Element, file: Path) -> Iterator[NewBox]:
    for each in image.iterfind("box"):
        left, top, right, bottom = (number_of(each.get(side), side, file) for side in _SIDES)
        yield NewBox(each.get("label") or "", Box(left, top, right, bottom))


def write(export: Export, folder: Path) -> Sequence[str]:
    """Write annotations.xml and images/; a picture with neither tags nor boxes said is not named there."""
    names = file_names(export.pictures)
    copy_pictures(export.pictures, names, folder / "images")
    root = ET.Element("annotations")
    child(root, "version", "1.1")
    labels = ET.SubElement(ET.SubElement(ET.SubElement(root, "meta"), "task"), "labels")
    for label in export.classes:
        child(ET.SubElement(labels, "label"), "name", label)
    known = [each for each in export.pictures if each.boxes is not None or each.yes]
    for number, each in enumerate(known):
        root.append(_element(number, each, names[each.hash]))
    ET.indent(root)
    ET.ElementTree(root).write(folder / FILE, "utf-8", xml_declaration=True)
    denied = sum(len(each.no) for each in export.pictures)
    return [f"{counted(denied, 'tag')} of no left out: this format says yes only"] if denied else []


def _element(number: int, picture: Picture, name: str) -> ET.Element:
    size = {"width": str(picture.width), "height": str(picture.height)}
    image = ET.Element("image", {"id": str(number), "name": name, **size})
    for label in picture.yes:
        ET.SubElement(image, "tag", {"label": label, "source": "manual"})
    for each in picture.boxes or ():
        sides = (each.box.left, each.box.top, each.box.right, each.box.bottom)
        corners = {side: f"{place:.10g}" for side, place in zip(_SIDES, sides, strict=True)}
        ET.SubElement(image, "box", {"label": each.label, "source": "manual", "occluded": "0", **corners})
    return image
