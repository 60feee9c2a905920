"""What every wing hands on, from a frame to what is told of it: frozen records that say their units.

Images are (height, width, 3) uint8 in BGR order, as OpenCV has them. Coordinates are pixels of the
frame, x to the right and y down; boxes are corners (left, top, right, bottom). Times are seconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from time import monotonic
from typing import Any, TypeAlias, TypeGuard

import numpy as np
import numpy.typing as npt

Image: TypeAlias = npt.NDArray[np.uint8]
FloatArray: TypeAlias = npt.NDArray[np.float32]

_CHANNELS = 3

FACE = "face"  # the kind whose label is the name of a person, and whose unknown are strangers
PRESENCE = "presence"  # the rule whose events are visits
PICTURE = "picture"  # the kind of what a whole picture shows
OBJECT = "object"  # the kind of what has a place on a picture and a class
LIGHT = "light"  # the kind of what is on, off or blinks


def is_image(value: object) -> TypeGuard[Image]:
    """Whether it is an image as above, and not empty."""
    return (
        isinstance(value, np.ndarray)
        and value.dtype == np.uint8
        and value.shape[2:] == (_CHANNELS,)
        and value.size > 0
    )


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels; it may reach over the border of its picture.

    Example:
        >>> from svod_rcgn import Box
        >>> box = Box(left=10, top=20, right=50, bottom=80)
        >>> box.width, box.height, box.centre
        (40, 60, (30.0, 50.0))
    """

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Pixels from left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Pixels from top to bottom."""
        return self.bottom - self.top

    @property
    def centre(self) -> tuple[float, float]:
        """The middle as (x, y)."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def moved(self, x: float, y: float) -> "Box":
        """The same rectangle, so many pixels further right and down."""
        return Box(self.left + x, self.top + y, self.right + x, self.bottom + y)


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture of a source.

    `time` is the film's own time from its beginning for files and pictures, and seconds since the
    epoch for live sources. `captured` is when the picture came in, in seconds of `time.monotonic`,
    which no setting of the clock moves.

    Example:
        >>> import cv2
        >>> from svod_rcgn import Frame
        >>> frame = Frame(cv2.imread("data/demo/probes/obama3.jpg"), index=0, time=0.0, source="portrait")
        >>> frame.source, frame.image.shape[2]
        ('portrait', 3)
    """

    image: Image
    index: int
    time: float
    source: str
    captured: float = field(default_factory=monotonic)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Observation:
    """What one frame showed of one thing.

    `kind` says what sort of thing: "face", "object", "picture". `label` names it, None where it is
    unknown; `score` says how sure that is, 0..1, and of something unknown how sure it is that it is
    there at all. `box` is where, None for the whole picture; `track` is the same number as long as the
    thing is followed. `worth` says how good a picture of it the frame gives, 0..1. `attributes` are
    what else is known of it; `embedding` is a unit vector by which it is told from others of its kind.

    Example:
        >>> from svod_rcgn import Box, Observation
        >>> car = Observation(kind="object", label="car", score=0.9, box=Box(10, 20, 210, 120), track=12)
        >>> car.label, car.track, car.box.width
        ('car', 12, 200)
    """

    kind: str
    label: str | None
    score: float
    box: Box | None = None
    track: int | None = None
    worth: float = 1.0
    attributes: Mapping[str, Any] = field(default_factory=dict)
    embedding: FloatArray | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """Who or what it is over time.

    `label` is None for the unknown, which a `number` tells apart; a thing that has both is one of
    several of its label.
    """

    kind: str
    label: str | None = None
    number: int | None = None

    def __str__(self) -> str:
        """How it is called: Ada, car 12, face 7, the picture."""
        parts = [part for part in (self.label, self.number) if part is not None]
        if self.label is None:
            parts = [self.kind, *parts] if parts else ["the", self.kind]
        return " ".join(map(str, parts))


@dataclass(frozen=True, slots=True)
class Visit:
    """The time for which a subject was there, by one rule.

    `id` is unique. `first` and `last` are the times of being seen; `score` is the best of the visit,
    0..1.
    """

    id: str
    subject: Subject
    first: float
    last: float
    score: float


class Phase(str, Enum):
    """How far something is that happens; `WITHDRAWN` says that it had never been so."""

    BEGUN = "begun"
    GOES_ON = "continued"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Event:
    """Something happened, by a rule.

    `id` is the same for all phases of one happening. `time` is as in Frame until it is recorded, and
    in seconds since the epoch from then on. `score` says how sure it is, 0..1. `measures` are what the
    rule measured, by name: "share", 0..1, is the part of the frames of the period that showed the
    subject. `attributes` are what is known of the subject.
    """

    id: str
    rule: str
    phase: Phase
    subject: Subject
    source: str
    time: float
    score: float
    measures: Mapping[str, float] = field(default_factory=dict)
    attributes: Mapping[str, Any] = field(default_factory=dict)
