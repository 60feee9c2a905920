"""What all cameras of a process share: networks and classifiers are loaded once."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from ..records import FACE
from ..storage import folders
from ..tracking.motion import Detector, EveryFrame, MotionGate, MotionSettings
from .gallery import identify, store
from .pipeline import FacePipeline, Stages
from .protocols import Aligner, Background, Embedder, Identifier, Inspector
from .records import Evidence, Face, Match
from .settings import TrackingSettings
from .stages.background import KEPT
from .stages.tracking import EveryFaceAlone, FaceTracker

log = logging.getLogger(__name__)


class SharedIdentifier:
    """The classifiers in use, which may be replaced while pipelines run.

    A pipeline asks once a frame, so new ones take over between two frames.
    """

    def __init__(self, identifier: Identifier) -> None:
        self._current = identifier

    @property
    def people(self) -> Mapping[str, Mapping[str, Any]]:
        """See `Identifier.people`."""
        return self._current.people

    def identify(self, evidence: Sequence[Evidence]) -> tuple[Match, ...]:
        """See `Identifier.identify`."""
        return self._current.identify(evidence)

    def replace(self, identifier: Identifier) -> None:
        """Answer with this one from now on; any thread may call it."""
        self._current = identifier


@dataclass(frozen=True, slots=True)
class FaceAnalyzers:
    """Stages that several threads may use at once, and the analyzers made of them, one a camera."""

    detector: Detector[Face]
    inspector: Inspector
    aligner: Aligner
    embedder: Embedder
    identifier: SharedIdentifier
    motion: MotionSettings = field(default_factory=MotionSettings)
    background: Background = KEPT

    kind = FACE

    def analyzer(self, *, still: bool = False) -> FacePipeline:
        """A pipeline with a tracker of its own; `still` for pictures that have nothing in common."""
        finder = EveryFrame(self.detector) if still else MotionGate(self.detector, self.motion)
        tracker = EveryFaceAlone() if still else FaceTracker(TrackingSettings())
        shared = self.inspector, self.aligner, self.embedder, self.identifier
        return FacePipeline(Stages(self.background, finder, tracker, *shared))


@dataclass(frozen=True, slots=True)
class ClassifierStatus:
    """The classifiers in use: when they were trained, and the persons with their numbers of pictures."""

    version: str
    classes: Mapping[str, int]


class Reloader:
    """Loads the classifiers of a folder beside those in use, and swaps them when they are whole."""

    def __init__(
        self,
        embedding_dir: Path,
        classifiers_dir: Path,
        replace: Callable[[Identifier], None],
        *,
        nobody: bool = False,
    ) -> None:
        """Take the folder that the classifiers in use come from.

        Args:
            embedding_dir: The network that they belong to.
            classifiers_dir: Where they lie.
            replace: Puts others in use, between two frames.
            nobody: There may be none yet.

        Raises:
            ClassifierError: There are none.
            InputError: They are damaged.
        """
        self._embedding_dir = embedding_dir
        self._classifiers_dir = classifiers_dir
        self._replace = replace
        self._lock = Lock()
        none_yet = nobody and not folders.current_of(classifiers_dir).exists()
        self._status = ClassifierStatus("", {}) if none_yet else self._told()

    @property
    def status(self) -> ClassifierStatus:
        """The classifiers in use."""
        return self._status

    def reload(self) -> ClassifierStatus:
        """Use what lies in the folder now; any thread may ask for it.

        Raises:
            SvodError: It cannot be used, and says why; the classifiers in use stay.
        """
        with self._lock:
            classifier = identify.load_identifier(self._embedding_dir, self._classifiers_dir)
            self._status = self._told()
            self._replace(classifier)
        log.debug("classifiers of %s are in use", self._status.version)
        return self._status

    def _told(self) -> ClassifierStatus:
        meta = store.read_meta(folders.current_of(self._classifiers_dir))
        return ClassifierStatus(meta.created, {person.name: person.pictures for person in meta.persons})
