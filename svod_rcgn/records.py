"""The records that pass between the stages: frozen, and with their units said.

Images are (height, width, 3) uint8 in BGR order, as OpenCV has them. Coordinates are pixels of the
frame, x to the right and y down; boxes are corners (left, top, right, bottom). Times are seconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Image: TypeAlias = npt.NDArray[np.uint8]
FloatArray: TypeAlias = npt.NDArray[np.float32]
Who: TypeAlias = str | int
"""Who is there: a person's name, or the number that stands for a stranger."""
Channels: TypeAlias = float | tuple[float, float, float]
"""A number for all channels of a picture, or one for each."""
Template: TypeAlias = str | tuple[float, ...]
"""The name of a template, or its ten numbers."""

GOOD_WIDTH = 100.0  # pixels of a face's box, from which more shows no more
GOOD_SHARPNESS = 0.2  # as in Quality


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels; it may reach over the border of its picture."""

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


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture of a source.

    `time` is the film's own time from its beginning for files and pictures, and seconds since the
    epoch for live sources. `captured` is when the picture came in, in seconds of `time.monotonic`,
    which no setting of the clock moves.
    """

    image: Image
    index: int
    time: float
    source: str
    captured: float = field(default_factory=monotonic)


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """One detected face.

    `landmarks` is (5, 2) float32 in pixels, (x, y) each: the eye at the left of the picture, the one
    at the right, nose, mouth corner at the left, mouth corner at the right. `score` is the
    detector's confidence, 0..1.
    """

    box: Box
    landmarks: FloatArray
    score: float


@dataclass(frozen=True, slots=True)
class Quality:
    """How much of a face there is to judge.

    `width` is that of the box in pixels; `sharpness` is above 0 and 0.2 or more for a good
    photograph; `brightness` and `contrast` are mean and deviation of the grey levels, 0..255; `roll`,
    `yaw` and `pitch` are degrees; `beyond` is the share of its width by which the box reaches over
    the picture's border; `score` is the detector's. `reasons` say in words what is wrong.
    """

    width: float
    sharpness: float
    brightness: float
    contrast: float
    roll: float
    yaw: float
    pitch: float
    beyond: float
    score: float
    reasons: tuple[str, ...] = ()

    def with_reasons(self, reasons: tuple[str, ...]) -> "Quality":
        """The same measurements with what is wrong said."""
        return replace(self, reasons=reasons)

    @property
    def weight(self) -> float:
        """What the frame counts for in a vote: 1 for a good one; a poor one alone names nobody."""
        return 0.5 if self.reasons else 1.0


@dataclass(frozen=True, slots=True)
class Match:
    """What the classifiers say of one face.

    `name` is None for a face that is nobody's. `score` is the probability, 0..1, that the face is
    `nearest`, the most likely person; `cosine` is the raw similarity, -1..1, to that person's mean
    and `likeness` what the decision was taken on.
    """

    name: str | None
    score: float
    cosine: float
    nearest: str
    likeness: float = 0.0


@dataclass(frozen=True, slots=True)
class Decision:
    """Where the line between a person and a stranger runs, in units of likeness.

    A face is named when its likeness reaches the limit, leads the second-best person by at least
    `gap`, and the nearest picture shows the same person. The limit is `limit` for one frame and comes
    down to `track_limit` for many frames of one face, since chance evens out over them. The score
    shown is 1 / (1 + exp(-slope * (likeness - midpoint))). `false_accept_rate` is the share, 0..1, of
    strangers' single frames that `limit` lets pass; `measured` says whether that was measured on
    enough of the user's own pictures or rests on what this network usually does.
    """

    limit: float
    track_limit: float
    gap: float
    midpoint: float
    slope: float
    false_accept_rate: float
    measured: bool


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What is known of a face by its frames so far: one frame, or all of a track.

    `embedding` is the mean of the frames' unit vectors, weighted by quality and not scaled again;
    `frames` is the sum of those weights, above 0; `held` is the name that the track bears.
    """

    embedding: FloatArray
    frames: float = 1.0
    held: str | None = None


@dataclass(frozen=True, slots=True)
class Track:
    """One face followed from frame to frame: its number, who it is, and its last judged quality.

    `number` is None where nothing is followed, as between photographs.
    """

    number: int | None
    match: Match
    quality: Quality


@dataclass(frozen=True, slots=True, eq=False)
class Sighting:
    """One face of one frame and who it is.

    `quality` says how much of a face there was to judge; `track` is the same number for the same
    person as long as the person is followed from frame to frame; `embedding` is the unit vector of
    this frame's crop, where one was computed.
    """

    face: Face
    match: Match
    quality: Quality | None = None
    track: int | None = None
    embedding: FloatArray | None = None

    @property
    def worth(self) -> float:
        """How good a picture of the face this frame gives, 0..1."""
        if self.quality is None:
            return self.face.score
        size = min(1.0, self.quality.width / GOOD_WIDTH)
        sharpness = min(1.0, self.quality.sharpness / GOOD_SHARPNESS)
        return self.face.score * self.quality.weight * size * sharpness


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody who was seen long enough, from the first to the last time of being seen.

    Times are as in Frame; `score` is the best of the visit, 0..1: of the match for a person, of the
    detector for a stranger.
    """

    who: Who
    first: float
    last: float
    score: float

    @property
    def name(self) -> str | None:
        """The person's name; None for a stranger."""
        return self.who if isinstance(self.who, str) else None


@dataclass(frozen=True, slots=True)
class Event:
    """Somebody was seen long enough to be announced.

    `name` is None for a stranger; `share` is the part, 0..1, of the frames of the period that showed
    the person; `score` is the mean of their scores; `time` is as in Frame; `fields` come from the
    person's meta.json.
    """

    name: str | None
    time: float
    share: float
    score: float
    source: str
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Announcement:
    """What one channel is to be told of one event.

    `id` stays the same however often the sending is tried; `time` is in seconds since the epoch;
    `picture` is a JPEG of the face, or None.
    """

    id: str
    name: str | None
    time: float
    share: float
    score: float
    camera: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    picture: bytes | None = None


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What is known of one network; model.json beside its files.

    `files` maps each file of the directory to its sha256; `size` is (height, width) of the input,
    or None where any will do. The network is fed `(pixel - mean) / scale` in `colour` order and
    `layout`, where `mean` and `scale` are one number or one for each channel, in that order; `batch`
    is 1 where it takes one picture at a time, and None where it takes any number. `output` says what
    its answer means, and `answer` which of its outputs holds embeddings: the name, or the number from 0.

    A face is cut out by one of two: `margin` widens the square round its box, as a share of the box's
    longer side on each side; `template` is where its five landmarks come to lie (templates.landmarks).
    `mirror` says that an embedding is the mean of the crop's and its mirror image's. `source_sha256`
    names the weights before conversion. `further` are the networks that follow `file` in a cascade, in
    their order, which are fed alike.
    """

    task: str
    name: str
    file: str
    files: dict[str, str]
    size: tuple[int, int] | None
    layout: str
    colour: str
    mean: Channels
    scale: Channels
    output: str
    licence: str
    source: str
    source_sha256: str
    precision: str = "fp16"
    embedding_length: int | None = None
    margin: float | None = None
    mirror: bool = False
    template: Template | None = None
    answer: str | int = 0
    batch: int | None = None
    further: tuple[str, ...] = ()
