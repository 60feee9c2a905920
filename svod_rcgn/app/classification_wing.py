"""The classification wing, as the cameras of a process need it."""

from collections.abc import Callable, Sequence

from ..cameras.analyzer import Analyzer
from ..classification.analyzer import PictureAnalyzers
from ..classification.stages.classify import Classifier
from ..events.listeners import EventListener
from ..events.subjects import SubjectBook, TrackBook
from ..networks.shared import Shared
from ..records import PICTURE


class ClassificationWing:
    """What whole pictures show, by one network or several; each class that is there is a subject."""

    kind = PICTURE

    def __init__(self, names: Sequence[str], load: Callable[[str], Classifier]) -> None:
        """Load the networks.

        Args:
            names: Of the networks.
            load: Loads one by its name.

        Raises:
            SvodError: One cannot be used.
        """
        self._names = tuple(names)
        self._load = load
        self._analyzers = PictureAnalyzers(tuple(Shared(load(name)) for name in self._names))

    def analyzer(self, *, still: bool) -> Analyzer:
        """See `Wing.analyzer`."""
        return self._analyzers.analyzer(still=still)

    def book(self, memory: float) -> SubjectBook:  # noqa: ARG002
        """See `Wing.book`; a class is known by its label alone."""
        return TrackBook()

    def listeners(self) -> Sequence[EventListener]:
        """See `Wing.listeners`: none of its own."""
        return ()

    def forget_before(self, time: float) -> int:  # noqa: ARG002
        """See `Wing.forget_before`: nothing is kept."""
        return 0

    def read_again(self) -> Callable[[], None]:
        """Load the networks that lie on disk now, and give what puts all of them in use; any thread may.

        Raises:
            SvodError: One cannot be used; those in use stay.
        """
        fresh = [self._load(name) for name in self._names]

        def put_in_use() -> None:
            for shared, classifier in zip(self._analyzers.classifiers, fresh, strict=True):
                shared.replace(classifier)

        return put_in_use
