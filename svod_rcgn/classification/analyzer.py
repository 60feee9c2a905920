"""What whole pictures show, frame by frame."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..networks.class_labels import called, in_several
from ..networks.shared import Shared
from ..records import PICTURE, Frame, Observation
from .records import Classification
from .settings import SmoothingSettings
from .stages.classify import Classifier
from .stages.smoothing import Smoothing


class PictureAnalyzer:
    """Says what the frames of one camera show as a whole, by each of several networks.

    A class that two of the networks have is called by its network's name, too: "door: open".
    """

    def __init__(
        self, classifiers: Sequence[Shared[Classifier]], smoothing: SmoothingSettings | None
    ) -> None:
        """Begin.

        Args:
            classifiers: The networks.
            smoothing: How answers are smoothed; None for pictures that have nothing in common.
        """
        self._shared = classifiers
        self._smoothing = [Smoothing(smoothing) if smoothing else None for _ in classifiers]
        self._asked: tuple[Classifier | None, ...] = (None,) * len(classifiers)
        self._in_several: frozenset[str] = frozenset()

    def analyze(self, frame: Frame) -> tuple[Observation, ...]:
        """See `Analyzer.analyze`: of each network the classes that are there, or one without a label."""
        current = tuple(shared.current for shared in self._shared)
        if current != self._asked:
            self._change_to(current)
        return tuple(
            seen
            for classifier, smoothing in zip(current, self._smoothing, strict=True)
            for seen in _observations(classifier, _found(classifier, smoothing, frame), self._in_several)
        )

    def _change_to(self, current: tuple[Classifier, ...]) -> None:
        """Ask these from now on; what was swapped has other classes, perhaps, so nothing is smoothed."""
        for classifier, before, smoothing in zip(current, self._asked, self._smoothing, strict=True):
            if smoothing and classifier is not before:
                smoothing.forget()
        self._asked = current
        self._in_several = in_several([each.labels for each in current])


def _found(classifier: Classifier, smoothing: Smoothing | None, frame: Frame) -> Classification:
    (found,) = classifier.classify([frame.image])
    return smoothing.smooth(frame.time, found) if smoothing else found


def _observations(
    classifier: Classifier, found: Classification, several: frozenset[str]
) -> list[Observation]:
    about = {"network": classifier.name}
    if not classifier.knows(found):
        return [Observation(kind=PICTURE, label=None, score=1.0, attributes=about)]
    seen = []
    for index in classifier.counting(found):
        label = classifier.labels[index].label
        name = called(label, classifier.name, several)
        score = float(found.probabilities[index])
        seen.append(Observation(kind=PICTURE, label=name, score=score, attributes=about))
    return seen


@dataclass(frozen=True, slots=True)
class PictureAnalyzers:
    """The networks that all cameras of a process share, and analyzers made of them, one a camera."""

    classifiers: tuple[Shared[Classifier], ...]
    smoothing: SmoothingSettings = field(default_factory=SmoothingSettings)

    kind = PICTURE

    def analyzer(self, *, still: bool = False) -> PictureAnalyzer:
        """One for a camera; `still` for pictures that have nothing in common."""
        return PictureAnalyzer(self.classifiers, None if still else self.smoothing)
