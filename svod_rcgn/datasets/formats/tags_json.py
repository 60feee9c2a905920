"""The Recognizer's layout: pictures in images/, and tags.json with the tags of each file."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from ...errors import InputError
from ..records import NewPicture
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
    tagged,
    without_boxes,
    without_classes,
)

FILE = "tags.json"
_LARGEST = 100_000_000


def read(path: Path) -> Imported:
    """Read a folder with images/ and tags.json, or the latter's path.

    Raises:
        InputError: It is damaged, or none of its pictures is there.
    """
    file = path / FILE if path.is_dir() else path
    try:
        tags = msgspec.json.decode(read_text(file, _LARGEST), type=dict[str, list[str]])
    except (msgspec.DecodeError, RecursionError) as error:
        raise InputError(f"{file}: {error}; expected an object of lists of tags by file") from error
    index = PictureIndex(file.parent)
    found = {name: index.find(name) for name in tags}
    said = {path: tuple(tags[name]) for name, path in found.items() if path}
    if not said and tags:
        raise InputError(f"{file}: none of its pictures is there; expected them in images/")
    pictures = [NewPicture(name_in(each), reader_of(each), said.get(each, ())) for each in index]
    return Imported(pictures, notes=lacking([name for name, path in found.items() if not path]))


def write(export: Export, folder: Path) -> Sequence[str]:
    """Write images/ and tags.json; a picture without tags is not named there."""
    names = file_names(export.pictures)
    copy_pictures(export.pictures, names, folder / "images")
    tags = {names[each.hash]: each.yes for each in export.pictures if each.yes}
    (folder / FILE).write_bytes(msgspec.json.format(msgspec.json.encode(tags), indent=4))
    return [*without_boxes(export), *without_classes(export, tagged(export))]
