"""The faces wing, as the cameras of a process need it."""

from collections.abc import Sequence
from pathlib import Path

from ..cameras.analyzer import Analyzer
from ..events.listeners import EventListener
from ..events.subjects import SubjectBook
from ..faces.recogniser import FaceAnalyzers
from ..faces.settings import StrangerSettings
from ..faces.strangers.collect import StrangerCollector
from ..faces.strangers.folder import StrangerFolder
from ..faces.strangers.reidentify import StrangerBook
from ..records import FACE


class FacesWing:
    """Persons by name, and strangers, whose best faces are kept in a folder to be named."""

    kind = FACE

    def __init__(
        self, analyzers: FaceAnalyzers, folder: StrangerFolder | None, settings: StrangerSettings
    ) -> None:
        """Take the analyzers.

        Args:
            analyzers: They know the faces.
            folder: Where strangers' faces are kept; None keeps none.
            settings: Which faces are one stranger's, and what is kept of them.
        """
        self._analyzers = analyzers
        self._folder = folder
        self._settings = settings

    def analyzer(self, *, still: bool) -> Analyzer:
        """See `Wing.analyzer`."""
        return self._analyzers.analyzer(still=still)

    def book(self, memory: float) -> SubjectBook:
        """See `Wing.book`."""
        return StrangerBook(self._settings.likeness, memory)

    def listeners(self) -> Sequence[EventListener]:
        """See `Wing.listeners`."""
        if self._folder is None:
            return ()
        return (StrangerCollector(self._folder, self._analyzers.aligner, self._settings),)

    def forget_before(self, time: float) -> int:
        """See `Wing.forget_before`."""
        return 0 if self._folder is None else self._folder.forget_before(time)


def open_faces_wing(analyzers: FaceAnalyzers, strangers_dir: Path | None) -> FacesWing:
    """The wing with the usual settings; strangers' faces are kept where a folder is given."""
    settings = StrangerSettings()
    folder = None if strangers_dir is None else StrangerFolder(strangers_dir, settings)
    return FacesWing(analyzers, folder, settings)
