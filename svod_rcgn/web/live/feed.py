"""The newest picture of a camera with what was seen on it, encoded once for all who look."""

import asyncio
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic

import cv2

from ...records import Frame, Observation
from ..records import ViewHead
from .framed_picture import packed
from .sightings import sightings

QUALITY = 80
_REMEMBERED = 60  # pictures that were sent, for somebody who says what is wrong on one


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    number: int
    frame: Frame
    observations: Sequence[Observation]


@dataclass(frozen=True, slots=True)
class Packed:
    """What stands on a picture, and both as they go over the socket; the last `size` bytes are a JPEG."""

    head: ViewHead
    data: bytes
    size: int

    @property
    def number(self) -> int:
        """The picture's number, from 1."""
        return self.head.number

    @property
    def jpeg(self) -> bytes:
        """The picture alone."""
        return self.data[-self.size :]


class CameraFeed:
    """Stands between a camera's thread and the event loop of the server.

    The camera only lays its picture down. It is encoded when somebody waits for it, so that a camera that
    nobody looks at costs nothing, and whoever is slow gets the newest and leaves the others out.
    """

    def __init__(self) -> None:
        self._seen: _Seen | None = None
        self._packed: Packed | None = None
        self._sent: deque[Packed] = deque(maxlen=_REMEMBERED)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._changed = asyncio.Event()
        self._encoding = asyncio.Lock()
        self._waiting = 0

    def see(self, frame: Frame, observations: Sequence[Observation]) -> None:
        """See `Viewer.see`."""
        number = 1 if self._seen is None else self._seen.number + 1
        self._seen = _Seen(number, frame, observations)
        if self._waiting and self._loop is not None:
            with suppress(RuntimeError):  # the loop is closed: the server ends
                self._loop.call_soon_threadsafe(self._changed.set)

    async def newest(self, after: int) -> Packed:
        """The newest picture whose number is higher than `after`, once there is one."""
        self._loop = asyncio.get_running_loop()
        self._waiting += 1
        try:
            while self._seen is None or self._seen.number <= after:
                self._changed.clear()
                if self._seen is None or self._seen.number <= after:  # it may have come in between
                    await self._changed.wait()
        finally:
            self._waiting -= 1
        async with self._encoding:
            seen = self._seen
            if self._packed is None or self._packed.number != seen.number:
                self._packed = await asyncio.to_thread(_pack, seen)
                self._sent.append(self._packed)
            return self._packed

    @property
    def raw(self) -> Frame | None:
        """The newest picture as the camera laid it down; None before the first."""
        seen = self._seen
        return None if seen is None else seen.frame

    def sent(self, number: int) -> tuple[ViewHead, bytes] | None:
        """What stood on a picture that somebody was sent lately, and its JPEG; None where it is gone."""
        for each in tuple(self._sent):
            if each.number == number:
                return each.head, each.jpeg
        return None


def _pack(seen: _Seen) -> Packed:
    frame = seen.frame
    height, width = frame.image.shape[:2]
    head = ViewHead(
        number=seen.number,
        time=frame.time,
        delay=round(monotonic() - frame.captured, 4),
        width=width,
        height=height,
        seen=sightings(seen.observations, width, height),
    )
    jpeg = cv2.imencode(".jpg", frame.image, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1].tobytes()
    return Packed(head, packed(head, jpeg), len(jpeg))
