"""Pictures of what is learned from: each kind of change alone, and all together, with the boxes drawn in."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from ...errors import InputError
from ...records import Image
from ...storage import files
from ..evaluation.boxed_pictures import BoxedPictures
from .augmentation import KINDS, Kinds, Lesson, changed
from .input_size import InputSize
from .lessons import Shelf

PICTURES, TOGETHER = 4, 6  # pictures of each kind, and of all kinds together
_ALL = "together"
_BLUE = (178, 114, 0)


def check_empty(folder: Path) -> None:
    """Make sure that nothing is written over.

    Raises:
        InputError: There is something in the folder.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder}: holds something already; give another folder")


def write(folder: Path, pictures: BoxedPictures, size: InputSize, seed: int) -> list[Path]:
    """Write some pictures as they are learned from, and say which.

    Raises:
        InputError: One of them cannot be read.
    """
    shelf, generator = Shelf(size), np.random.default_rng(seed)
    shown = [each for each in pictures.pictures if len(each.truth.boxes)]
    chosen = [shelf.lesson(each) for each in shown[:: max(1, len(shown) // TOGETHER)][:TOGETHER]]
    written = []
    for name, lesson in _changed(chosen, size, generator):
        written.append(folder / f"{name}.png")
        files.write_bytes(written[-1], cv2.imencode(".png", _drawn(lesson))[1].tobytes())
    return written


def _changed(
    chosen: list[Lesson], size: InputSize, generator: np.random.Generator
) -> Iterator[tuple[str, Lesson]]:
    for kind in KINDS:
        for number, lesson in enumerate(chosen[:PICTURES], 1):
            yield f"{kind}-{number}", changed(lesson, size, generator, Kinds.only(kind))
    for number, lesson in enumerate(chosen, 1):
        yield f"{_ALL}-{number}", changed(lesson, size, generator)


def _drawn(lesson: Lesson) -> Image:
    picture: Image = lesson.image.copy()
    for left, top, right, bottom in np.round(lesson.boxes).astype(int).tolist():
        cv2.rectangle(picture, (left, top), (right, bottom), _BLUE, 2)
    return picture
