"""The loop over the frames of one source."""

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from threading import Event as Flag
from time import perf_counter

import cv2

from . import drawing
from .entities import Event, Frame, Sighting
from .geometry import fit_within
from .notifiers.base import Notifier
from .outputs import Output
from .pipeline import Pipeline
from .settings import VideoSettings
from .stages.rules import PresenceRule, Visit


@dataclass(frozen=True, slots=True)
class Summary:
    """What came of watching a source: frames, seconds of work, and who was announced."""

    frames: int
    seconds: float
    visits: tuple[Visit, ...]

    @property
    def frames_per_second(self) -> float:
        """Frames that were worked on in a second; 0 when no time has passed."""
        return self.frames / self.seconds if self.seconds else 0.0


class Camera:
    """Takes frames through the pipeline to notifiers and outputs.

    It closes the frames' generator at the end; outputs belong to whoever made them.
    """

    def __init__(
        self,
        frames: Generator[Frame, None, None],
        pipeline: Pipeline,
        rule: PresenceRule,
        notifiers: Sequence[Notifier],
        outputs: Sequence[Output],
        settings: VideoSettings,
    ) -> None:
        self._frames = frames
        self._pipeline = pipeline
        self._rule = rule
        self._notifiers = notifiers
        self._outputs = outputs
        self._settings = settings
        self._stopped = Flag()

    def stop(self) -> None:
        """End after the frame at hand; a signal handler or another thread may call it."""
        self._stopped.set()

    def run(self) -> Summary:
        """Watch until the frames end, an output is closed, or `stop` is called.

        Raises:
            InputError: The source breaks off or holds nothing, or an output cannot be written.
        """
        started = perf_counter()
        frames = self._watch()
        return Summary(frames, perf_counter() - started, self._rule.visits)

    def _watch(self) -> int:
        count = 0
        with closing(self._frames) as frames:
            for count, frame in enumerate(frames, start=1):
                self._take(_bounded(frame, self._settings))
                if self._is_over():
                    return count
        self._announce(self._rule.finish())
        return count

    def _take(self, frame: Frame) -> None:
        sightings = self._pipeline.process(frame)
        self._announce(self._rule.observe(frame.time, sightings))
        self._show(frame, sightings)

    def _announce(self, events: Sequence[Event]) -> None:
        for event in events:
            known = replace(event, fields=self._pipeline.people.get(event.name, {}))
            for notifier in self._notifiers:
                notifier.notify(known)

    def _show(self, frame: Frame, sightings: Sequence[Sighting]) -> None:
        if not self._outputs:
            return  # nobody looks: nothing is drawn
        picture = drawing.annotated(frame.image, sightings)
        for output in self._outputs:
            output.write(picture, frame.time)

    def _is_over(self) -> bool:
        return self._stopped.is_set() or any(output.closed for output in self._outputs)


def _bounded(frame: Frame, settings: VideoSettings) -> Frame:
    height, width = frame.image.shape[:2]
    factor = fit_within(width, height, settings.max_width, settings.max_height)
    if factor == 1:
        return frame
    size = max(1, round(width * factor)), max(1, round(height * factor))
    scaled = cv2.resize(frame.image, size, interpolation=cv2.INTER_AREA)
    return replace(frame, image=scaled)  # type: ignore[arg-type]
