"""Why an object is told, or why none is: how sure it is while parts of the picture are hidden.

How sure an object is on a picture with hidden parts is the best of score times overlap (IoU) over all boxes
of its class that are still the same object's (D-RISE): Petsiuk et al., "Black-box Explanation of Object
Detectors via Saliency Maps", 2021.
"""

import time
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from ..errors import InputError
from ..explanation.evidence import SEARCHES, find_evidence
from ..explanation.judge import judge
from ..explanation.overlay import overlaid
from ..explanation.records import Evidence, Judgement, Method
from ..explanation.settings import ExplanationSettings
from ..explanation.trial import Score, Trial, log_odds
from ..geometry import bounded, fit_within, overlaps
from ..media.drawing import annotated
from ..media.walk import Picture
from ..networks import version_of
from ..records import Box, Image
from .analyzer import observation_of
from .records import Candidates, Detection
from .stages.detect import ObjectDetector

FAINT = 0.02
"""Of its class's limit, from which on a box is looked at."""

_NOTHING = 0.005  # how sure an object counts that is gone; without it what is gone would outweigh all else
_SAME = 0.5  # overlap of a box that is still the same object's
_ROUND = 1.5  # of a box's sides, so far is looked on each side of it
_LEAST_ROUND = 16  # pixels of what the network sees
_SMALLEST = 0.1  # of log-odds; less says nothing

Point: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True)
class EvidenceShare:
    """How sure an object is, 0..1, on the whole picture, with its box alone, and with all but its box."""

    whole: float
    alone: float
    without: float

    @property
    def outside(self) -> float | None:
        """How much of the evidence lies outside of the box, 0..1; None where hiding changes nothing."""
        whole, alone, without = log_odds(np.array([self.whole, self.alone, self.without], np.float32))
        lost_inside, lost_outside = max(0.0, float(whole - without)), max(0.0, float(whole - alone))
        lost = lost_inside + lost_outside
        return lost_outside / lost if lost >= _SMALLEST else None


@dataclass(frozen=True, slots=True)
class Chosen:
    """A box that is explained, with the score from which its class counts.

    It is told where `told` is true. Where it is not, and reaches its limit, `rival` is the box that was told
    in its stead.
    """

    object: Detection
    limit: float
    told: bool
    rival: Detection | None = None

    @property
    def short(self) -> float:
        """How far its score is below its limit; 0 where it is not."""
        return max(0.0, self.limit - self.object.score)


@dataclass(frozen=True, slots=True, eq=False)
class ExplainedObject:
    """Why a box was told or not.

    `chosen` is None where there is no box, and so is what follows from it. `seen` is the part of the picture
    in which parts were hidden. `time` is in seconds from the beginning of a film.
    """

    picture: str
    network: str
    version: str
    method: Method
    at: Point | None
    time: float | None
    chosen: Chosen | None
    seconds: float = 0.0
    seen: Box | None = None
    share: EvidenceShare | None = None
    evidence: Evidence | None = None
    judgement: Judgement | None = None


class ObjectExplainer:
    """Says why a network tells an object."""

    def __init__(
        self,
        detector: ObjectDetector,
        method: Method,
        settings: ExplanationSettings,
        *,
        tried: bool = True,
    ) -> None:
        """Begin.

        Args:
            detector: Is asked; it tells what is asked for.
            method: How evidence is found, by hiding.
            settings: For how long, and when it is poor.
            tried: Whether maps are tried by hiding and showing.
        """
        self._detector = detector
        self._method = method
        self._settings = settings
        self._tried = tried

    def explain(
        self, picture: Picture, number: int | None = None, at: Point | None = None
    ) -> ExplainedObject:
        """Say why a box is told, or why none is.

        Args:
            picture: Where it is.
            number: That of the box among those that are told, the surest of which is 1.
            at: A place, (x, y) in pixels of the picture. Where no box that is told covers it, it is the box
                that comes nearest to its limit there. With neither it is the surest box of all.

        Raises:
            InputError: There is no such box, or the place is outside of the picture.
        """
        begun = time.monotonic()
        chosen = self._chosen(picture, number, at)
        found = ExplainedObject(
            picture=picture.name,
            network=self._detector.name,
            version=version_of(self._detector.card),
            method=self._method,
            at=at,
            time=picture.time,
            chosen=chosen,
        )
        if chosen:
            found = self._looked_into(found, chosen.object, picture.image)
        return replace(found, seconds=time.monotonic() - begun)

    def _looked_into(self, told: ExplainedObject, found: Detection, picture: Image) -> ExplainedObject:
        image, box = _as_fed(picture, found.box, self._detector)
        seen = _round(box, image)
        score = _likeness(self._detector, found.index, box, image, seen)
        trial = Trial(_part(image, seen), score, self._settings.batch)
        evidence = find_evidence(trial, SEARCHES[self._method], self._settings)
        return replace(
            told,
            seen=_scaled(seen, picture.shape[1] / image.shape[1]),
            share=share_of(self._detector, found, picture),
            evidence=evidence,
            judgement=judge(trial, evidence, self._settings, tried=self._tried),
        )

    def _chosen(self, picture: Picture, number: int | None, at: Point | None) -> Chosen | None:
        height, width = picture.image.shape[:2]
        if at and not (0 <= at[0] < width and 0 <= at[1] < height):
            raise InputError(f"{picture.name}: {at[0]:g},{at[1]:g} is outside of its {width}x{height} pixels")
        every = self._detector.candidates(picture.image, FAINT)
        told = self._detector.chosen(every.at(self._detector.sureness(every) >= 1))
        if number is not None:
            if number > len(told.scores):
                raise InputError(
                    f"{picture.name}: no box {number} among the {len(told.scores)} that are told"
                )
            return self._as_chosen(told.at([number - 1]), None, told=True)
        covering = told.at(_cover(told, at))
        if len(covering.scores):
            return self._as_chosen(covering.at([0]), None, told=True)
        faint = every.at(_cover(every, at))
        if not len(faint.scores):
            return None
        best = faint.at([int(self._detector.sureness(faint).argmax())])
        return self._as_chosen(best, told, told=False)

    def _as_chosen(self, best: Candidates, others: Candidates | None, *, told: bool) -> Chosen:
        (found,) = self._detector.told(best)
        limit = found.score / float(self._detector.sureness(best)[0])
        rival = None
        if others is not None and found.score >= limit:
            alike = others.at(others.classes == found.index)
            if len(alike.scores):
                nearest = int(overlaps(alike.boxes, best.boxes[0]).argmax())
                (rival,) = self._detector.told(alike.at([nearest]))
        return Chosen(found, limit, told, rival)


def share_of(detector: ObjectDetector, found: Detection, picture: Image) -> EvidenceShare:
    """How sure an object is with its box alone and without it; what is hidden is grey once, and blurred once.

    Args:
        detector: Is asked.
        found: What it found.
        picture: There, (height, width, 3) uint8.
    """
    image, box = _as_fed(picture, found.box, detector)
    everything = Box(0, 0, image.shape[1], image.shape[0])
    trial = Trial(image, _likeness(detector, found.index, box, image, everything), 2)
    inside = np.zeros(trial.size, np.float32)
    _part(inside, _whole(box, image))[:] = 1
    (whole,) = trial.hide(np.ones((1, *trial.size), np.float32))
    kept = np.stack([inside, 1 - inside])
    alone, without = (trial.hide(kept) + trial.show(kept)) / 2
    return EvidenceShare(float(whole), float(alone), float(without))


def draw(picture: Picture, found: ExplainedObject) -> Image:
    """The picture under the map of a box, which is drawn, too; see `overlaid`."""
    assert found.chosen and found.evidence and found.seen  # noqa: PT018 - all of them or none
    drawn = overlaid(picture.image, found.evidence.heat, found.seen)
    box = _scaled(found.chosen.object.box, drawn.shape[1] / picture.image.shape[1])
    shown = observation_of(found.chosen.object, found.chosen.object.label, None, found.network)
    return annotated(drawn, [replace(shown, box=box)])


def _cover(found: Candidates, at: Point | None) -> npt.NDArray[np.bool_]:
    """Which boxes hold a place."""
    if at is None:
        return np.ones(len(found.scores), bool)
    place = np.array(at, np.float32)
    within = (found.boxes[:, :2] <= place) & (place <= found.boxes[:, 2:])
    return np.asarray(within.all(1))


def _as_fed(picture: Image, box: Box, detector: ObjectDetector) -> tuple[Image, Box]:
    """A picture and a box in it, no larger than the network takes them."""
    height, width = detector.card.size or picture.shape[:2]
    factor = fit_within(picture.shape[1], picture.shape[0], width, height)
    return bounded(picture, width, height), _scaled(box, factor)


def _scaled(box: Box, factor: float) -> Box:
    return Box(box.left * factor, box.top * factor, box.right * factor, box.bottom * factor)


def _round(box: Box, image: Image) -> Box:
    """The part of a picture round a box, in whole pixels."""
    across = max(_LEAST_ROUND, _ROUND * box.width)
    down = max(_LEAST_ROUND, _ROUND * box.height)
    return _whole(Box(box.left - across, box.top - down, box.right + across, box.bottom + down), image)


def _whole(box: Box, image: Image) -> Box:
    """The pixels that a box touches, one at least."""
    height, width = image.shape[:2]
    left, top = (min(max(0, int(low)), side - 1) for low, side in ((box.left, width), (box.top, height)))
    right = min(max(left + 1, int(np.ceil(box.right))), width)
    bottom = min(max(top + 1, int(np.ceil(box.bottom))), height)
    return Box(left, top, right, bottom)


def _part(image: Any, box: Box) -> Any:
    return image[int(box.top) : int(box.bottom), int(box.left) : int(box.right)]


def _likeness(detector: ObjectDetector, index: int, box: Box, image: Image, seen: Box) -> Score:
    """How sure an object is on pictures that differ in a part alone."""
    there = np.array([box.left, box.top, box.right, box.bottom], np.float32)

    def sure(part: Image) -> float:
        shown = image.copy()
        _part(shown, seen)[:] = part
        found = detector.candidates(shown, FAINT)
        found = found.at(found.classes == index)
        shares = overlaps(found.boxes, there)
        sureness = np.where(shares >= _SAME, found.scores * shares, 0.0)
        return max(_NOTHING, float(sureness.max(initial=0.0)))

    return lambda parts: np.array([sure(each) for each in parts], np.float32)
