"""What all cameras of a process share: networks and classifiers are loaded once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..records import Evidence, Match
from ..tracking.motion import Attention, Detector, EveryFrame
from .pipeline import Aligner, Background, Classifier, Embedder, Inspector, Pipeline, Stages
from .settings import AttentionSettings, TrackingSettings
from .stages.background import KEPT
from .stages.tracking import EveryFaceAlone, FaceTracker


class SharedClassifier:
    """The classifier in use, which may be replaced while pipelines run.

    A pipeline asks once a frame, so a new classifier takes over between two frames.
    """

    def __init__(self, classifier: Classifier) -> None:
        self._current = classifier

    @property
    def people(self) -> Mapping[str, Mapping[str, Any]]:
        """See `Classifier.people`."""
        return self._current.people

    def classify(self, evidence: Sequence[Evidence]) -> tuple[Match, ...]:
        """See `Classifier.classify`."""
        return self._current.classify(evidence)

    def replace(self, classifier: Classifier) -> None:
        """Answer with this one from now on; any thread may call it."""
        self._current = classifier


@dataclass(frozen=True, slots=True)
class Recogniser:
    """Stages that several threads may use at once, and the pipelines made of them, one a camera."""

    detector: Detector
    inspector: Inspector
    aligner: Aligner
    embedder: Embedder
    classifier: SharedClassifier
    attention: AttentionSettings = field(default_factory=AttentionSettings)
    background: Background = KEPT

    def pipeline(self, *, still: bool = False) -> Pipeline:
        """A pipeline with a tracker of its own; `still` for pictures that have nothing in common."""
        finder = EveryFrame(self.detector) if still else Attention(self.detector, self.attention)
        tracker = EveryFaceAlone() if still else FaceTracker(TrackingSettings())
        shared = self.inspector, self.aligner, self.embedder, self.classifier
        return Pipeline(Stages(self.background, finder, tracker, *shared))
