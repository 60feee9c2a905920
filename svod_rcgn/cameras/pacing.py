"""When a frame's answer comes: before the next frame is taken, or some frames later."""

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from ..faces.records import Sighting
from ..records import Frame

Process: TypeAlias = Callable[[Frame], tuple[Sighting, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Analysis:
    """A frame and who is on it."""

    frame: Frame
    sightings: tuple[Sighting, ...]


class Pacing(Protocol):
    """Gives frames to the pipeline and hands on its answers."""

    @property
    def dropped(self) -> int:
        """Frames that were left without an answer."""
        ...

    def label(self, frame: Frame) -> Iterable[Analysis]:
        """Offer a frame, and take the answers that have come; what failed in the pipeline is raised."""
        ...

    def finish(self) -> Iterable[Analysis]:
        """Wait for the answers that are due; no frame may be offered after it."""
        ...


class Blocking:
    """Each frame waits for its answer."""

    dropped = 0

    def __init__(self, process: Process) -> None:
        self._process = process

    def label(self, frame: Frame) -> Iterable[Analysis]:
        """See `Labeller.label`."""
        return (Analysis(frame, self._process(frame)),)

    def finish(self) -> Iterable[Analysis]:
        """See `Labeller.finish`."""
        return ()


class LatestFrame:
    """Frames go on while one is being worked on; those that come meanwhile get no answer.

    The frame that is offered when the pipeline is free is always the newest, so nothing waits in line.
    """

    def __init__(self, process: Process) -> None:
        self.dropped = 0
        self._process = process
        self._worker = ThreadPoolExecutor(1, "labels")
        self._due: Future[Analysis] | None = None

    def label(self, frame: Frame) -> Iterable[Analysis]:
        """See `Labeller.label`."""
        if self._due is not None and not self._due.done():
            self.dropped += 1
            return ()
        answers = self._taken()
        self._due = self._worker.submit(self._answer, frame)
        return answers

    def finish(self) -> Iterable[Analysis]:
        """See `Labeller.finish`."""
        self._worker.shutdown()
        return self._taken()

    def _answer(self, frame: Frame) -> Analysis:
        return Analysis(frame, self._process(frame))

    def _taken(self) -> Iterable[Analysis]:
        due, self._due = self._due, None
        return () if due is None else (due.result(),)
