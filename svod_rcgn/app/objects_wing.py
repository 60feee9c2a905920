"""The objects wing, as the cameras of a process need it."""

from ..cameras.analyzer import Analyzer
from ..events.subjects import SubjectBook
from ..objects.analyzer import ObjectAnalyzers
from ..objects.stages.detect import ObjectDetector
from ..records import OBJECT
from .network_wing import NetworkWing
from .visitors import VisitorBook


class ObjectsWing(NetworkWing[ObjectDetector]):
    """What is where, by one network or several; each thing that is followed is a subject."""

    kind = OBJECT

    def analyzer(self, *, still: bool) -> Analyzer:
        """See `Wing.analyzer`."""
        return ObjectAnalyzers(self._networks).analyzer(still=still)

    def book(self, memory: float) -> SubjectBook:  # noqa: ARG002
        """See `Wing.book`; persons whose faces tell who they are are left to the faces."""
        return VisitorBook()
