"""Walkers on a plane, as boxes with track numbers: who crosses a line and is in a zone is known exactly.

The detector misses some and trembles; the tracker bridges what is missed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import hypot

import numpy as np

from svod_rcgn.records import Box, Observation, Subject
from svod_rcgn.rules.scene import Seen

WIDTH, HEIGHT = 1280, 720
PERSON = "person"
DOOR = ((0.5, 0.15), (0.5, 0.97))  # a line from the top down: its right is the picture's left
BAY = ((0.55, 0.45), (0.95, 0.45), (0.95, 0.97), (0.55, 0.97))


@dataclass(frozen=True)
class Walker:
    """One who goes from corner to corner of a way, given in shares of the picture, at one pace."""

    number: int
    begins: float
    way: tuple[tuple[float, float], ...]
    pace: float  # shares of the height a second
    tall: float  # share of the height

    def place(self, time: float) -> tuple[float, float] | None:
        """Where the feet are; None before the way and after it."""
        left = (time - self.begins) * self.pace
        if left < 0:
            return None
        for (x0, y0), (x1, y1) in zip(self.way, self.way[1:], strict=False):
            length = hypot((x1 - x0) * WIDTH / HEIGHT, y1 - y0)
            if left <= length:
                share = left / length
                return x0 + share * (x1 - x0), y0 + share * (y1 - y0)
            left -= length
        return None

    @property
    def ends(self) -> float:
        """When the way is over."""
        lengths = [
            hypot((x1 - x0) * WIDTH / HEIGHT, y1 - y0)
            for (x0, y0), (x1, y1) in zip(self.way, self.way[1:], strict=False)
        ]
        return self.begins + sum(lengths) / self.pace


@dataclass(frozen=True)
class Crowd:
    """Walkers before a camera."""

    walkers: Sequence[Walker]
    rate: float = 15.0
    missed: float = 0.2
    trembles: float = 0.05  # of a box's height, as a standard deviation
    seed: int = 0

    def frames(self) -> Iterator[Seen]:
        """What a detector and a tracker see of them."""
        rng = np.random.default_rng(self.seed)
        last = max(walker.ends for walker in self.walkers) + 3.0
        for index in range(int(last * self.rate)):
            time = index / self.rate
            seen = {}
            for walker in self.walkers:
                place = walker.place(time)
                if place is not None and rng.random() >= self.missed:
                    subject = Subject("object", PERSON, walker.number)
                    seen[subject] = _observed(walker, place, rng, self.trembles)
            yield Seen(time, WIDTH, HEIGHT, seen)


def _observed(
    walker: Walker, place: tuple[float, float], rng: np.random.Generator, trembles: float
) -> Observation:
    tall = walker.tall * HEIGHT
    off = rng.normal(0, trembles * tall, 4)
    x, y = place[0] * WIDTH, place[1] * HEIGHT
    box = Box(x - 0.2 * tall + off[0], y - tall + off[1], x + 0.2 * tall + off[2], y + off[3])
    return Observation(kind="object", label=PERSON, score=0.8, box=box, track=walker.number)


def crossing_crowd(seed: int, count: int) -> tuple[Crowd, dict[int, str]]:
    """Walkers who cross the door, pass beyond its end, or turn round before it.

    Returns:
        The crowd, and for each walker who crosses the side that is gone to, "left" or "right".
    """
    rng = np.random.default_rng(seed)
    walkers, truth = [], {}
    for number in range(count):
        y, pace, tall = rng.uniform(0.35, 0.9), rng.uniform(0.15, 0.6), rng.uniform(0.15, 0.35)
        leftwards = bool(rng.random() < 0.5)
        start, end = (0.95, 0.05) if leftwards else (0.05, 0.95)
        kind = rng.choice(["crosses", "beyond", "turns", "lingers"])
        if kind == "crosses":
            way = ((start, y), (end, y + rng.uniform(-0.15, 0.05)))
        elif kind == "beyond":
            way = ((start, 0.05), (end, 0.05))
        elif kind == "turns":
            near = 0.5 + (0.2 if leftwards else -0.2)
            way = ((start, y), (near, y), (start, y + 0.03))
        else:  # goes up and down beside the line before it goes over it
            near = 0.5 + (0.12 if leftwards else -0.12)
            way = ((start, y), (near, y), (near, y - 0.2), (near, y), (end, y))
        if kind in ("crosses", "lingers"):
            truth[number] = "right" if leftwards else "left"
        walkers.append(Walker(number, float(number) * 1.5, way, pace, tall))
    return Crowd(walkers, seed=seed), truth


def staying_crowd(seed: int, count: int) -> tuple[Crowd, dict[int, float]]:
    """Walkers who go into the bay, wander in it and leave.

    Returns:
        The crowd, and the seconds that each is in the bay.
    """
    rng = np.random.default_rng(seed)
    walkers, truth = [], {}
    for number in range(count):
        inside = [(rng.uniform(0.62, 0.88), rng.uniform(0.6, 0.88)) for _ in range(rng.integers(1, 5))]
        way = ((0.1, 0.7), *inside, (0.1, 0.8))
        walker = Walker(number, number * 4.0, way, rng.uniform(0.2, 0.6), rng.uniform(0.15, 0.3))
        times = np.arange(walker.begins, walker.ends, 0.01)
        truth[number] = 0.01 * sum(is_in_bay(place) for time in times if (place := walker.place(float(time))))
        walkers.append(walker)
    return Crowd(walkers, seed=seed), truth


def is_in_bay(place: tuple[float, float]) -> bool:
    """Whether feet are in the bay."""
    return BAY[0][0] <= place[0] <= BAY[1][0] and BAY[0][1] <= place[1] <= BAY[2][1]
