"""Label Studio's JSON: a list of tasks, each with its picture and what people said of it.

Boxes are percents of the picture as they are drawn; one that was turned counts as the box round it, and so
does a polygon. Where several people spoke, the last counts. Uploaded pictures were given eight digits before
their names, which are passed over where no picture is called so.
"""

import math
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import msgspec

from ...errors import InputError
from ...records import Box
from ...text import counted
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

FILE = "label_studio.json"
_LARGEST = 200_000_000
_SERVED = "/data/local-files/?d="
_UPLOADED = re.compile(r"^[0-9a-f]{8}-")
_SHAPES = ("rectanglelabels", "polygonlabels")


class _Value(msgspec.Struct, frozen=True):
    x: float | None = None
    y: float | None = None
    width: float | None = None
    height: float | None = None
    rotation: float = 0.0
    points: list[tuple[float, float]] = []
    rectanglelabels: list[str] = []
    polygonlabels: list[str] = []
    choices: list[str] = []


class _Result(msgspec.Struct, frozen=True):
    type: str
    value: _Value = _Value()
    original_width: int | None = None
    original_height: int | None = None
    image_rotation: float = 0.0


class _Annotation(msgspec.Struct, frozen=True):
    result: list[_Result] = []
    was_cancelled: bool = False


class _Task(msgspec.Struct, frozen=True):
    data: dict[str, Any]
    annotations: list[_Annotation] = []


def is_label_studio(path: Path) -> bool:
    """Whether it is such a file, or a folder with one in it."""
    files = sorted(path.glob("*.json")) if path.is_dir() else [path]
    return any(map(_has_tasks, files))


def _has_tasks(file: Path) -> bool:
    if file.suffix.lower() != ".json" or not file.is_file():
        return False
    try:
        tasks = msgspec.json.decode(read_text(file, _LARGEST), type=list[dict[str, msgspec.Raw]])
    except (msgspec.DecodeError, RecursionError, InputError):
        return False
    return bool(tasks) and all({"data", "annotations"} <= each.keys() for each in tasks)


def read(path: Path) -> Imported:
    """Read Label Studio's JSON, or the one in a folder; its pictures lie anywhere under the same folder.

    Raises:
        InputError: It is damaged, a box has no class or no place, or none of its pictures is there.
    """
    file = _file(path)
    try:
        tasks = msgspec.json.decode(read_text(file, _LARGEST), type=list[_Task])
    except (msgspec.DecodeError, RecursionError) as error:
        raise InputError(f"{file}: {error}") from error
    index = PictureIndex(file.parent)
    named = [(_name(each, f"{file}: task {number}"), each) for number, each in enumerate(tasks, 1)]
    found = [(_find(index, name), name, task) for name, task in named]
    pictures = [_picture(there, task, f"{file}: {name}") for there, name, task in found if there]
    if not pictures:
        raise InputError(f"{file}: none of its pictures is there; put them into its folder")
    missing = [name for there, name, _ in found if not there]
    return Imported(pictures, notes=(*lacking(missing), *_left_out(tasks)))


def _file(path: Path) -> Path:
    if not path.is_dir():
        return path
    found = [file for file in sorted(path.glob("*.json")) if _has_tasks(file)]
    if len(found) != 1:
        told = counted(len(found), "file") if found else "no file"
        raise InputError(f"{path}: {told} of Label Studio's JSON, with tasks; name the one to read")
    return found[0]


def _name(task: _Task, place: str) -> str:
    """What its picture is called; where there are several fields, the first that is a text is the picture."""
    told = next((each for each in task.data.values() if isinstance(each, str) and each), None)
    if told is None:
        raise InputError(f"{place}: names no picture")
    return unquote(told.rpartition("?d=")[2])


def _find(index: PictureIndex, name: str) -> Path | None:
    found = index.find(name)
    last = name.replace("\\", "/").rpartition("/")[2]
    return found or (index.find(_UPLOADED.sub("", last)) if _UPLOADED.match(last) else None)


def _said(task: _Task) -> _Annotation | None:
    """What was said last, if anything was."""
    return next((each for each in reversed(task.annotations) if not each.was_cancelled), None)


def _picture(path: Path, task: _Task, place: str) -> NewPicture:
    said = _said(task)
    if said is None:
        return NewPicture(name_in(path), reader_of(path))
    tags = [label for each in said.result if each.type == "choices" for label in each.value.choices]
    return NewPicture(
        name_in(path),
        reader_of(path),
        yes=tuple(dict.fromkeys(tags)),
        boxes=tuple(box for each in said.result for box in _boxes(each, place)),
    )


def _boxes(result: _Result, place: str) -> Iterator[NewBox]:
    if result.type not in _SHAPES or result.image_rotation:
        return
    labels = result.value.rectanglelabels or result.value.polygonlabels
    if not labels:
        raise InputError(f"{place}: a box has no class; give it one there")
    box = Box(*(share / 100 for share in _sides(result, place)))
    for label in labels:
        yield NewBox(label, box, relative=True)


def _sides(result: _Result, place: str) -> tuple[float, float, float, float]:
    """Left, top, right and bottom in percents of the picture's sides; a plain box's are as they were said."""
    corners = _corners(result, place)
    if not (result.value.points or result.value.rotation):
        (left, top), (right, bottom) = corners
        return left, top, right, bottom
    columns, rows = zip(*corners, strict=True)
    return min(columns), min(rows), max(columns), max(rows)


def _corners(result: _Result, place: str) -> Sequence[tuple[float, float]]:
    """The corners of a shape, in percents of the picture's sides."""
    value = result.value
    if value.points:
        return value.points
    if value.x is None or value.y is None or value.width is None or value.height is None:
        raise InputError(f"{place}: a box has no place; expected x, y, width and height in percents")
    if not value.rotation:
        return (value.x, value.y), (value.x + value.width, value.y + value.height)
    if not result.original_width or not result.original_height:
        raise InputError(f"{place}: a box is turned, and the picture's size is not said")
    shape = result.original_width / result.original_height
    cosine, sine = math.cos(math.radians(value.rotation)), math.sin(math.radians(value.rotation))
    ways = ((0.0, 0.0), (value.width, 0.0), (0.0, value.height), (value.width, value.height))
    return [
        (value.x + x * cosine - y * sine / shape, value.y + x * sine * shape + y * cosine) for x, y in ways
    ]


def _left_out(tasks: Sequence[_Task]) -> tuple[str, ...]:
    """Notes on what is neither box nor tag, and on pictures that were turned there."""
    results = [each for task in tasks if (said := _said(task)) for each in said.result]
    others = sum(each.type not in (*_SHAPES, "choices") for each in results)
    turned = sum(bool(each.image_rotation) for each in results)
    notes = []
    if others:
        notes.append(f"{counted(others, 'shape')} left out, of which only boxes and polygons are read")
    if turned:
        notes.append(f"{counted(turned, 'shape')} left out: the picture was turned there")
    return tuple(notes)


def write(export: Export, folder: Path) -> Sequence[str]:
    """Write images/ and the tasks, which Label Studio finds where it serves files of this folder."""
    names = file_names(export.pictures)
    copy_pictures(export.pictures, names, folder / "images")
    tasks = [_task(number, each, names[each.hash]) for number, each in enumerate(export.pictures, 1)]
    (folder / FILE).write_bytes(msgspec.json.format(msgspec.json.encode(tasks), indent=1))
    denied = sum(len(each.no) for each in export.pictures)
    lost = set(export.classes) - {label for each in export.pictures for label in each.yes}
    lost -= {box.label for each in export.pictures for box in each.boxes or ()}
    notes = [f"{counted(denied, 'tag')} of no left out: this format says yes only"] if denied else []
    if lost:
        notes.append(f"classes of which there is nothing to write left out: {', '.join(sorted(lost))}")
    return notes


def _task(number: int, picture: Picture, name: str) -> dict[str, Any]:
    results = [_result(each.label, each.box, picture) for each in picture.boxes or ()]
    if picture.yes:
        value = {"choices": list(picture.yes)}
        results.append({"type": "choices", "from_name": "tag", "to_name": "image", "value": value})
    said = picture.boxes is not None or bool(picture.yes)
    annotations = [{"result": results, "was_cancelled": False}] if said else []
    return {"id": number, "data": {"image": f"{_SERVED}images/{quote(name)}"}, "annotations": annotations}


def _result(label: str, box: Box, picture: Picture) -> dict[str, Any]:
    width, height = picture.width, picture.height
    return {
        "type": "rectanglelabels",
        "from_name": "label",
        "to_name": "image",
        "original_width": width,
        "original_height": height,
        "image_rotation": 0,
        "value": {
            "x": 100 * box.left / width,
            "y": 100 * box.top / height,
            "width": 100 * box.width / width,
            "height": 100 * box.height / height,
            "rotation": 0,
            "rectanglelabels": [label],
        },
    }
