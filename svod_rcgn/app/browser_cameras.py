"""Cameras of browsers whose visits are kept: they are looked at and recorded as those of the server."""

import logging
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from queue import Empty, Full, Queue
from threading import Lock, Thread
from time import monotonic, time

import numpy as np

from ..cameras.loop import CameraLoop
from ..cameras.viewer import Viewer
from ..errors import BusyError, InputError
from ..media.sources import Health, Source
from ..records import Frame, Image, Observation

log = logging.getLogger(__name__)

MOST = 4
_RATE = 10.0  # frames a second that a browser sends at least
_PATIENCE = 30.0  # seconds for one picture, with the networks loaded for it
_DARK_STEP = 0.5
_DARK = np.zeros((64, 64, 3), np.uint8)


class _PushedFrames:
    """A live source that is given its frames, and is dark for a while when nobody gives any.

    While it is dark visits come to their end as before a camera that somebody has left; who comes back
    before that goes on with the same visit.
    """

    live, still = True, False
    frames_per_second, frame_count = _RATE, None
    health = Health()

    def __init__(self, name: str, dark: float) -> None:
        self.name = name
        self._dark = dark
        self._given: Queue[Image | None] = Queue(1)
        self._ended = False

    def give(self, image: Image) -> None:
        """Lay a picture down for the loop.

        Raises:
            queue.Full: It does not take any.
        """
        self._given.put(image, timeout=_PATIENCE)

    def frames(self) -> Generator[Frame, None, None]:
        """See `Source.frames`."""
        number, last = 0, monotonic()
        while not self._ended and monotonic() - last < self._dark:
            image = self._next()
            if image is not None:
                last = monotonic()
            yield Frame(_DARK if image is None else image, number, time(), self.name)
            number += 1

    def stop(self) -> None:
        """See `Source.stop`."""
        self._ended = True
        with suppress(Full):
            self._given.put_nowait(None)

    def _next(self) -> Image | None:
        with suppress(Empty):
            return self._given.get(timeout=_DARK_STEP)
        return None


class _Answers:
    """Takes what was seen on each picture to whoever gave it; of the dark nothing is told."""

    def __init__(self) -> None:
        self.seen: Queue[tuple[Frame, Sequence[Observation]]] = Queue()

    def see(self, frame: Frame, observations: Sequence[Observation]) -> None:
        """See `Viewer.see`."""
        if frame.image is not _DARK:
            self.seen.put((frame, observations))


class BrowserCamera:
    """One camera; one thread at a time may give it pictures."""

    def __init__(self, name: str, dark: float, build: Callable[[Source, Viewer], CameraLoop]) -> None:
        self.name = name
        self.in_use = False
        self._source, self._answers = _PushedFrames(name, dark), _Answers()
        self._loop = build(self._source, self._answers)
        self._thread: Thread | None = None

    def look(self, image: Image) -> tuple[Frame, Sequence[Observation]]:
        """Have the camera's loop look at a picture.

        Returns:
            The frame as it was looked at, which is smaller where the picture was large, and what was seen.

        Raises:
            InputError: The loop ended, or takes too long.
        """
        while not self._answers.seen.empty():  # somebody did not wait for these
            self._answers.seen.get()
        try:
            self._source.give(image)
        except Full as error:
            raise self._failed() from error
        deadline = monotonic() + _PATIENCE
        while monotonic() < deadline:
            self._begin()  # the last loop may have ended just now
            with suppress(Empty):
                return self._answers.seen.get(timeout=_DARK_STEP)
        raise self._failed()

    def _failed(self) -> InputError:
        return InputError(f"{self.name}: pictures are not looked at; the log may say why")

    def stop(self) -> None:
        """End the loop, at once where there is no picture at hand."""
        self._loop.stop()
        if self._thread is not None:
            self._thread.join(_DARK_STEP)

    @property
    def is_dark(self) -> bool:
        """Whether a loop waits for visits to end."""
        return self._thread is not None and self._thread.is_alive()

    def _begin(self) -> None:
        if not self.is_dark:
            self._thread = Thread(target=self._run, name=self.name, daemon=True)
            self._thread.start()

    def _run(self) -> None:
        try:
            self._loop.run()
        except Exception:
            log.exception("%s failed", self.name)


class BrowserCameras:
    """So many cameras at most, which are used again; any thread may ask."""

    def __init__(
        self, build: Callable[[Source, Viewer], CameraLoop], absence: float, most: int = MOST
    ) -> None:
        """Take how a camera's loop is made.

        Args:
            build: Makes it of its source and of who looks.
            absence: Seconds after which a visit is over.
            most: How many may send at once.
        """
        self._build = build
        self._dark = absence + 2 * _DARK_STEP
        self._most = most
        self._cameras: list[BrowserCamera] = []
        self._lock = Lock()
        self._closed = False

    def take(self) -> BrowserCamera:
        """One that nobody uses, until it is given back; one whose visits go on comes first.

        Raises:
            BusyError: All are used.
        """
        with self._lock:
            free = sorted(
                (each for each in self._cameras if not each.in_use), key=lambda one: not one.is_dark
            )
            if self._closed or (not free and len(self._cameras) >= self._most):
                raise BusyError(f"visits before {self._most} browsers are kept already; end one of them")
            camera = free[0] if free else self._new()
            camera.in_use = True
            return camera

    def give_back(self, camera: BrowserCamera) -> None:
        """Let others use it; its visits end when nobody has been seen for long enough."""
        with self._lock:
            camera.in_use = False

    def close(self) -> None:
        """End all."""
        with self._lock:
            self._closed = True
            for each in self._cameras:
                each.stop()

    def _new(self) -> BrowserCamera:
        number = len(self._cameras) + 1
        name = "browser" if number == 1 else f"browser {number}"
        camera = BrowserCamera(name, self._dark, self._build)
        self._cameras.append(camera)
        return camera
