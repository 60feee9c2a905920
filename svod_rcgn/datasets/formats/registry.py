"""The formats by name, and which of them something is in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...errors import InputError
from . import class_folders, coco, csv_table, cvat, idx, label_studio, tags_json, voc, yolo
from .exchange import Imported, Writer


@dataclass(frozen=True, slots=True)
class Format:
    """One format: what to call it, how to tell it, to read and to write it."""

    name: str
    fits: Callable[[Path], bool]
    read: Callable[[Path], Imported]
    write: Writer


def _is_coco(path: Path) -> bool:
    if path.is_dir():
        return any(map(coco.is_coco, path.rglob("*.json")))
    return path.suffix.lower() == ".json" and path.name != tags_json.FILE


def _is_csv(path: Path) -> bool:
    return any(path.glob("*.csv")) if path.is_dir() else path.suffix.lower() == ".csv"


def _is_idx(path: Path) -> bool:
    if path.is_dir():
        return any(idx.is_idx(each) for each in path.iterdir() if each.is_file())
    return idx.is_idx(path)


def _is_tags_json(path: Path) -> bool:
    return (path / tags_json.FILE).is_file() if path.is_dir() else path.name == tags_json.FILE


def _is_voc(path: Path) -> bool:
    return path.is_dir() and ((path / voc.FOLDER).is_dir() or any(path.rglob("*.xml")))


def _is_yolo(path: Path) -> bool:
    return yolo.names_in(path) is not None if path.is_dir() else path.suffix.lower() in (".yaml", ".yml")


FORMATS: Sequence[Format] = (  # in the order in which they are tried
    Format("tags_json", _is_tags_json, tags_json.read, tags_json.write),
    Format("yolo", _is_yolo, yolo.read, yolo.write),
    Format("cvat", cvat.is_cvat, cvat.read, cvat.write),
    Format("voc", _is_voc, voc.read, voc.write),
    Format("label_studio", label_studio.is_label_studio, label_studio.read, label_studio.write),
    Format("coco", _is_coco, coco.read, coco.write),
    Format("csv", _is_csv, csv_table.read, csv_table.write),
    Format("idx", _is_idx, idx.read, idx.write),
    Format("class_folders", Path.is_dir, class_folders.read, class_folders.write),
)

NAMES = tuple(each.name for each in FORMATS)


def format_called(name: str) -> Format:
    """The format of a name out of `NAMES`."""
    return next(each for each in FORMATS if each.name == name)


def format_of(path: Path) -> Format:
    """The format that something is in.

    Raises:
        InputError: It is not there, or in none of them.
    """
    if not path.exists():
        raise InputError(f"{path}: no such file or folder")
    for each in FORMATS:
        if each.fits(path):
            return each
    raise InputError(f"{path}: in no format that is read here; these are: {', '.join(NAMES)}")
