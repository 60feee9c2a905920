"""The camera of a browser as video, by WebRTC, which a process of its own receives."""

import asyncio
import logging
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TypeVar

import cv2
import msgspec
import numpy as np

from ...records import Image
from ...text import counted, shown
from .video_pipe import LENGTH, LONGEST_PICTURE, LONGEST_WORDS, MORE, MOST_PIXELS, SIZE, picture_bytes

log = logging.getLogger(__name__)

COMMAND = (sys.executable, "-m", "svod_rcgn.web.live.video_receiver")
MOST = 4  # at once; each has a process of about 85 MiB
_AGREEING = 3.0  # seconds to start and to answer; the page waits no longer
_QUIET = 5.0  # seconds without a picture, after which a video is over
Result = TypeVar("Result")


class VideoLostError(Exception):
    """There is no video, or no longer; one sentence says why."""


@dataclass(frozen=True, slots=True, eq=False)
class VideoPicture:
    """A picture as it was received: `planes` are I420, and both sides even."""

    width: int
    height: int
    planes: bytes

    def decoded(self) -> Image:
        """The picture, (height, width, 3) uint8 BGR."""
        planes = np.frombuffer(self.planes, np.uint8).reshape(self.height * 3 // 2, self.width)
        image: Image = cv2.cvtColor(planes, cv2.COLOR_YUV2BGR_I420)  # type: ignore[assignment]
        return image


class _Said(msgspec.Struct):
    answer: str = ""
    error: str = ""


def is_installed() -> bool:
    """Whether the extra is there; nothing of it is ever loaded into this process."""
    return all(find_spec(name) is not None for name in ("aiortc", "av"))


class BrowserVideo:
    """The video of one browser. What its process says is checked as anything from outside."""

    def __init__(self, process: Process) -> None:
        """Take the process, whose standard input and output are pipes."""
        assert process.stdin
        assert process.stdout
        self._process, self._in, self._out = process, process.stdin, process.stdout

    async def answer(self, offer: str, own: Sequence[str] | None, page: str) -> str:
        """What is said to a browser's offer, both as SDP; to be asked once, before anything else.

        Args:
            offer: The browser's.
            own: Addresses of this machine that may be listened on; None for all that it has.
            page: The address that the browser comes from; it may have no other.

        Raises:
            VideoLostError: It cannot be met, or not in time.
        """
        request = msgspec.json.encode({"offer": offer, "own": own, "page": page})
        self._in.write(LENGTH.pack(len(request)) + request)
        words = await self._in_time(self._message(LONGEST_WORDS), _AGREEING)
        try:
            said = msgspec.json.decode(words, type=_Said)
        except (msgspec.DecodeError, RecursionError) as error:
            raise VideoLostError("its receiver said what is no answer") from error
        if not said.answer:
            raise VideoLostError(f"the offer cannot be met: {shown(said.error[:200])}")
        return said.answer

    async def newest(self) -> VideoPicture:
        """The newest picture that was not told yet, once there is one.

        Raises:
            VideoLostError: None comes any more, or what came is none.
        """
        self._in.write(MORE)
        message = await self._in_time(self._message(LONGEST_PICTURE), _QUIET)
        if len(message) < SIZE.size:
            raise VideoLostError("its receiver sent what is no picture")
        width, height = SIZE.unpack_from(message)
        planes = message[SIZE.size :]
        if (
            not 0 < width * height <= MOST_PIXELS
            or width % 2
            or height % 2
            or len(planes) != picture_bytes(width, height)
        ):
            raise VideoLostError(f"its receiver sent a picture of {width}x{height} in {len(planes)} bytes")
        return VideoPicture(width, height, planes)

    async def _message(self, longest: int) -> bytes:
        (length,) = LENGTH.unpack(await self._out.readexactly(LENGTH.size))
        if length > longest:
            raise VideoLostError(f"its receiver sent {length} bytes where {longest} are the most")
        return await self._out.readexactly(length)

    async def _in_time(self, message: Awaitable[Result], seconds: float) -> Result:
        try:
            return await asyncio.wait_for(message, seconds)
        except asyncio.TimeoutError as error:
            raise VideoLostError(f"nothing came for {seconds:g} seconds") from error
        except (asyncio.IncompleteReadError, OSError) as error:
            raise VideoLostError(_ended(await self._process.wait())) from error


class BrowserVideos:
    """The videos of several browsers."""

    def __init__(self, own: Sequence[str] | None, most: int = MOST, command: Sequence[str] = COMMAND) -> None:
        """Begin without one.

        Args:
            own: Addresses of this machine that may be listened on; None for all that it has.
            most: How many at once.
            command: Starts the process that receives one, as `video_receiver` does.
        """
        self._own, self._most, self._command = own, most, command
        self._open = 0

    @asynccontextmanager
    async def opened(self, offer: str, page: str) -> AsyncIterator[tuple[str, BrowserVideo]]:
        """What is said to an offer, and the video while the block runs; its process ends with it.

        Raises:
            VideoLostError: There is none, or none any more.
        """
        if self._open >= self._most:
            raise VideoLostError(f"{counted(self._most, 'browser', ('sends', 'send'))} video already")
        self._open += 1
        try:
            process = await self._start()
            try:
                video = BrowserVideo(process)
                yield await video.answer(offer, self._own, page), video
            finally:
                await _end(process)
        finally:
            self._open -= 1

    async def _start(self) -> Process:
        # In a session of its own, since Ctrl-C is meant for the server, with which it ends.
        try:
            return await asyncio.create_subprocess_exec(
                *self._command,
                stdin=PIPE,
                stdout=PIPE,
                stderr=DEVNULL,
                limit=LONGEST_PICTURE,
                start_new_session=True,
            )
        except (OSError, NotImplementedError) as error:
            raise VideoLostError(f"its receiver cannot be started: {error}") from error


async def _end(process: Process) -> None:
    """Kill it, which holds nothing; asyncio tells its end only when its pipes were read to theirs."""
    with suppress(ProcessLookupError):
        process.kill()
    with suppress(OSError):
        await process.communicate()


def _ended(code: int) -> str:
    if code == 0:
        return "the browser sends none any more"
    if code < 0:
        return f"its receiver was ended by {signal.strsignal(-code) or -code}"
    return f"its receiver ended with code {code}"
