"""The loop over the frames of one source."""

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from threading import Event as Flag
from time import monotonic, perf_counter
from typing import Any, Protocol

from ..events.dispatcher import EventDispatcher
from ..events.records import Visit
from ..faces.records import Sighting
from ..geometry import bounded
from ..media import drawing
from ..media.output import Output
from ..media.settings import VideoSettings
from ..media.sources import Source
from ..records import Frame
from .meter import Meter, Pace
from .pacing import Analysis, Blocking, LatestFrame, Pacing


@dataclass(frozen=True, slots=True)
class LoopSummary:
    """What came of watching a source: frames, seconds of work, and which persons came."""

    frames: int
    seconds: float
    visits: tuple[Visit, ...]

    @property
    def frames_per_second(self) -> float:
        """Frames that were worked on in a second; 0 when no time has passed."""
        return self.frames / self.seconds if self.seconds else 0.0


class Analyzer(Protocol):
    """Knows who is on a frame, and what is known of each person."""

    @property
    def people(self) -> Mapping[str, Mapping[str, Any]]:
        """What is known of each person, by name."""
        ...

    def process(self, frame: Frame) -> tuple[Sighting, ...]:
        """Every face of a frame and whose it is."""
        ...


class CameraLoop:
    """Takes frames through the pipeline to the attendance book and the outputs.

    Outputs belong to whoever made them. A camera that crashed may be run again: its pipeline is made
    anew, since the old one may be what is broken; the book goes on, so that nobody is announced twice.
    """

    def __init__(
        self,
        source: Source,
        build_pipeline: Callable[[], Analyzer],
        dispatcher: EventDispatcher,
        outputs: Sequence[Output],
        settings: VideoSettings,
    ) -> None:
        self.source = source
        self._build_pipeline = build_pipeline
        self._dispatcher = dispatcher
        self._outputs = outputs
        self._settings = settings
        self._stopped = Flag()
        self._meter = Meter()
        self._frames = 0
        self._seconds = 0.0
        self._unanswered = 0
        self._labels: tuple[Sighting, ...] = ()

    @property
    def summary(self) -> LoopSummary:
        """What came of it so far; seconds are those of runs that have ended."""
        return LoopSummary(self._frames, self._seconds, self._dispatcher.visits)

    @property
    def pace(self) -> Pace:
        """How fast frames are answered."""
        return self._meter.pace()

    @property
    def dropped(self) -> int:
        """Frames that were shown or read but never answered."""
        return self._unanswered + self.source.health.dropped

    @property
    def tracks(self) -> int:
        """How many persons are being followed."""
        return len({label.track for label in self._labels if label.track is not None})

    @property
    def is_over(self) -> bool:
        """Whether it was stopped, or whoever looks has seen enough."""
        return self._stopped.is_set() or any(output.closed for output in self._outputs)

    def stop(self) -> None:
        """End after the frame at hand, at once where there is none; any thread may call it."""
        self._stopped.set()
        self.source.stop()

    def run(self) -> None:
        """Watch until the frames end, an output is closed, or `stop` is called.

        Raises:
            InputError: The source breaks off for good or holds nothing, or an output cannot be written.
        """
        started = perf_counter()
        try:
            self._watch()
        finally:
            self._labels = ()
            self._seconds += perf_counter() - started

    def _watch(self) -> None:
        pipeline = self._build_pipeline()
        self._dispatcher.begin()
        labeller = (LatestFrame if self._settings.asynchronous else Blocking)(pipeline.process)
        try:
            with closing(self._paced()) as frames:
                for frame in frames:
                    self._take(_bounded(frame, self._settings), labeller, pipeline)
                    if self.is_over:
                        return
        finally:
            rest = labeller.finish()
        for answer in rest:
            self._answer(answer, pipeline)
        if not self.is_over:
            self._dispatcher.finish(pipeline.people)

    def _paced(self) -> Generator[Frame, None, None]:
        """The source's frames; those of a film that is to be looked at at the pace of the film."""
        step = 0.0 if self.source.live or not self._settings.paced else 1 / self.source.frames_per_second
        due = monotonic()
        with closing(self.source.frames()) as frames:
            for frame in frames:
                self._stopped.wait(max(0.0, due - monotonic()))
                due = max(due, monotonic()) + step
                yield frame

    def _take(self, frame: Frame, labeller: Pacing, pipeline: Analyzer) -> None:
        before = labeller.dropped
        for answer in labeller.label(frame):
            self._answer(answer, pipeline)
        self._unanswered += labeller.dropped - before
        self._frames += 1
        self._show(frame)

    def _answer(self, answer: Analysis, pipeline: Analyzer) -> None:
        self._meter.answered(answer.frame.captured)
        self._labels = answer.sightings
        self._dispatcher.observe(answer.frame, answer.sightings, pipeline.people)

    def _show(self, frame: Frame) -> None:
        if not self._outputs:
            return  # nobody looks: nothing is drawn
        picture = drawing.annotated(frame.image, self._labels)
        for output in self._outputs:
            output.write(picture, frame.time)


def _bounded(frame: Frame, settings: VideoSettings) -> Frame:
    image = bounded(frame.image, settings.max_width, settings.max_height)
    return frame if image is frame.image else replace(frame, image=image)
