"""Films and pictures: every frame once, in order, by a time of their own."""

import logging
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import TypeVar

import cv2

from ...errors import InputError
from ...records import Frame, Image
from ...storage import images
from .source import Capture, Health, rate_of

log = logging.getLogger(__name__)

PICTURES_A_SECOND = 1.0
LONGEST_STEP = 60.0
_AHEAD = 3

Item = TypeVar("Item")


class _Finite:
    live = False
    health = Health()

    def stop(self) -> None:
        """See `Source.stop`; the next frame is never waited for, so there is no wait to end."""


class Film(_Finite):
    """A film; its time is its own. One that is damaged further on ends where the damage begins."""

    still = False

    def __init__(self, capture: Capture, name: str) -> None:
        self.name = name
        self.frames_per_second = rate_of(capture)
        count = capture.get(cv2.CAP_PROP_FRAME_COUNT)
        self.frame_count = int(count) if 0 < count < float("inf") else None
        self._capture = capture

    def frames(self) -> Generator[Frame, None, None]:
        """See `Source.frames`.

        Raises:
            InputError: Not one frame can be read.
        """
        clock = _FilmClock(1 / self.frames_per_second)
        index = -1
        try:
            with closing(_ahead(_stamped_images(self._capture))) as film:
                for index, (stamp, image) in enumerate(film):
                    yield Frame(image, index, clock.advance(stamp), self.name)
            if index < 0:
                raise InputError(f"{self.name}: no frame of this film can be read; is it damaged?")
        finally:
            self._capture.release()


class Pictures(_Finite):
    """Picture files in the order given, shown like a film of one picture a second."""

    still = True
    frames_per_second = PICTURES_A_SECOND

    def __init__(self, paths: Sequence[Path], name: str) -> None:
        self.name = name
        self.frame_count = len(paths)
        self._paths = paths

    def frames(self) -> Generator[Frame, None, None]:
        """See `Source.frames`; a picture that cannot be read is reported and left out.

        Raises:
            InputError: Not one picture can be read.
        """
        index = -1
        for index, image in enumerate(self._readable()):
            yield Frame(image, index, index / PICTURES_A_SECOND, self.name)
        if index < 0:
            raise InputError(f"{self.name}: none of its {len(self._paths)} pictures can be read")

    def _readable(self) -> Iterator[Image]:
        for path in self._paths:
            try:
                image = images.read_picture(path)
            except InputError as error:
                log.warning("left out: %s", error)
            else:
                yield image


class _FilmClock:
    """A film's time from its frames' stamps, which may be missing, stand still or jump.

    Seconds go on by the difference of two stamps; where that is no number, not above 0, or longer
    than any pause between two frames, by the length of one frame.
    """

    def __init__(self, frame_length: float) -> None:
        self._frame_length = frame_length
        self._stamp: float | None = None
        self._time = 0.0

    def advance(self, stamp: float) -> float:
        if self._stamp is not None:
            step = stamp - self._stamp
            self._time += step if 0 < step <= LONGEST_STEP else self._frame_length
        self._stamp = stamp
        return self._time


def _stamped_images(capture: Capture) -> Iterator[tuple[float, Image]]:
    while (image := capture.read()[1]) is not None:
        yield capture.get(cv2.CAP_PROP_POS_MSEC) / 1000, image


def _ahead(items: Iterator[Item]) -> Generator[Item, None, None]:
    """The same items, the next ones made by another thread while one is worked on."""
    with ThreadPoolExecutor(1, "film") as reader:
        due = deque(reader.submit(list, islice(items, 1)) for _ in range(_AHEAD))
        while made := due.popleft().result():
            due.append(reader.submit(list, islice(items, 1)))
            yield made[0]
