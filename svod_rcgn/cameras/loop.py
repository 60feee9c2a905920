"""The loop over the frames of one source."""

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import chain
from threading import Event as Flag
from time import monotonic, perf_counter
from typing import NamedTuple

from ..events.dispatcher import EventDispatcher
from ..geometry import bounded
from ..media import drawing
from ..media.output import Output
from ..media.settings import VideoSettings
from ..media.sources import Source
from ..records import Frame, Observation, Visit
from .analyzer import Analyzer
from .meter import Meter, Pace
from .pacing import Analysis, Blocking, LatestFrame, Pacing
from .viewer import Viewer


@dataclass(frozen=True, slots=True)
class LoopSummary:
    """What came of watching a source: frames, seconds of work, and the visits of those with a name."""

    frames: int
    seconds: float
    visits: tuple[Visit, ...]

    @property
    def frames_per_second(self) -> float:
        """Frames that were worked on in a second; 0 when no time has passed."""
        return self.frames / self.seconds if self.seconds else 0.0


class Watch(NamedTuple):
    """One pair of eyes on a camera: how its analyzer is made, and who takes what it sees."""

    build_analyzer: Callable[[], Analyzer]
    dispatcher: EventDispatcher


class CameraLoop:
    """Takes frames through the analyzers to their dispatchers and the outputs.

    Outputs and viewers belong to whoever made them. A loop that crashed may be run again: its analyzers
    are made anew, since an old one may be what is broken; the dispatchers go on, so that nothing is
    announced twice.
    """

    def __init__(
        self,
        source: Source,
        watches: Sequence[Watch],
        outputs: Sequence[Output],
        settings: VideoSettings,
        viewers: Sequence[Viewer] = (),
    ) -> None:
        self.source = source
        self._watches = watches
        self._outputs = outputs
        self._settings = settings
        self._viewers = viewers
        self._stopped = Flag()
        self._meter = Meter()
        self._frames = 0
        self._seconds = 0.0
        self._unanswered = 0
        self._seen: tuple[Observation, ...] = ()

    @property
    def summary(self) -> LoopSummary:
        """What came of it so far; seconds are those of runs that have ended."""
        visits = [visit for watch in self._watches for visit in watch.dispatcher.visits]
        return LoopSummary(self._frames, self._seconds, tuple(sorted(visits, key=lambda each: each.first)))

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
        """How many subjects are being followed."""
        return len({(each.kind, each.track) for each in self._seen if each.track is not None})

    @property
    def is_over(self) -> bool:
        """Whether it was stopped, or whoever looks has seen enough."""
        return self._stopped.is_set() or any(output.closed for output in self._outputs)

    def stop(self) -> None:
        """End after the frame at hand, at once where there is none; any thread may call it."""
        self._stopped.set()
        self.source.stop()

    def close(self) -> None:
        """It will not be run again: whatever goes on before it is over."""
        for watch in self._watches:
            watch.dispatcher.close()

    def run(self) -> None:
        """Watch until the frames end, an output is closed, or `stop` is called.

        Raises:
            InputError: The source breaks off for good or holds nothing, or an output cannot be written.
        """
        started = perf_counter()
        try:
            self._watch()
        finally:
            self._seen = ()
            self._seconds += perf_counter() - started

    def _watch(self) -> None:
        analyzers = [watch.build_analyzer() for watch in self._watches]
        for watch in self._watches:
            watch.dispatcher.begin()
        pacing = (LatestFrame if self._settings.asynchronous else Blocking)(analyzers)
        try:
            with closing(self._paced()) as frames:
                for frame in frames:
                    self._take(_bounded(frame, self._settings), pacing)
                    if self.is_over:
                        return
        finally:
            rest = pacing.finish()
        for analysis in rest:
            self._answer(analysis)
        if not self.is_over:
            for watch in self._watches:
                watch.dispatcher.finish()

    def _paced(self) -> Generator[Frame, None, None]:
        """The source's frames; those of a film that is to be looked at at the pace of the film."""
        step = 0.0 if self.source.live or not self._settings.paced else 1 / self.source.frames_per_second
        due = monotonic()
        with closing(self.source.frames()) as frames:
            for frame in frames:
                self._stopped.wait(max(0.0, due - monotonic()))
                due = max(due, monotonic()) + step
                yield frame

    def _take(self, frame: Frame, pacing: Pacing) -> None:
        before = pacing.dropped
        for analysis in pacing.analyze(frame):
            self._answer(analysis)
        self._unanswered += pacing.dropped - before
        self._frames += 1
        self._show(frame)

    def _answer(self, analysis: Analysis) -> None:
        self._meter.answered(analysis.frame.captured)
        self._seen = tuple(chain.from_iterable(analysis.observations))
        for watch, observations in zip(self._watches, analysis.observations, strict=True):
            watch.dispatcher.observe(analysis.frame, observations)
        for viewer in self._viewers:
            viewer.see(analysis.frame, self._seen)

    def _show(self, frame: Frame) -> None:
        if not self._outputs:
            return  # nobody looks: nothing is drawn
        picture = drawing.annotated(frame.image, self._seen)
        for output in self._outputs:
            output.write(picture, frame.time)


def _bounded(frame: Frame, settings: VideoSettings) -> Frame:
    image = bounded(frame.image, settings.max_width, settings.max_height)
    return frame if image is frame.image else replace(frame, image=image)
