"""What is where on the frames of a camera, each thing with a number."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ..networks.class_labels import called, in_several
from ..networks.shared import Shared
from ..records import OBJECT, Frame, Image, Observation
from ..tracking.motion import MotionGate, MotionSettings
from ..tracking.settings import BoxTrackingSettings
from ..tracking.tracker import NOBODY, BoxTracker
from .records import Candidates, Detection, Limits
from .stages.detect import ObjectDetector

LEAST_SHARE = 0.5
"""Of its limit, from which on a box still goes on with a track; see tracking.tracker."""

_GOOD_SIDE = 100.0  # pixels of a box, from which more shows no more


@dataclass(frozen=True, slots=True)
class FollowingSettings:
    """When a frame is looked at, and when a box is a thing's that was seen before."""

    motion: MotionSettings = field(default_factory=MotionSettings)
    tracking: BoxTrackingSettings = field(default_factory=BoxTrackingSettings)


class Tracked:
    """A detector whose objects have numbers; between two looks they are carried along with the picture.

    One camera's; what is not numbered yet is not told.
    """

    def __init__(self, detector: ObjectDetector, settings: FollowingSettings, count: int = 0) -> None:
        """Begin; `count` is how many numbers were given before."""
        self._detector = detector
        self._gate = MotionGate(self, settings.motion)
        self._tracker = BoxTracker(settings.tracking, len(detector.labels), count)
        self._time, self._scene = 0.0, 0

    @property
    def count(self) -> int:
        """How many numbers were given."""
        return self._tracker.count

    @property
    def limits(self) -> Limits:
        """What is left out."""
        limits = self._detector.limits
        return replace(limits, followed=round(LEAST_SHARE * limits.score, 4))

    def find(self, frame: Frame) -> tuple[Detection, ...]:
        """Every object of the source's next frame, as far as it is on it."""
        self._time = frame.time
        height, width = frame.image.shape[:2]
        carried = self._gate.find(frame, lambda: frame.image)
        return tuple(part for each in carried if (part := each.within(width, height)))

    def detect(self, image: Image) -> tuple[Detection, ...]:
        """See `tracking.motion.Detector`; the picture is that of the frame at hand."""
        if self._gate.scenes != self._scene:
            self._scene = self._gate.scenes
            self._tracker.forget()
        found = self._detector.chosen(self._detector.candidates(image, LEAST_SHARE))
        sureness = self._detector.sureness(found)
        numbers, classes = self._tracker.track(self._time, found.boxes, sureness, found.classes)
        told = self._detector.told(Candidates(found.boxes, found.scores, classes))
        return tuple(
            replace(each, track=int(number))
            for each, number in zip(told, numbers, strict=True)
            if number != NOBODY
        )


class ObjectAnalyzer:
    """Says what is where on the frames of one camera, by one network or several.

    A class that two of the networks have is called by its network's name, too: "yard: person". Numbers of
    tracks are each another network's in turn, so that none is given twice.
    """

    def __init__(
        self, detectors: Sequence[Shared[ObjectDetector]], settings: FollowingSettings | None
    ) -> None:
        """Begin.

        Args:
            detectors: The networks.
            settings: How objects are followed; None for pictures that have nothing in common.
        """
        self._detectors = detectors
        self._settings = settings
        self._tracked: list[Tracked | None] = [None] * len(detectors)
        self._asked: tuple[ObjectDetector | None, ...] = (None,) * len(detectors)
        self._in_several: frozenset[str] = frozenset()

    def analyze(self, frame: Frame) -> tuple[Observation, ...]:
        """See `Analyzer.analyze`: of each object an observation."""
        current = tuple(shared.current for shared in self._detectors)
        if current != self._asked:
            self._change_to(current)
        return tuple(
            self._observation(each, place, detector)
            for place, detector in enumerate(current)
            for each in self._found(place, detector, frame)
        )

    def _change_to(self, current: tuple[ObjectDetector, ...]) -> None:
        """Ask these from now on; what was swapped has other classes, perhaps, so it follows anew."""
        for place, (detector, before) in enumerate(zip(current, self._asked, strict=True)):
            if self._settings and detector is not before:
                tracked = self._tracked[place]
                self._tracked[place] = Tracked(detector, self._settings, tracked.count if tracked else 0)
        self._asked = current
        self._in_several = in_several([each.labels for each in current])

    def _found(self, place: int, detector: ObjectDetector, frame: Frame) -> Sequence[Detection]:
        tracked = self._tracked[place]
        return tracked.find(frame) if tracked else detector.detect(frame.image)

    def _observation(self, found: Detection, place: int, detector: ObjectDetector) -> Observation:
        label = called(found.label, detector.name, self._in_several)
        track = None if found.track is None else len(self._detectors) * (found.track - 1) + place + 1
        return observation_of(found, label, track, detector.name)


def observation_of(found: Detection, label: str, track: int | None, network: str) -> Observation:
    """What a frame showed of an object; a larger picture of it is worth more."""
    side = min(found.box.width, found.box.height)
    return Observation(
        kind=OBJECT,
        label=label,
        score=found.score,
        box=found.box,
        track=track,
        worth=found.score * min(1.0, side / _GOOD_SIDE),
        attributes={"network": network},
    )


@dataclass(frozen=True, slots=True)
class ObjectAnalyzers:
    """The networks that all cameras of a process share, and analyzers made of them, one a camera."""

    detectors: tuple[Shared[ObjectDetector], ...]
    settings: FollowingSettings = field(default_factory=FollowingSettings)

    kind = OBJECT

    def analyzer(self, *, still: bool = False) -> ObjectAnalyzer:
        """One for a camera; `still` for pictures that have nothing in common."""
        return ObjectAnalyzer(self.detectors, None if still else self.settings)
