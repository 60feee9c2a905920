"""What is said of a whole picture."""

from dataclasses import dataclass

import numpy as np

from ..explanation.records import Evidence, Judgement, Method
from ..records import Box, FloatArray


@dataclass(frozen=True, slots=True)
class Answer:
    """One class, by its number from 0, and how likely it is, 0..1."""

    index: int
    label: str
    probability: float


@dataclass(frozen=True, slots=True, eq=False)
class Classification:
    """What a network says of one picture.

    `probabilities` are those of its classes, 0..1, in their order. `nearness` is the cosine, -1..1, to the
    nearest of its classes, None where the network does not say it.
    """

    probabilities: FloatArray
    nearness: float | None = None

    def best(self, count: int) -> list[int]:
        """The numbers of so many likeliest classes, the likeliest first."""
        if count == 1:  # as for each frame of a camera
            return [int(self.probabilities.argmax())]
        return [int(index) for index in np.argsort(-self.probabilities, kind="stable")[:count]]


@dataclass(frozen=True, slots=True)
class Digit:
    """One digit of a picture: where, and what it may be, the likeliest first; not one if not `known`."""

    box: Box
    known: bool
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Identified:
    """What is on one picture, by one network.

    `picture` names it, and `time` is that of a film's frame in seconds. `known` is False where it shows
    nothing that the network knows; `answers` are its likeliest classes then, too. Of handwritten digits,
    `number` is what they read from left to right, and `digits` are they; `problem` says why there is no
    number: "empty", or "no digit".
    """

    picture: str
    network: str
    version: str
    known: bool
    answers: tuple[Answer, ...]
    time: float | None = None
    number: str | None = None
    digits: tuple[Digit, ...] = ()
    problem: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Explained:
    """Why a network gives a class to a picture.

    `picture`, `time`, `known`: as in Identified. `seen` is the part of the picture that the network saw, in
    pixels, on which `evidence` lies.
    """

    picture: str
    network: str
    version: str
    known: bool
    answer: Answer
    method: Method
    seen: Box
    evidence: Evidence
    judgement: Judgement
    seconds: float
    time: float | None = None
