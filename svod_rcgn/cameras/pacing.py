"""When a frame's analysis comes: before the next frame is taken, or some frames later."""

from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

from ..records import Frame, Observation
from .analyzer import Analyzer


@dataclass(frozen=True, slots=True, eq=False)
class Analysis:
    """A frame and what each analyzer saw on it, in the order of the analyzers."""

    frame: Frame
    observations: tuple[tuple[Observation, ...], ...]


class Pacing(Protocol):
    """Gives frames to the analyzers and hands on what they see."""

    @property
    def dropped(self) -> int:
        """Frames that were left without an analysis."""
        ...

    def analyze(self, frame: Frame) -> Iterable[Analysis]:
        """Offer a frame, and take the analyses that have come; what failed in an analyzer is raised."""
        ...

    def finish(self) -> Iterable[Analysis]:
        """Wait for the analyses that are due; no frame may be offered after it."""
        ...


class Blocking:
    """Each frame waits for its analysis."""

    dropped = 0

    def __init__(self, analyzers: Sequence[Analyzer]) -> None:
        self._analyzers = analyzers

    def analyze(self, frame: Frame) -> Iterable[Analysis]:
        """See `Pacing.analyze`."""
        return (_analysis(frame, self._analyzers),)

    def finish(self) -> Iterable[Analysis]:
        """See `Pacing.finish`."""
        return ()


class LatestFrame:
    """Frames go on while one is being worked on; those that come meanwhile get no analysis.

    The frame that is offered when the analyzers are free is always the newest, so nothing waits in line.
    """

    def __init__(self, analyzers: Sequence[Analyzer]) -> None:
        self.dropped = 0
        self._analyzers = analyzers
        self._worker = ThreadPoolExecutor(1, "analysis")
        self._due: Future[Analysis] | None = None

    def analyze(self, frame: Frame) -> Iterable[Analysis]:
        """See `Pacing.analyze`."""
        if self._due is not None and not self._due.done():
            self.dropped += 1
            return ()
        analyses = self._taken()
        self._due = self._worker.submit(_analysis, frame, self._analyzers)
        return analyses

    def finish(self) -> Iterable[Analysis]:
        """See `Pacing.finish`."""
        self._worker.shutdown()
        return self._taken()

    def _taken(self) -> Iterable[Analysis]:
        due, self._due = self._due, None
        return () if due is None else (due.result(),)


def _analysis(frame: Frame, analyzers: Sequence[Analyzer]) -> Analysis:
    return Analysis(frame, tuple(analyzer.analyze(frame) for analyzer in analyzers))
