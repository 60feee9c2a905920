"""Where a long training is: the best weights so far, so that it can go on after it was stopped or killed."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from ...records import FloatArray
from ...storage import files
from .records import DetectorEpoch

FILE = ".learning.npz"
_LARGEST = 500_000_000  # bytes
_ABOUT = "about"


@dataclass(frozen=True, slots=True)
class SavedCourse:
    """A training: what it depends on, how it fared, and the number of its best epoch."""

    key: tuple[str, ...]
    epochs: tuple[DetectorEpoch, ...]
    best: int


def write(directory: Path, course: SavedCourse, weights: Sequence[FloatArray]) -> None:
    """Keep a training in the directory of its network; whole or not at all."""
    arrays: dict[str, Any] = {str(number): each for number, each in enumerate(weights)}
    arrays[_ABOUT] = np.frombuffer(msgspec.json.encode(course), np.uint8)
    target = io.BytesIO()
    np.savez(target, **arrays)
    files.write_bytes(directory / FILE, target.getvalue())


def read(directory: Path, key: tuple[str, ...]) -> tuple[SavedCourse, list[FloatArray]] | None:
    """The training that is kept there; None where none is, one is damaged, or of another key."""
    path = directory / FILE
    try:
        if path.stat().st_size > _LARGEST:
            return None
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as kept:
            course = msgspec.json.decode(kept[_ABOUT].tobytes(), type=SavedCourse)
            weights = [kept[str(number)] for number in range(len(kept.files) - 1)]
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile, msgspec.DecodeError):
        return None
    return (course, weights) if course.key == key else None
