"""Films of which all is known: boxes that move and cover each other, and what a detector says of them.

Nothing is drawn: a film is the true boxes of each frame and the detections made of them. What is nearer
covers what is behind it; what is covered is found less often and less surely. Detections are missed, jitter,
come twice, and some are of nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from svod_rcgn.geometry import overlaps

Array = npt.NDArray[np.floating]

WIDTH, HEIGHT = 960.0, 540.0
LIMIT = 0.5  # the score from which a detection counts by itself
_LEAST_SEEN = 0.15  # of an object; what is covered more is not expected of anybody
_FAINTEST = 0.2  # detections that score less are not given


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of film.

    `speed` is in heights of an object a second, `turning` how much of it changes in a second; `found` is
    the share of whole objects that are found, and `twice` of those that are found twice; `jitter` is the
    deviation of the edges in sides of the box, and `false` the number of detections of nothing on a frame.
    """

    name: str
    objects: int
    rate: float = 25.0
    speed: float = 0.5
    turning: float = 0.4
    found: float = 0.93
    jitter: float = 0.04
    false: float = 0.3
    twice: float = 0.03


KINDS = (
    Kind("street", 8),
    Kind("crowd", 20, speed=0.35),
    Kind("dance", 8, speed=0.7, turning=2.5),
    Kind("eight looks a second", 8, rate=8.0),
    Kind("poor detector", 8, found=0.75, jitter=0.08, false=1.0),
)


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """One frame: boxes (n, 4) and numbers of what is there, boxes (m, 4) and scores that were detected."""

    time: float
    truth: Array
    numbers: npt.NDArray[np.intp]
    boxes: Array
    scores: Array


def film(kind: Kind, seed: int, seconds: float = 16.0) -> list[Look]:
    """A film of a kind; the same seed gives the same film."""
    generator = np.random.default_rng(seed)
    return list(_looks(kind, generator, round(seconds * kind.rate)))


def _looks(kind: Kind, generator: np.random.Generator, frames: int) -> Iterator[Look]:
    things = [_Thing(kind, generator, number, inside=True) for number in range(kind.objects)]
    count = kind.objects
    for frame in range(frames):
        for place, thing in enumerate(things):
            thing.move(1 / kind.rate)
            if thing.is_out:
                things[place] = _Thing(kind, generator, count, inside=False)
                count += 1
        things.sort(key=lambda thing: thing.depth)  # the nearest first
        truth = np.array([thing.box for thing in things])
        seen = _seen(truth)
        boxes, scores = _detected(kind, generator, things, seen)
        there = seen >= _LEAST_SEEN
        numbers = np.array([thing.number for thing in things])
        yield Look(frame / kind.rate, truth[there], numbers[there], boxes, scores)


class _Thing:
    """One object: its middle moves with a speed that changes by chance, its size with its place."""

    def __init__(self, kind: Kind, generator: np.random.Generator, number: int, *, inside: bool) -> None:
        self.number = number
        self._kind, self._generator = kind, generator
        self.depth = float(generator.uniform(0.5, 1.5))
        self.height = 150.0 / self.depth
        self.width = self.height * float(generator.uniform(0.35, 0.7))
        self._error = np.zeros(4)
        side = generator.integers(2)
        x = generator.uniform(0, WIDTH) if inside else (-0.3 * self.width, WIDTH + 0.3 * self.width)[side]
        self.middle = np.array([x, generator.uniform(0.3, 0.8) * HEIGHT])
        pace = kind.speed * self.height * generator.uniform(0.6, 1.6)
        self.pace = np.array([(1, -1)[side] * pace, generator.normal(0, 0.1) * pace])
        self._usual = self.pace.copy()

    def move(self, seconds: float) -> None:
        turning = self._kind.turning
        push = self._generator.normal(0, 1, 2) * np.array([1.0, 0.5])
        strength = self._kind.speed * self.height * np.sqrt(2 * turning * seconds) * 0.6
        self.pace += turning * (self._usual - self.pace) * seconds + push * strength
        self.middle += self.pace * seconds
        if not 0.2 * HEIGHT < self.middle[1] < 0.9 * HEIGHT:
            self.pace[1] = np.sign(HEIGHT / 2 - self.middle[1]) * abs(self.pace[1])
        self._error = 0.5 * self._error + np.sqrt(0.75) * self._generator.normal(0, self._kind.jitter, 4)

    @property
    def box(self) -> Array:
        half = np.array([self.width, self.height]) / 2
        return np.concatenate([self.middle - half, self.middle + half])

    @property
    def detected(self) -> Array:
        return self.box + self._error * np.array([self.width, self.height] * 2)

    @property
    def is_out(self) -> bool:
        return not -0.5 * self.width <= self.middle[0] <= WIDTH + 0.5 * self.width


def _seen(boxes: Array) -> Array:
    """How much of each box is not covered by those before it, on a grid of 12 by 12 points."""
    share = (np.arange(12) + 0.5) / 12
    shares = []
    for place, box in enumerate(boxes):
        x = (box[0] + share * (box[2] - box[0]))[None, :, None]
        y = (box[1] + share * (box[3] - box[1]))[:, None, None]
        others = boxes[:place]
        covered = (x > others[:, 0]) & (x < others[:, 2]) & (y > others[:, 1]) & (y < others[:, 3])
        outside = (x[..., 0] < 0) | (x[..., 0] > WIDTH)
        shares.append(1 - (covered.any(-1) | outside).mean())
    return np.array(shares)


def _detected(
    kind: Kind, generator: np.random.Generator, things: list[_Thing], seen: Array
) -> tuple[Array, Array]:
    boxes, scores = [], []
    for thing, share in zip(things, seen, strict=True):
        if generator.random() < kind.found / (1 + np.exp((0.35 - share) / 0.07)):
            boxes.append(thing.detected)
            scores.append(0.35 + 0.4 * share + generator.normal(0, 0.1))
            if generator.random() < kind.twice:
                boxes.append(thing.detected + generator.normal(0, 0.15, 4) * thing.height)
                scores.append(scores[-1] - 0.15)
    for _ in range(generator.poisson(kind.false)):
        height = generator.uniform(60, 250)
        corner = generator.uniform(0, 1, 2) * np.array([WIDTH, HEIGHT])
        boxes.append(np.concatenate([corner, corner + height * np.array([0.5, 1.0])]))
        scores.append(generator.normal(0.4, 0.12))
    kept = np.clip(scores, 0, 0.99) >= _FAINTEST
    found = np.array(boxes).reshape(-1, 4)[kept], np.clip(scores, 0, 0.99)[kept]
    return _without_doubles(*found)


def _without_doubles(boxes: Array, scores: Array, most: float = 0.65) -> tuple[Array, Array]:
    """As detectors do: of two boxes that overlap the surer."""
    order = np.argsort(-scores, kind="stable")
    boxes, scores = boxes[order], scores[order]
    kept: list[int] = []
    for place in range(len(boxes)):
        if not kept or overlaps(boxes[place], boxes[kept]).max() <= most:
            kept.append(place)
    return boxes[kept], scores[kept]
