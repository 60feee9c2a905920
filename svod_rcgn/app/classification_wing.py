"""The classification wing, as the cameras of a process need it."""

from ..cameras.analyzer import Analyzer
from ..classification.analyzer import PictureAnalyzers
from ..classification.stages.classify import Classifier
from ..events.subjects import SubjectBook, TrackBook
from ..records import PICTURE
from .network_wing import NetworkWing


class ClassificationWing(NetworkWing[Classifier]):
    """What whole pictures show, by one network or several; each class that is there is a subject."""

    kind = PICTURE

    def analyzer(self, *, still: bool) -> Analyzer:
        """See `Wing.analyzer`."""
        return PictureAnalyzers(self._networks).analyzer(still=still)

    def book(self, memory: float) -> SubjectBook:  # noqa: ARG002
        """See `Wing.book`; a class is known by its label alone."""
        return TrackBook()
