"""Short films of what happened: from some seconds before a moment to some seconds after it."""

import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from queue import Full, Queue
from threading import Thread
from typing import NamedTuple

import cv2
import numpy as np

from ..errors import InputError
from ..geometry import bounded
from ..records import Image
from .video_file import FilmFile

RATE = 10.0  # pictures a second
SIDE = 640  # pixels of the longer one
MOST_BYTES = 48_000_000  # of the pictures that are held for a camera
_QUALITY = 80
_MOST_WAITING = 4  # films
_TICK = 1e-4

log = logging.getLogger(__name__)


class _Picture(NamedTuple):
    time: float
    jpeg: bytes


@dataclass(slots=True, eq=False)
class _Clip:
    path: Path
    until: float
    written: Callable[[], object]
    pictures: list[_Picture] = field(default_factory=list)


class ClipRecorder:
    """Holds the last seconds of one camera as JPEGs, and writes clips in a thread of its own.

    What it holds is bounded in seconds and in bytes, the clips that grow included: where there is no room,
    the oldest pictures go, and a clip that grows ends early.
    """

    def __init__(self, before: float, most_bytes: int = MOST_BYTES) -> None:
        """Begin empty.

        Args:
            before: The most seconds before a moment that are asked for.
            most_bytes: That may be held.
        """
        self._before, self._most_bytes = before, most_bytes
        self._ring: deque[_Picture] = deque()
        self._bytes = 0
        self._growing: list[_Clip] = []
        self._queue: Queue[_Clip | None] = Queue(_MOST_WAITING)
        self._thread: Thread | None = None

    def hold(self, before: float) -> None:
        """Hold so many seconds from now on; clips that grow go on."""
        self._before = before

    def look(self, image: Image, time: float) -> None:
        """Take in a frame, (height, width, 3) uint8 BGR, at a time in seconds."""
        step = time - self._ring[-1].time if self._ring else 1 / RATE
        if 0 <= step < 1 / RATE - _TICK:
            return
        if step < 0:  # the clock was set back
            self._ring.clear()
            self._bytes = 0
        small = bounded(image, SIDE, SIDE)
        jpeg = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1].tobytes()
        self._hold(_Picture(time, jpeg))
        self._grow(self._ring[-1])

    def begin(
        self, path: Path, time: float, span: tuple[float, float], written: Callable[[], object]
    ) -> None:
        """Make a clip.

        Args:
            path: The .mp4 to write; its folder has to be there.
            time: Of what it is about.
            span: Seconds before and after.
            written: Is called in another thread when it lies there.
        """
        pictures = [each for each in self._ring if each.time >= time - span[0] - _TICK]
        self._growing.append(_Clip(path, time + span[1], written, pictures))

    def close(self) -> None:
        """End the clips that grow, and wait until all are written."""
        for clip in self._growing:
            self._hand_over(clip)
        self._growing = []
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join()
            self._thread = None

    def _hold(self, picture: _Picture) -> None:
        self._ring.append(picture)
        self._bytes += len(picture.jpeg)
        while len(self._ring) > 1 and (
            picture.time - self._ring[0].time > self._before or self._bytes > self._most_bytes
        ):
            self._bytes -= len(self._ring.popleft().jpeg)

    def _grow(self, picture: _Picture) -> None:
        for clip in self._growing:
            clip.pictures.append(picture)
        held = sum(len(each.jpeg) for clip in self._growing for each in clip.pictures)
        no_room = held > self._most_bytes
        for clip in [each for each in self._growing if no_room or not self._goes_on(each, picture.time)]:
            self._growing.remove(clip)
            self._hand_over(clip)

    @staticmethod
    def _goes_on(clip: _Clip, time: float) -> bool:
        return clip.pictures[0].time <= time < clip.until - _TICK

    def _hand_over(self, clip: _Clip) -> None:
        if self._thread is None:
            self._thread = Thread(target=self._write_all, name="clips", daemon=True)
            self._thread.start()
        try:
            self._queue.put_nowait(clip)
        except Full:
            log.warning("%s: not written; more clips are asked for than can be encoded", clip.path.name)

    def _write_all(self) -> None:
        while (clip := self._queue.get()) is not None:
            try:
                _write(clip.path, clip.pictures)
                clip.written()
            except Exception as error:  # a clip that fails must not end those that follow
                log.warning("a clip was not written: %s", error)


def _write(path: Path, pictures: Sequence[_Picture]) -> None:
    if not pictures:
        raise InputError(f"{path}: there was no picture of that time")
    film = FilmFile(path, RATE)
    for picture in pictures:
        film.write(_decoded(picture.jpeg), picture.time)
    film.close()


def _decoded(jpeg: bytes) -> Image:
    image: Image = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)  # type: ignore[assignment]
    return image
