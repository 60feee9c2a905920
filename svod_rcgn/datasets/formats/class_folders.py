"""A folder for each class: CLASS/picture. A picture in two of them has two tags; one in none has none."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from ...errors import InputError
from ..class_names import folders_of, name_of, readable
from ..records import NewPicture
from .exchange import Export, Imported, file_names, name_in, pictures_under, reader_of, without_boxes

_SIDES = frozenset({"train", "training", "test", "testing", "val", "valid", "validation"})


def read(path: Path) -> Imported:
    """Read folders of classes; TRAIN/CLASS/picture and the like too.

    Raises:
        InputError: There are no pictures.
    """
    pictures = pictures_under(path)
    if not pictures:
        raise InputError(f"{path}: no pictures; expected CLASS/pictures")
    folders = [each for each in sorted(path.iterdir()) if each.is_dir() and not each.name.startswith(".")]
    depth = int(bool(folders) and all(_is_side(each) for each in folders))
    if depth:
        folders = [each for side in folders for each in sorted(side.iterdir()) if each.is_dir()]
    classes = tuple(dict.fromkeys(_class(each.name) for each in folders))
    notes = ("train, test and the like taken for sides and not for classes",) if depth else ()
    return Imported([_picture(each, path, depth) for each in pictures], classes, notes)


def _is_side(folder: Path) -> bool:
    return folder.name.casefold() in _SIDES and any(each.is_dir() for each in folder.iterdir())


def _class(folder: str) -> str:
    return name_of(readable(folder))


def _picture(path: Path, root: Path, depth: int) -> NewPicture:
    folders = path.relative_to(root).parts[depth:-1]
    return NewPicture(name_in(path), reader_of(path), yes=tuple(map(_class, folders[:1])))


def write(export: Export, folder: Path) -> Sequence[str]:
    """Write a folder for each class, be it empty; pictures without tags lie beside the folders."""
    folders, names = folders_of(export.classes), file_names(export.pictures)
    for name in folders.values():
        (folder / name).mkdir()
    for each in export.pictures:
        for place in [folder / folders[label] for label in each.yes] or [folder]:
            shutil.copyfile(each.path, place / names[each.hash])
    return without_boxes(export)
