"""Receives the video of one browser by WebRTC, started by the server: `-m svod_rcgn.web.live.video_receiver`.

It is a process of its own, so that a crash of libsrtp or FFmpeg ends a video and no server. It holds nothing
that could be lost, and loads nothing of the program but `video_pipe`, which says what it reads and writes.
"""

import asyncio
import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from ipaddress import ip_address
from threading import Thread
from typing import Any, BinaryIO

from .video_pipe import LENGTH, LONGEST_WORDS, MORE, MOST_PIXELS, SIZE

_MEMORY = 2 * 2**30  # bytes of addresses; a video of 640x480 takes under half of it
_CANDIDATE = "a=candidate:"


def main() -> None:
    """Receive until standard input ends, the video does, or something goes wrong.

    It leaves without the libraries' own tidying up: theirs is where they crash, and the system does as well.
    """
    code = 1
    try:
        _limit_memory()
        out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever a library prints is no message
        asyncio.new_event_loop().run_until_complete(_receive(_request(sys.stdin.buffer), out))
        code = 0
    finally:
        os._exit(code)


def _limit_memory() -> None:
    """Whoever sends faster than can be decoded ends this process, and takes no memory from others."""
    with suppress(ImportError, ValueError, OSError):  # not everywhere, or limited already
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def _request(stream: BinaryIO) -> dict[str, Any]:
    (length,) = LENGTH.unpack(stream.read(LENGTH.size))
    if length > LONGEST_WORDS:
        raise ValueError(f"a request has {LONGEST_WORDS} bytes at most")
    request: dict[str, Any] = json.loads(stream.read(length))
    return request


async def _receive(request: dict[str, Any], out: BinaryIO) -> None:
    asked, newest = asyncio.Event(), _Newest()
    loop = asyncio.get_running_loop()
    Thread(target=_listen, args=(loop, asked), daemon=True).start()
    try:
        told = {"answer": await _answer(newest, **request)}
    except ImportError as error:
        told = {"error": f"{error}; pip install 'svod-rcgn[webrtc]'"}
    except Exception as error:  # the library raises what it likes
        told = {"error": f"{type(error).__name__}: {error}"}
    await asyncio.to_thread(_write, out, json.dumps(told).encode())
    while "answer" in told:
        await asked.wait()
        asked.clear()
        frame = await newest.take()
        if frame is None:
            return
        await asyncio.to_thread(_write, out, _picture(frame))


def _listen(loop: asyncio.AbstractEventLoop, asked: asyncio.Event) -> None:
    """In a thread, so that this ends with the server, and so with standard input, whatever it is at."""
    while sys.stdin.buffer.read(1) == MORE:
        loop.call_soon_threadsafe(asked.set)
    os._exit(0)


class _Newest:
    """Holds the newest frame alone: whoever lets the track wait lets its queue grow without end."""

    def __init__(self) -> None:
        self._frame: Any = None
        self._ended = False
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def begin(self, track: Any) -> None:
        """Hold those of the first track that is a video."""
        if track.kind != "video" or self._task:
            track.stop()
        else:
            self._task = asyncio.ensure_future(self._follow(track))

    async def take(self) -> Any:
        """The newest that nobody took, once there is one; None where none comes any more."""
        while self._frame is None and not self._ended:
            self._changed.clear()
            await self._changed.wait()
        frame, self._frame = self._frame, None
        return frame

    def end(self) -> None:
        """None comes any more."""
        self._ended = True
        self._changed.set()

    async def _follow(self, track: Any) -> None:
        from aiortc.mediastreams import MediaStreamError

        with suppress(MediaStreamError):
            while True:
                self._frame = await track.recv()
                self._changed.set()
        self.end()


async def _answer(newest: _Newest, offer: str, own: Sequence[str] | None, page: str) -> str:
    """Agree to an offer; what comes is held from then on.

    Args:
        newest: Holds it.
        offer: As SDP.
        own: Addresses of this machine that may be listened on; None for all that it has.
        page: The address that the page came from.

    Raises:
        ValueError: No video is offered.
    """
    from aioice import ice
    from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription

    addresses = _addresses(page, ice.get_host_addresses(True, True))
    if own is not None:  # the library takes no addresses, and leaves 127.0.0.1 out
        ice.get_host_addresses = lambda *_, **__: list(own)
    peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))  # else one of Google's is asked
    peer.on("track", newest.begin)
    peer.on("connectionstatechange", lambda: _end_with(peer, newest))
    await peer.setRemoteDescription(RTCSessionDescription(_without_others(offer, addresses), "offer"))
    if not any(each.kind == "video" for each in peer.getTransceivers()):
        raise ValueError("no video is offered")
    await peer.setLocalDescription(await peer.createAnswer())
    answer: str = peer.localDescription.sdp
    return answer


def _end_with(peer: Any, newest: _Newest) -> None:
    if peer.connectionState in ("failed", "closed"):
        newest.end()


def _addresses(page: str, machine: Sequence[str]) -> set[str]:
    """Those at which a browser may be; one that comes by 127.0.0.1 is on this machine."""
    return {page, "127.0.0.1", "::1", *machine} if ip_address(page).is_loopback else {page}


def _without_others(offer: str, addresses: set[str]) -> str:
    """The offer without other addresses: nothing is sent there, and no name is asked for in the network."""
    lines = offer.splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(_CANDIDATE) or _address(line) in addresses)


def _address(candidate: str) -> str:
    """Of a candidate, RFC 8839: foundation, component, transport, priority, address, ..."""
    return [*candidate.split(), *[""] * 5][4]


def _picture(frame: Any) -> bytes:
    width, height = _fitted(frame.width, frame.height)
    picture = frame.to_ndarray(format="yuv420p", width=width, height=height)
    return SIZE.pack(width, height) + bytes(picture.tobytes())


def _fitted(width: int, height: int) -> tuple[int, int]:
    """Sides of at most so many pixels, even, as I420 needs them."""
    scale = min(1.0, (MOST_PIXELS / (width * height)) ** 0.5)
    return max(2, int(width * scale) & ~1), max(2, int(height * scale) & ~1)


def _write(out: BinaryIO, message: bytes) -> None:
    out.write(LENGTH.pack(len(message)) + message)
    out.flush()


if __name__ == "__main__":
    main()
