"""The records of the faces wing: a face, how good a picture of it there is, and whose it is."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..records import FACE, Box, FloatArray, Observation

GOOD_WIDTH = 100.0  # pixels of a face's box, from which more shows no more
GOOD_SHARPNESS = 0.2  # as in Quality


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

    def moved(self, x: float, y: float) -> "Face":
        """The same face, so many pixels further right and down."""
        shift = np.array([x, y], np.float32)
        return replace(self, box=self.box.moved(x, y), landmarks=self.landmarks + shift)


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


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class FaceObservation(Observation):
    """One face of one frame and who it is.

    `label` is the person's name; `score` is the match's for a person, and the detector's for a
    stranger. `quality` says how much of the face there was to judge; `embedding` is the unit vector of
    this frame's crop, where one was computed.

    Example:
        >>> import cv2, svod_rcgn
        >>> recogniser = svod_rcgn.open_recogniser("data/demo/classifiers")
        >>> for face in recogniser.look(cv2.imread("data/demo/probes/astronaut.png")):
        ...     print(face.label, face.face.landmarks.shape, face.embedding.shape)
        None (5, 2) (512,)
    """

    kind: str = FACE
    face: Face
    match: Match
    quality: Quality | None = None


def observation_of(
    face: Face,
    match: Match,
    quality: Quality | None = None,
    *,
    track: int | None = None,
    attributes: Mapping[str, Any] | None = None,
    embedding: FloatArray | None = None,
) -> FaceObservation:
    """What a frame showed of a face, told from its parts."""
    return FaceObservation(
        label=match.name,
        score=face.score if match.name is None else match.score,
        box=face.box,
        track=track,
        worth=_worth(face, quality),
        attributes=attributes or {},
        embedding=embedding,
        face=face,
        match=match,
        quality=quality,
    )


def _worth(face: Face, quality: Quality | None) -> float:
    if quality is None:
        return face.score
    size = min(1.0, quality.width / GOOD_WIDTH)
    sharpness = min(1.0, quality.sharpness / GOOD_SHARPNESS)
    return face.score * quality.weight * size * sharpness
