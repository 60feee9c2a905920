"""The camera of a browser as video, by WebRTC; where the extra is not installed, pictures come one by one."""

import asyncio
import logging
from contextlib import suppress
from importlib.util import find_spec
from typing import Any

from ...records import Image
from ..refusal import UNAVAILABLE, UNUSABLE, Refusal

log = logging.getLogger(__name__)

PATIENCE = 3.0  # seconds after which a page sends pictures one by one


def is_installed() -> bool:
    """Whether the extra is there; its library is loaded when the first video comes."""
    return find_spec("aiortc") is not None


class BrowserVideo:
    """The video of one browser, of which the newest picture counts; it lives as long as its socket.

    Nobody but the two is asked: there is no STUN server, so both have to be in one network.
    """

    def __init__(self, most_pixels: int) -> None:
        """Begin without a connection; a picture has so many pixels at most."""
        self._most = most_pixels
        self._peer: Any = None
        self._frame: Any = None
        self._changed = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    async def answer(self, offer: str) -> str:
        """What is said to a browser's offer, both as SDP; what it sends is taken from then on.

        Raises:
            Refusal: WebRTC is not installed here, or the offer cannot be read or met in time.
        """
        if not is_installed():
            raise Refusal(UNAVAILABLE, "no video is taken here: pip install 'svod-rcgn[webrtc]'")
        from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription

        self._peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._peer.on("track", self._begin)
        try:
            await asyncio.wait_for(self._agree(RTCSessionDescription(offer, "offer")), PATIENCE)
        except Exception as error:  # the library raises what it likes
            log.debug("an offer of video was not met", exc_info=error)
            raise Refusal(UNUSABLE, "the offer of video cannot be met; send pictures") from error
        answer: str = self._peer.localDescription.sdp
        return answer

    async def newest(self) -> Image:
        """The newest picture that nobody took, once there is one; (height, width, 3) uint8 BGR.

        Raises:
            Refusal: It has too many pixels.
        """
        while self._frame is None:
            self._changed.clear()
            await self._changed.wait()
        frame, self._frame = self._frame, None
        if frame.width * frame.height > self._most:
            raise Refusal(UNUSABLE, f"a picture of the video has {self._most:,} pixels at most")
        image: Image = await asyncio.to_thread(frame.to_ndarray, format="bgr24")
        return image

    async def close(self) -> None:
        """Let go of the connection."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._peer is not None:
            await self._peer.close()

    async def _agree(self, offer: Any) -> None:
        await self._peer.setRemoteDescription(offer)
        if not any(each.kind == "video" for each in self._peer.getTransceivers()):
            raise ValueError("no video is offered")
        await self._peer.setLocalDescription(await self._peer.createAnswer())

    def _begin(self, track: Any) -> None:
        if track.kind != "video" or self._tasks:
            track.stop()
            return
        self._tasks.add(asyncio.ensure_future(self._take(track)))

    async def _take(self, track: Any) -> None:
        """Hold the newest frame alone: whoever waits with the track lets its queue grow without end."""
        from aiortc.mediastreams import MediaStreamError

        with suppress(MediaStreamError):
            while True:
                self._frame = await track.recv()
                self._changed.set()
