"""Where boxes will be: a Kalman filter for each, all at once.

Kalman, "A New Approach to Linear Filtering and Prediction Problems", 1960, with the middle and the size of a
box moving at nearly constant speeds (Bar-Shalom et al., "Estimation with Applications to Tracking and
Navigation", 2001, section 6.2.2). The four coordinates are filtered each for itself, so that every covariance
is 2 x 2 and none has to be inverted.
"""

from dataclasses import dataclass, fields, replace
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Numbers: TypeAlias = npt.NDArray[np.floating[Any]]

JITTER = 0.05  # deviation of a detector's coordinates, in sides of the box
AGILITY = 0.4  # deviation of the speed after a second, in sides of the box
_FIRST_SPEED = 1.2  # deviation of the speed of what has just appeared, in sides of the box a second
_GROWTH = 0.1  # how much less sizes change than places


@dataclass(frozen=True, slots=True, eq=False)
class Motions:
    """States of n boxes: coordinates (n, 4) as x and y of the middle, width, height, in pixels.

    `speeds` are the coordinates' in pixels a second; `spread`, `coupling` and `doubt` are their variances and
    covariance: of coordinates, of both, of speeds.
    """

    places: Numbers
    speeds: Numbers
    spread: Numbers
    coupling: Numbers
    doubt: Numbers

    @classmethod
    def begun(cls, boxes: Numbers) -> "Motions":
        """Boxes (n, 4) seen for the first time: left, top, right, bottom."""
        places = _places(boxes)
        sides = _sides(places) * np.ones(4)
        zero = np.zeros_like(places)
        return cls(places, zero, (JITTER * sides) ** 2, zero, (_FIRST_SPEED * sides) ** 2 * _WEIGHTS)

    @property
    def boxes(self) -> Numbers:
        """Left, top, right, bottom, (n, 4); no side is below a pixel, however it shrinks."""
        halves: Numbers = np.maximum(self.places[:, 2:], 1) / 2
        return np.hstack([self.places[:, :2] - halves, self.places[:, :2] + halves])

    def after(self, seconds: float) -> "Motions":
        """Where the boxes will be, and how much less is known of them then."""
        power: Numbers = (AGILITY * _sides(self.places)) ** 2 * _WEIGHTS
        return Motions(
            self.places + self.speeds * seconds,
            self.speeds,
            self.spread + 2 * seconds * self.coupling + seconds**2 * self.doubt + power * seconds**3 / 3,
            self.coupling + seconds * self.doubt + power * seconds**2 / 2,
            self.doubt + power * seconds,
        )

    def corrected(self, boxes: Numbers) -> "Motions":
        """Take in a box for each, (n, 4): left, top, right, bottom."""
        seen = _places(boxes)
        total = self.spread + (JITTER * _sides(seen)) ** 2
        gain, pull = self.spread / total, self.coupling / total
        missed = seen - self.places
        return Motions(
            self.places + gain * missed,
            self.speeds + pull * missed,
            self.spread * (1 - gain),
            self.coupling * (1 - gain),
            self.doubt - pull * self.coupling,
        )

    def at(self, rows: object) -> "Motions":
        """Some of them, by numbers or a mask."""
        return replace(self, **{each.name: getattr(self, each.name)[rows] for each in fields(self)})

    def put(self, rows: object, others: "Motions") -> "Motions":
        """The same with others in the place of some."""
        parts = {each.name: getattr(self, each.name).copy() for each in fields(self)}
        for name, part in parts.items():
            part[rows] = getattr(others, name)
        return Motions(**parts)

    def __add__(self, others: "Motions") -> "Motions":
        pairs = ((getattr(self, each.name), getattr(others, each.name)) for each in fields(self))
        return Motions(*(np.concatenate(pair) for pair in pairs))


_WEIGHTS = np.array([1, 1, _GROWTH**2, _GROWTH**2])


def _places(boxes: Numbers) -> Numbers:
    middles, sizes = (boxes[:, :2] + boxes[:, 2:]) / 2, boxes[:, 2:] - boxes[:, :2]
    return np.hstack([middles, sizes]).astype(np.float64)


def _sides(places: Numbers) -> Numbers:
    """The means of width and height, (n, 1), at least a pixel."""
    sides: Numbers = np.maximum(places[:, 2:].mean(1, keepdims=True), 1)
    return sides
