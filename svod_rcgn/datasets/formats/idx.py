"""IDX, the format of MNIST: all pictures in one file, all labels in another, packed by gzip or not.

After the magic number (0, 0, 8 for bytes, the number of dimensions) each dimension follows in four
bytes, the first the largest, and then the bytes (yann.lecun.com/exdb/mnist). Labels are bytes: a class
called as a number from 0 to 255 has that one; others are numbered, and labels.txt says how.
"""

import gzip
import math
import struct
import zlib
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from ...errors import InputError
from ...records import Image
from ...storage import images
from ...storage.images import PictureFile
from ...text import counted
from ..records import NewPicture, Picture
from .exchange import Export, Imported, read_text, tagged, without_boxes, without_classes

IMAGES, LABELS, NAMES = "images-idx3-ubyte", "labels-idx1-ubyte", "labels.txt"
_BYTES = 8  # the kind of numbers
_LARGEST = 2_000_000_000
_GZIP = b"\x1f\x8b"
_MOST_LABELS = 256
_DIMENSIONS = {"images": 3, "labels": 1}


def read(pictures: Path, labels: Path | None = None) -> Imported:
    """Read pictures and the labels that belong to them; given a folder, the two files in it.

    Args:
        pictures: The file of pictures, or a folder.
        labels: Where they are not given, the pictures have no tags.

    Raises:
        InputError: A file is damaged or cut short, or the numbers of pictures and labels differ.
    """
    if pictures.is_dir():
        pictures, labels = _in_folder(pictures)
    pixels = _read(pictures, "images")
    if not len(pixels):
        raise InputError(f"{pictures}: holds no pictures")
    tags = _tags(labels, len(pixels)) if labels else [()] * len(pixels)
    stem = pictures.name.removesuffix(".gz")
    return Imported([_picture(stem, number, pixels, yes) for number, yes in enumerate(tags)])


def is_idx(path: Path) -> bool:
    """Whether a file is one of pictures."""
    try:
        with path.open("rb") as file:
            packed = file.read(2) == _GZIP
        with gzip.open(path) if packed else path.open("rb") as stream:
            return stream.read(4) == bytes((0, 0, _BYTES, _DIMENSIONS["images"]))
    except (OSError, EOFError, zlib.error):
        return False


def _in_folder(folder: Path) -> tuple[Path, Path | None]:
    found = [each for each in sorted(folder.iterdir()) if each.is_file() and is_idx(each)]
    if len(found) != 1:
        raise InputError(f"{folder}: {counted(len(found), 'file')} of pictures in IDX; name the one to read")
    labels = found[0].with_name(found[0].name.replace("images", "labels").replace("idx3", "idx1"))
    return found[0], labels if labels != found[0] and labels.exists() else None


def _read(path: Path, what: str) -> npt.NDArray[np.uint8]:
    try:
        data = _content(path)
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file") from error
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"{path}: damaged or cut short ({error})") from error
    dimensions = _DIMENSIONS[what]
    begin = 4 + 4 * dimensions
    if len(data) < begin or data[:4] != bytes((0, 0, _BYTES, dimensions)):
        raise InputError(f"{path}: is no IDX file of {what}; name pictures first and labels second")
    shape = struct.unpack_from(f">{dimensions}I", data, 4)
    if math.prod(shape) != len(data) - begin or 0 in shape[1:]:
        told = "x".join(map(str, shape))
        raise InputError(f"{path}: says {told} and holds {len(data) - begin:,} bytes; is it cut short?")
    return np.frombuffer(data, np.uint8, offset=begin).reshape(shape)


def _content(path: Path) -> bytes:
    """The file's bytes, unpacked, and no more of them than the limit."""
    if path.stat().st_size > _LARGEST:
        raise InputError(f"{path}: over {_LARGEST // 1_000_000_000} gigabytes")
    data = path.read_bytes()
    if not data.startswith(_GZIP):
        return data
    with gzip.open(path) as stream:
        data = stream.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise InputError(f"{path}: over {_LARGEST // 1_000_000_000} gigabytes unpacked")
    return data


def _tags(path: Path, count: int) -> list[tuple[str, ...]]:
    labels = _read(path, "labels")
    if len(labels) != count:
        raise InputError(
            f"{path}: {len(labels):,} labels for {counted(count, 'picture')}; they do not belong together"
        )
    beside = path.with_name(NAMES)
    names = read_text(beside, _LARGEST).splitlines() if beside.is_file() else []
    if names and int(labels.max(initial=0)) >= len(names):
        raise InputError(f"{beside}: {len(names)} names, and label {labels.max()} is used; mend it")
    return [(names[label] if names else str(label),) for label in map(int, labels)]


def _picture(stem: str, number: int, pixels: npt.NDArray[np.uint8], yes: tuple[str, ...]) -> NewPicture:
    name = f"{stem}-{number:06}.png"
    return NewPicture(name, partial(_png, name, pixels[number]), yes)


def _png(name: str, pixels: npt.NDArray[np.uint8]) -> PictureFile:
    return PictureFile(name, cv2.imencode(".png", pixels)[1].tobytes())


def write(export: Export, folder: Path) -> Sequence[str]:
    """Write the two files, grey.

    Raises:
        InputError: The pictures differ in size, one has not exactly one tag, or there are over 256
            classes.
    """
    if not export.pictures:
        raise InputError("there are no pictures to be written")
    sizes = {(each.height, each.width) for each in export.pictures}
    if len(sizes) > 1:
        shown = ", ".join(sorted(f"{width}x{height}" for height, width in sizes)[:3])
        raise InputError(
            f"IDX holds pictures of one size, and these have {shown}; scale them, or export as class_folders"
        )
    numbers = _numbers(export)
    pixels = np.stack([_grey(images.read_picture(each.path)) for each in export.pictures])
    labels = np.array([numbers[_tag(each)] for each in export.pictures], np.uint8)
    _write(folder / IMAGES, pixels)
    _write(folder / LABELS, labels)
    if numbers != {name: number for name in numbers for number in [_own_number(name)]}:
        (folder / NAMES).write_text("".join(f"{name}\n" for name in numbers), "utf-8")
    return [*without_boxes(export), *without_classes(export, tagged(export))]


def _tag(picture: Picture) -> str:
    if len(picture.yes) != 1:
        raise InputError(f"{picture.name}: {counted(len(picture.yes), 'tag')}; IDX needs exactly one")
    return picture.yes[0]


def _numbers(export: Export) -> dict[str, int]:
    names = sorted({_tag(each) for each in export.pictures})
    if len(names) > _MOST_LABELS:
        raise InputError(f"{len(names)} classes; IDX has labels for {_MOST_LABELS}")
    own = {name: _own_number(name) for name in names}
    if all(number is not None for number in own.values()):
        return {name: number for name, number in own.items() if number is not None}
    return {name: number for number, name in enumerate(names)}


def _own_number(name: str) -> int | None:
    return int(name) if name in map(str, range(_MOST_LABELS)) else None


def _grey(image: Image) -> npt.NDArray[Any]:
    if (image[..., :1] == image).all():  # as it came; a conversion would round
        return image[..., 0]
    return cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)


def _write(path: Path, array: npt.NDArray[Any]) -> None:
    header = struct.pack(f">4B{array.ndim}I", 0, 0, _BYTES, array.ndim, *array.shape)
    path.write_bytes(header + array.tobytes())
