"""What is said of the objects on a picture."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from ..records import Box, FloatArray

Rows: TypeAlias = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Detection:
    """One object: where it is, its class by number from 0 and by name, and how sure that is, 0..1.

    `track` is its number as long as it is followed through a film.
    """

    box: Box
    index: int
    label: str
    score: float
    track: int | None = None

    def moved(self, x: float, y: float) -> "Detection":
        """The same object, so many pixels further right and down."""
        return replace(self, box=self.box.moved(x, y))

    def within(self, width: int, height: int) -> "Detection | None":
        """The part of it that is on a picture of so many pixels; None where it has left it."""
        box = self.box
        left, top = max(box.left, 0.0), max(box.top, 0.0)
        right, bottom = min(box.right, float(width)), min(box.bottom, float(height))
        if left >= right or top >= bottom:
            return None
        return replace(self, box=Box(left, top, right, bottom))


class Candidates(NamedTuple):
    """What a network says, before anything is left out.

    `boxes` is (n, 4) float32 with left, top, right, bottom in pixels; `scores` is (n,) float32, 0..1, and
    `classes` (n,) the numbers of the classes from 0.
    """

    boxes: FloatArray
    scores: FloatArray
    classes: Rows

    def at(self, rows: Any) -> "Candidates":
        """Some of them, by numbers, a slice or a mask."""
        return Candidates(self.boxes[rows], self.scores[rows], self.classes[rows])


@dataclass(frozen=True, slots=True)
class Limits:
    """What was left out: scored less than `score`, overlapped by more than `overlap`, came after `most`.

    Where classes have limits of their own, `score` is the least of them; `overlap` is None where the network
    leaves out doubles by itself. Of a film, what is followed is told from a score of `followed` on.
    """

    score: float
    overlap: float | None
    most: int
    followed: float | None = None


@dataclass(frozen=True, slots=True)
class DetectedPicture:
    """The objects of one picture, or of one frame of a film, in pixels of the picture after its EXIF turn.

    `width` and `height` are the picture's. `time` is in seconds from the beginning of the film, and `frame`
    counts its frames from 0. `place` is where the picture lies below the folder that was given.
    """

    picture: str
    place: Path
    width: int
    height: int
    network: str
    version: str
    limits: Limits
    objects: tuple[Detection, ...]
    frame: int | None = None
    time: float | None = None
