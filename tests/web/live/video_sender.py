"""Sends a film by WebRTC as a browser does: `python -m tests.web.live.video_sender FILM.npy RATE`.

FILM.npy is (pictures, height, width, 3) uint8 BGR, RATE pictures a second; it is played over and over. In a
process of its own, since the libraries are no company for others. It prints its offer as JSON, takes the
answer the same way, and prints the number of each picture with the time (`time.monotonic`) at which it went,
until standard input ends; then how many bytes it has sent.
"""

import asyncio
import json
import os
import sys
import time
from fractions import Fraction
from typing import Any

import numpy as np

CLOCK = 90_000  # units of a second in which WebRTC counts


def main() -> None:
    """See the module."""
    film, rate = np.load(sys.argv[1]), float(sys.argv[2])
    asyncio.new_event_loop().run_until_complete(_send(film, rate))
    os._exit(0)


async def _send(film: Any, rate: float) -> None:
    from aioice import ice
    from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription

    ice.get_host_addresses = lambda *_, **__: ["127.0.0.1"]
    peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    connected = asyncio.Event()
    peer.on("connectionstatechange", lambda: peer.connectionState == "connected" and connected.set())
    peer.addTrack(_track(film, rate, connected))
    await peer.setLocalDescription(await peer.createOffer())
    _say(offer=peer.localDescription.sdp)
    said = json.loads(await asyncio.to_thread(sys.stdin.readline))
    await peer.setRemoteDescription(RTCSessionDescription(said["answer"], "answer"))
    await asyncio.to_thread(sys.stdin.read)
    stats = (await peer.getStats()).values()
    _say(sent=sum(each.bytesSent for each in stats if each.type == "outbound-rtp"))
    await peer.close()


def _say(**words: object) -> None:
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


def _track(film: Any, rate: float, connected: asyncio.Event) -> Any:
    from aiortc import MediaStreamTrack
    from av import VideoFrame

    class Film(MediaStreamTrack):
        kind = "video"
        number, begun = 0, 0.0

        async def recv(self) -> Any:
            await connected.wait()
            self.begun = self.begun or time.monotonic()
            await asyncio.sleep(self.begun + self.number / rate - time.monotonic())
            frame = VideoFrame.from_ndarray(film[self.number % len(film)], format="bgr24")
            frame.pts, frame.time_base = int(self.number * CLOCK / rate), Fraction(1, CLOCK)
            _say(number=self.number, at=time.monotonic())
            self.number += 1
            return frame

    return Film()


if __name__ == "__main__":
    main()
