"""Pascal VOC's layout: JPEGImages/, Annotations/ with an XML a picture, ImageSets/Main/ with the sides.

Its corners count pixels from 1, and the right and lower ones belong to the box: in pixels from the
corner of the picture, one is taken from the left and upper ones, and the others stay.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

from ...errors import InputError
from ...records import Box
from ..records import NewBox, NewPicture, Picture
from .exchange import (
    Export,
    Imported,
    PictureIndex,
    boxed,
    copy_pictures,
    file_names,
    lacking,
    name_in,
    reader_of,
    without_classes,
    without_tags,
)
from .xml_files import child, number_of, parsed

FOLDER = "Annotations"
_LARGEST = 2_000_000
_CORNERS = ("xmin", "ymin", "xmax", "ymax")


def read(path: Path) -> Imported:
    """Read a folder that holds XML files and pictures, in whatever folders.

    Raises:
        InputError: A file is damaged, or none of the pictures is there.
    """
    index = PictureIndex(path)
    files = sorted(each for each in path.rglob("*.xml") if not each.name.startswith("."))
    pictures, missing, annotated = [], [], set()
    for file in files:
        root = parsed(file, _LARGEST, "annotation")
        found = _found(index, file, root)
        if found is None:
            missing.append(file.name)
            continue
        annotated.add(found)
        pictures.append(_picture(found, file, root))
    if not pictures and (missing or not (path / FOLDER).is_dir()):
        raise InputError(f"{path}: no XML file with its picture; expected {FOLDER}/ and JPEGImages/")
    others = [each for each in index if each not in annotated]
    pictures += [NewPicture(name_in(each), reader_of(each)) for each in others]
    bare = lacking(
        [each.name for each in others], "without an XML file, which may have forgotten objects or none"
    )
    return Imported(pictures, notes=(*lacking(missing, "not there"), *bare))


def _found(index: PictureIndex, file: Path, root: ET.Element) -> Path | None:
    """The picture that is called as an XML file, or that the file names: copied files name a wrong one."""
    return index.with_stem(file.stem) or index.find(root.findtext("filename") or "")


def _picture(path: Path, file: Path, root: ET.Element) -> NewPicture:
    sides = (root.findtext(f"size/{side}", "0") for side in ("width", "height"))
    width, height = (int(number_of(side, "size", file)) for side in sides)
    boxes = tuple(_boxes(root, file))
    size = (width, height) if width > 0 and height > 0 else None
    return NewPicture(name_in(path), reader_of(path), boxes=boxes, size=size)


def _boxes(root: ET.Element, file: Path) -> Iterator[NewBox]:
    for each in root.iterfind("object"):
        left, top, right, bottom = (_number(each, f"bndbox/{corner}", file) for corner in _CORNERS)
        yield NewBox(each.findtext("name") or "", Box(left - 1, top - 1, right, bottom))


def _number(element: ET.Element, path: str, file: Path) -> float:
    return number_of(element.findtext(path), path.rpartition("/")[2], file)


def write(export: Export, folder: Path) -> Sequence[str]:
    """Write pictures, an XML for each whose boxes were said, and lists of the two sides."""
    names = file_names(export.pictures)
    copy_pictures(export.pictures, names, folder / "JPEGImages")
    annotated = [each for each in export.pictures if each.boxes is not None]
    (folder / FOLDER).mkdir()
    for each in annotated:
        name = names[each.hash]
        ET.ElementTree(_element(each, name)).write(folder / FOLDER / f"{Path(name).stem}.xml", "utf-8")
    sides = folder / "ImageSets" / "Main"
    sides.mkdir(parents=True)
    for side, is_left_out in (("train", False), ("val", True)):
        stems = [
            Path(names[each.hash]).stem for each in annotated if (each.hash in export.left_out) == is_left_out
        ]
        (sides / f"{side}.txt").write_text("".join(f"{stem}\n" for stem in stems), "utf-8")
    return [*without_tags(export), *without_classes(export, boxed(export))]


def _element(picture: Picture, name: str) -> ET.Element:
    root = ET.Element("annotation")
    child(root, "folder", "JPEGImages")
    child(root, "filename", name)
    size = ET.SubElement(root, "size")
    for side, pixels in (("width", picture.width), ("height", picture.height), ("depth", 3)):
        child(size, side, str(pixels))
    for each in picture.boxes or ():
        thing = ET.SubElement(root, "object")
        child(thing, "name", each.label)
        corners = ET.SubElement(thing, "bndbox")
        box = each.box
        for corner, place in zip(_CORNERS, (box.left + 1, box.top + 1, box.right, box.bottom), strict=True):
            child(corners, corner, f"{place:.10g}")
    ET.indent(root)
    return root
