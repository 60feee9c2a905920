"""The files of a dataset, each under the hash of its content, and what they look like."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..records import Box
from ..storage import files, images, signatures
from ..storage.images import PictureFile
from ..storage.sqlite import Connection, Database
from .likeness import GRADIENT_BYTES, THUMBNAIL_BYTES, Look, Looks, look_of
from .records import path_of_hash

_SUFFIXES = {"JPEG": ".jpg", "HEIF": ".heic"}
_Turn = Callable[[float, float, int, int], tuple[float, float]]
_TURNED: dict[int, _Turn] = {
    5: lambda x, y, _width, _height: (y, x),
    6: lambda x, y, _width, height: (height - y, x),
    7: lambda x, y, width, height: (height - y, width - x),
    8: lambda x, y, width, _height: (y, width - x),
}


@dataclass(frozen=True, slots=True, eq=False)
class StoredPicture:
    """A picture's file and look, ready to be kept; `orientation` is EXIF's, 1 where it has none."""

    hash: str
    suffix: str
    data: bytes
    look: Look
    orientation: int


def examine(file: PictureFile) -> StoredPicture:
    """Look into a picture's file.

    Raises:
        InputError: It cannot be read as a picture.
    """
    look = look_of(images.decode(file))
    kind = str(signatures.kind_of(file.data).format)
    suffix = _SUFFIXES.get(kind, f".{kind.lower()}")
    digest = hashlib.sha256(file.data).hexdigest()
    return StoredPicture(digest, suffix, file.data, look, images.orientation_of(file))


def turned(box: Box, picture: StoredPicture) -> Box:
    """A box of the picture as it lies in its file, of width and height swapped, after the EXIF turn."""
    turn = _TURNED[picture.orientation]
    width, height = picture.look.height, picture.look.width  # as they lie in the file
    ones, others = turn(box.left, box.top, width, height), turn(box.right, box.bottom, width, height)
    (left, right), (top, bottom) = (sorted(pair) for pair in zip(ones, others, strict=True))
    return Box(left, top, right, bottom)


def lies_turned(picture: StoredPicture, size: tuple[int, int]) -> bool:
    """Whether a size in pixels is that of the picture as it lies in its file, before the EXIF turn."""
    return picture.orientation in _TURNED and size == (picture.look.height, picture.look.width)


class PictureFolder:
    """Files that never change, in folders by the first two digits of their hash."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, digest: str, suffix: str) -> Path:
        """Where a picture lies, or would."""
        return path_of_hash(self.folder, digest, suffix)

    def keep(self, picture: StoredPicture) -> None:
        """Write a file where it is not there."""
        path = self.path(picture.hash, picture.suffix)
        if not path.exists():
            files.write_bytes(path, picture.data)

    def remove(self, digest: str, suffix: str) -> None:
        """Delete a file."""
        self.path(digest, suffix).unlink(missing_ok=True)


class LookIndex:
    """The looks of all pictures in a database, brought up to date whenever it is asked."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._looks = Looks.empty()
        self._ids: list[int] = []

    def insert(self, connection: Connection, picture: StoredPicture) -> int:
        """Write a new picture's row, and which others it looks like; its id."""
        self._catch_up()
        look = picture.look
        cursor = connection.execute(
            "INSERT INTO pictures (hash, suffix, bytes, width, height, sharpness, gradients, thumbnail) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                picture.hash,
                picture.suffix,
                len(picture.data),
                look.width,
                look.height,
                look.sharpness,
                look.gradients.tobytes(),
                look.thumbnail.tobytes(),
            ),
        )
        new = int(cursor.lastrowid or 0)
        pairs = [(self._ids[place], new) for place in self._looks.like(look)]
        connection.executemany("INSERT INTO alike SELECT id, ? FROM pictures WHERE id = ?", _swapped(pairs))
        return new

    def _catch_up(self) -> None:
        last = self._ids[-1] if self._ids else 0
        rows = self._database.rows(
            "SELECT id, gradients, thumbnail, width, height, sharpness FROM pictures "
            "WHERE id > ? ORDER BY id",
            (last,),
        )
        for row in rows:
            gradients = _bytes_of(row["gradients"], GRADIENT_BYTES)
            thumbnail = _bytes_of(row["thumbnail"], THUMBNAIL_BYTES)
            self._looks.add(Look(gradients, thumbnail, row["width"], row["height"], row["sharpness"]))
            self._ids.append(row["id"])


def _bytes_of(data: bytes, length: int) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    return np.frombuffer(data.ljust(length, b"\0")[:length], np.uint8)


def _swapped(pairs: Sequence[tuple[int, int]]) -> Iterable[tuple[int, int]]:
    return ((new, old) for old, new in pairs)
