"""A table with a row for each tag and box, in CSV.

    picture, class, said, left, top, right, bottom

`said` is yes or no for a tag, box for a box, nothing for a picture of which somebody said that it has
no boxes, and empty for a picture without anything. Tables of other programs are read by the names of
their columns; there a row with corners is a box, and one without is a tag.
"""

import csv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ...errors import InputError
from ...records import Box
from ...storage import spreadsheets
from ..records import NewBox, NewPicture
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
    tagged,
    without_classes,
)

FILE = "annotations.csv"
_COLUMNS = ("picture", "class", "said", "left", "top", "right", "bottom")
_OTHERS = {
    "picture": ("filename", "file_name", "file", "image", "image_path", "path", "name"),
    "class": ("label", "tag", "category", "class_name"),
    "said": (),
    "left": ("xmin", "x_min", "x1"),
    "top": ("ymin", "y_min", "y1"),
    "right": ("xmax", "x_max", "x2"),
    "bottom": ("ymax", "y_max", "y2"),
}
_CORNERS = _COLUMNS[3:]
_SAID = ("yes", "no", "box", "nothing", "")


@dataclass(slots=True)
class _Rows:
    """What the rows of one picture say."""

    yes: list[str] = field(default_factory=list)
    no: list[str] = field(default_factory=list)
    boxes: list[NewBox] | None = None


def read(path: Path) -> Imported:
    """Read a table, or the one that lies in a folder; its pictures lie anywhere beside it.

    Raises:
        InputError: It is no such table, a value is no number, or none of its pictures is there.
    """
    file = _file(path)
    header, *rows = spreadsheets.read_rows(file)
    columns = _columns([cell.casefold() for cell in header], file)
    index = PictureIndex(file.parent)
    said: dict[Path, _Rows] = defaultdict(_Rows)
    missing = []
    for number, row in enumerate(rows, start=2):
        cells = {name: row[place] if place < len(row) else "" for name, place in columns.items()}
        found = index.find(cells["picture"])
        if found is None:
            missing.append(cells["picture"])
        else:
            _note(said[found], cells, f"{file}: row {number}")
    if not said:
        raise InputError(f"{file}: none of its pictures is there; put them beside it")
    pictures = [_picture(each, rows) for each, rows in said.items()]
    return Imported(pictures, notes=lacking(list(dict.fromkeys(missing))))


def _file(path: Path) -> Path:
    tables = sorted(path.glob("*.csv")) if path.is_dir() else [path]
    if len(tables) != 1:
        raise InputError(f"{path}: {len(tables)} tables; name the one to read")
    return tables[0]


def _columns(header: Sequence[str], file: Path) -> dict[str, int]:
    columns = {}
    for name, others in _OTHERS.items():
        places = [header.index(each) for each in (name, *others) if each in header]
        if places:
            columns[name] = places[0]
    if "picture" not in columns or "class" not in columns:
        raise InputError(f"{file}: its first row names no picture and class; expected {', '.join(_COLUMNS)}")
    return columns


def _note(rows: _Rows, cells: Mapping[str, str], place: str) -> None:
    label = cells["class"]
    has_corners = any(cells.get(corner) for corner in _CORNERS)
    said = cells.get("said", "box" if has_corners else "yes" if label else "").casefold()
    if said not in _SAID:
        raise InputError(f"{place}: {said!r} is said; expected {', '.join(_SAID[:-1])} or nothing at all")
    if said in ("yes", "no"):
        (rows.yes if said == "yes" else rows.no).append(label)
    elif said:
        rows.boxes = rows.boxes or []
        rows.boxes += [NewBox(label, _box(cells, place))] if said == "box" else []


def _box(cells: Mapping[str, str], place: str) -> Box:
    try:
        left, top, right, bottom = (float(cells.get(corner, "")) for corner in _CORNERS)
    except ValueError as error:
        raise InputError(
            f"{place}: a corner is no number; expected {', '.join(_CORNERS)} in pixels"
        ) from error
    return Box(left, top, right, bottom)


def _picture(path: Path, rows: _Rows) -> NewPicture:
    boxes = None if rows.boxes is None else tuple(rows.boxes)
    return NewPicture(name_in(path), reader_of(path), tuple(rows.yes), tuple(rows.no), boxes)


def write(export: Export, folder: Path) -> Sequence[str]:
    """Write the table and the pictures beside it."""
    names = file_names(export.pictures)
    copy_pictures(export.pictures, names, folder / "pictures")
    with (folder / FILE).open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(_COLUMNS)
        for each in export.pictures:
            name = f"pictures/{names[each.hash]}"
            tags = [(label, "yes") for label in each.yes] + [(label, "no") for label in each.no]
            table.writerows((name, label, said, "", "", "", "") for label, said in tags)
            for box in each.boxes or ():
                corners = (box.box.left, box.box.top, box.box.right, box.box.bottom)
                table.writerow((name, box.label, "box", *map(repr, corners)))
            if not each.boxes and (each.boxes is not None or not tags):
                table.writerow((name, "", "" if each.boxes is None else "nothing", "", "", "", ""))
    denied = [label for each in export.pictures for label in each.no]
    return without_classes(export, [*tagged(export), *denied, *boxed(export)])
