"""Several cameras in one process, each with its own loop in its own thread."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Event as Flag
from threading import Thread
from time import monotonic

from ..errors import SvodError
from ..retry import Backoff, RetrySettings
from .loop import CameraLoop, LoopSummary

log = logging.getLogger(__name__)

ENDING = 1.0  # seconds that a loop has to end once it is told to; the process itself takes some, too


@dataclass(frozen=True, slots=True)
class CameraStatus:
    """How one camera fares.

    `running` is False once it has ended for good. `frames_per_second` are answers, and the latencies,
    in seconds, run from a picture's capture to its answer (None before the first), both over the last
    minute. `dropped` frames got no answer because newer ones had come; `reconnects` counts connections
    made anew, `restarts` loops begun anew after a crash; `tracks` are the persons followed just now.
    """

    name: str
    running: bool
    frames: int
    frames_per_second: float
    latency_median: float | None
    latency_p95: float | None
    dropped: int
    reconnects: int
    restarts: int
    tracks: int
    last_error: str | None


class CameraSupervisor:
    """Runs cameras side by side; a loop of a live source that crashes is begun anew."""

    def __init__(
        self,
        cameras: Sequence[CameraLoop],
        retry: RetrySettings,
    ) -> None:
        """Prepare; `start` begins.

        Args:
            cameras: Each with a name of its own.
            retry: The pauses before a crashed loop begins anew; its limit does not count here.
        """
        self._watches = [_CameraThread(camera, retry) for camera in cameras]
        self._stopped_at: float | None = None
        self._told_to_stop = Flag()

    def start(self) -> None:
        """Begin to watch."""
        for watch in self._watches:
            watch.thread.start()

    def stop(self) -> None:
        """End all loops soon; a signal handler or any thread may call it, more than once."""
        if self._stopped_at is None:
            self._stopped_at = monotonic()
        self._told_to_stop.set()
        for watch in self._watches:
            watch.stop()

    @property
    def is_stopped(self) -> bool:
        """Whether they were told to stop, and did not end by themselves."""
        return self._stopped_at is not None

    def status(self) -> tuple[CameraStatus, ...]:
        """How each camera fares, in the order given."""
        return tuple(watch.status() for watch in self._watches)

    @property
    def summaries(self) -> Mapping[str, LoopSummary]:
        """What came of each camera so far, by its name."""
        return {watch.camera.source.name: watch.camera.summary for watch in self._watches}

    @property
    def lengths(self) -> list[tuple[str, int | None]]:
        """Name and number of frames of each camera, where all of them come to an end."""
        sources = [watch.camera.source for watch in self._watches]
        ending = not any(source.live for source in sources)
        return [(source.name, source.frame_count) for source in sources] if ending else []

    def poll(self) -> bool:
        """See to loops that shall end; whether one is still to be waited for.

        It is to be called several times a second. A loop that hangs is waited for no longer than a
        second after `stop`.
        """
        if any(watch.broken for watch in self._watches):
            self.stop()
        for watch in self._watches:
            if watch.camera.is_over:
                watch.stop()
        late = self._stopped_at is not None and monotonic() - self._stopped_at > ENDING
        return not late and any(watch.thread.is_alive() for watch in self._watches)

    def wait(self, seconds: float) -> None:
        """Wait so long, or until the first loop has ended; where none runs, until `stop`."""
        running = [watch for watch in self._watches if watch.thread.is_alive()]
        if running:
            running[0].thread.join(seconds)
        else:
            self._told_to_stop.wait(seconds)

    def raise_error(self) -> None:
        """Raise what ended the first loop that failed, if one did."""
        for watch in self._watches:
            if watch.error is not None:
                raise watch.error


class _CameraThread:
    """One camera's thread."""

    def __init__(self, camera: CameraLoop, retry: RetrySettings) -> None:
        self.camera = camera
        self.error: Exception | None = None
        self._stopped = Flag()
        self._backoff = Backoff(retry, self._stopped)
        self._restarts = 0
        self._crash: str | None = None
        self.thread = Thread(target=self._run, name=camera.source.name, daemon=True)

    @property
    def broken(self) -> bool:
        """Whether a defect ended it, which no other camera shall hide by going on."""
        return self.error is not None and not isinstance(self.error, SvodError)

    def stop(self) -> None:
        self._stopped.set()
        self.camera.stop()

    def status(self) -> CameraStatus:
        health, pace = self.camera.source.health, self.camera.pace
        return CameraStatus(
            name=self.camera.source.name,
            running=self.thread.is_alive(),
            frames=self.camera.summary.frames,
            frames_per_second=pace.frames_per_second,
            latency_median=pace.latency_median,
            latency_p95=pace.latency_p95,
            dropped=self.camera.dropped,
            reconnects=health.reconnects,
            restarts=self._restarts,
            tracks=self.camera.tracks,
            last_error=self._crash or health.last_error,
        )

    def _run(self) -> None:
        try:
            self._watch()
        finally:  # a process that serves a page goes on without this camera, and its visits do not
            self.camera.close()

    def _watch(self) -> None:
        while not self._stopped.is_set():
            self._backoff.begin()
            try:
                self.camera.run()
                return
            except (SvodError, BrokenPipeError) as error:
                self._end(error)
                return
            except Exception as error:
                if not self.camera.source.live:  # from the beginning again, a film would say all twice
                    self._end(error)
                    return
                self._restart(error)

    def _end(self, error: Exception) -> None:
        self.error = error
        self._crash = _line(error)

    def _restart(self, error: Exception) -> None:
        pause = self._backoff.fail()
        self._crash = _line(error)
        log.warning("%s: %s; begins anew in %g s", self.camera.source.name, self._crash, pause)
        log.debug("details", exc_info=error)
        self._backoff.pause(pause)
        self._restarts += 1


def _line(error: Exception) -> str:
    return " ".join(str(error).split()) if isinstance(error, SvodError) else repr(error)
