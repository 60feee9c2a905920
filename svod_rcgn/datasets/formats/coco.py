"""COCO's JSON: instances.json with pictures, categories and boxes (cocodataset.org/#format-data).

What COCO has no place for is kept in fields that its readers pass over: `tags`, and `annotated` where
nobody has said yet what a picture shows.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from ...errors import InputError
from ...records import Box
from ...text import counted
from ..class_names import checked
from ..records import NewBox, NewPicture, Picture
from .exchange import (
    Export,
    Imported,
    PictureIndex,
    copy_pictures,
    file_names,
    lacking,
    name_in,
    read_text,
    reader_of,
)

FILE = "instances.json"
_LARGEST = 500_000_000


class _Tags(msgspec.Struct, frozen=True):
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()


class _Image(msgspec.Struct, frozen=True, omit_defaults=True):
    id: int | str
    file_name: str
    width: int = 0
    height: int = 0
    tags: _Tags = _Tags()
    annotated: bool = True


class _Category(msgspec.Struct, frozen=True):
    id: int
    name: str


class _Annotation(msgspec.Struct, frozen=True):
    image_id: int | str
    category_id: int
    bbox: tuple[float, float, float, float]
    id: int | str | None = None
    iscrowd: int = 0


class _Coco(msgspec.Struct, frozen=True):
    images: list[_Image]
    annotations: list[_Annotation]
    categories: list[_Category]


def is_coco(file: Path) -> bool:
    """Whether a JSON file has what COCO's must have, or is too damaged to be asked."""
    try:
        keys = msgspec.json.decode(read_text(file, _LARGEST), type=dict[str, msgspec.Raw])
    except msgspec.ValidationError:
        return False
    except (msgspec.DecodeError, RecursionError, InputError):
        return True
    return {"images", "annotations", "categories"} <= keys.keys()


def read(path: Path) -> Imported:
    """Read COCO's JSON, or the one in a folder; its pictures lie anywhere under the same folder.

    Raises:
        InputError: It is damaged, a box is of a category or picture that is not listed, two categories
            have one name, or none of its pictures is there.
    """
    file = _file(path)
    try:
        coco = msgspec.json.decode(read_text(file, _LARGEST), type=_Coco)
    except (msgspec.DecodeError, RecursionError) as error:
        raise InputError(f"{file}: {error}") from error
    categories = _categories(coco, file)
    boxes, crowds = _boxes(coco, categories, file)
    index = PictureIndex(file.parent)
    found = [(image, index.find(image.file_name)) for image in coco.images]
    pictures = [_picture(image, path, boxes[image.id]) for image, path in found if path]
    if not pictures:
        raise InputError(f"{file}: none of its pictures is there; put them into its folder")
    notes = lacking([image.file_name for image, path in found if not path])
    if crowds:
        notes += (f"{crowds:,} boxes of crowds left out: each stands for many things",)
    return Imported(pictures, tuple(categories.values()), notes)


def _file(path: Path) -> Path:
    if not path.is_dir():
        return path
    found = [file for file in sorted(path.rglob("*.json")) if is_coco(file)]
    if not found:
        raise InputError(f"{path}: no file in it is COCO's JSON, with images, annotations and categories")
    if len(found) > 1:
        raise InputError(f"{path}: {counted(len(found), 'file')} of COCO's JSON; name the one to read")
    return found[0]


def _categories(coco: _Coco, file: Path) -> dict[int, str]:
    categories = {each.id: checked(each.name) for each in coco.categories}
    name, count = (
        Counter(checked(each.name) for each in coco.categories).most_common(1)[0] if categories else ("", 0)
    )
    if count > 1:
        raise InputError(f"{file}: {count} categories are called {name!r}; rename or join them there")
    return categories


def _boxes(
    coco: _Coco, categories: Mapping[int, str], file: Path
) -> tuple[Mapping[int | str, list[NewBox]], int]:
    """The boxes of each picture, and how many were of crowds."""
    boxes: dict[int | str, list[NewBox]] = defaultdict(list)
    listed = {image.id for image in coco.images}
    crowds = 0
    for place, each in enumerate(coco.annotations):
        if each.category_id not in categories or each.image_id not in listed:
            what, number = (
                ("category", each.category_id) if each.image_id in listed else ("image", each.image_id)
            )
            raise InputError(
                f"{file}: annotation {each.id or place} is of {what} {number}, which is not listed"
            )
        if each.iscrowd:
            crowds += 1
            continue
        left, top, width, height = each.bbox
        boxes[each.image_id].append(
            NewBox(categories[each.category_id], Box(left, top, left + width, top + height))
        )
    return boxes, crowds


def _picture(image: _Image, path: Path, boxes: Sequence[NewBox]) -> NewPicture:
    return NewPicture(
        name_in(path),
        reader_of(path),
        image.tags.yes,
        image.tags.no,
        tuple(boxes) if boxes or image.annotated else None,
        size=(image.width, image.height) if image.width and image.height else None,
    )


def write(export: Export, folder: Path) -> Sequence[str]:
    """Write the pictures and instances.json beside them."""
    names = file_names(export.pictures)
    copy_pictures(export.pictures, names, folder / "pictures")
    numbers = {label: number for number, label in enumerate(export.classes, start=1)}
    images = [_image(number, each, names[each.hash]) for number, each in enumerate(export.pictures, start=1)]
    annotations: list[dict[str, Any]] = []
    for number, each in enumerate(export.pictures, start=1):
        for labelled in each.boxes or ():
            annotations.append(
                _annotation(len(annotations) + 1, number, numbers[labelled.label], labelled.box)
            )
    coco = {
        "info": {"description": export.name},
        "images": images,
        "annotations": annotations,
        "categories": [{"id": number, "name": label} for label, number in numbers.items()],
    }
    (folder / FILE).write_bytes(msgspec.json.format(msgspec.json.encode(coco), indent=1))
    return []


def _image(number: int, picture: Picture, name: str) -> _Image:
    return _Image(
        number,
        f"pictures/{name}",
        picture.width,
        picture.height,
        _Tags(picture.yes, picture.no),
        picture.boxes is not None,
    )


def _annotation(number: int, image: int, category: int, box: Box) -> dict[str, Any]:
    return {
        "id": number,
        "image_id": image,
        "category_id": category,
        "bbox": [box.left, box.top, box.width, box.height],
        "area": box.width * box.height,
        "iscrowd": 0,
        "segmentation": [],
    }
