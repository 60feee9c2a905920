"""An RTSP camera on loopback (RFC 2326), which sends Motion JPEG by RTP (RFC 2435) in the same connection.

It knows what a client needs to play one track, and is cut off as suddenly as a camera whose plug is pulled.
"""

import socket
import struct
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import count
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Event, Lock, Thread

import cv2

from svod_rcgn.records import Image

RATE = 20  # pictures a second
QUALITY = 90  # of JPEG: the receiver makes the same tables of it, so none are sent
PAYLOAD = 1400  # bytes of a picture in one packet
_JPEG_TYPE, _SAMPLED_420 = 26, 1
_END_OF_IMAGE = 2
_TRACK = (
    "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=camera\r\nt=0 0\r\nm=video 0 RTP/AVP 26\r\na=control:track1\r\n"
)
_HEADERS = {
    "OPTIONS": "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN",
    "DESCRIBE": "Content-Type: application/sdp",
    "SETUP": "Transport: RTP/AVP/TCP;unicast;interleaved=0-1",
}


class RtspCamera:
    """Shows each client the same pictures from the first one on; it can be killed and started again."""

    def __init__(self, pictures: Callable[[], Iterable[Image]]) -> None:
        self.port = 0
        self._pictures = pictures
        self._server: _Server | None = None

    def __enter__(self) -> "RtspCamera":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def url(self) -> str:
        return f"rtsp://127.0.0.1:{self.port}/cam"

    def start(self) -> None:
        """Serve, at the port of before if there was one."""
        self._server = _Server(self.port, self._pictures)
        self.port = self._server.server_address[1]

    def kill(self) -> None:
        """Cut every connection and hear no more of any client."""
        if self._server is not None:
            self._server.end()
            self._server = None


class _Server(ThreadingTCPServer):
    allow_reuse_address = True

    def __init__(self, port: int, pictures: Callable[[], Iterable[Image]]) -> None:
        super().__init__(("127.0.0.1", port), _Client)
        self.pictures = pictures
        self.ended = Event()
        self._clients: list[socket.socket] = []
        self._lock = Lock()
        self._thread = Thread(target=self.serve_forever, args=(0.01,))
        self._thread.start()

    def process_request(self, request: socket.socket, client_address: object) -> None:
        with self._lock:
            self._clients.append(request)
        super().process_request(request, client_address)

    def end(self) -> None:
        self.ended.set()
        self.shutdown()
        self._thread.join()
        for client in self._clients:
            with suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)
        self.server_close()  # waits for the clients' threads


class _Client(StreamRequestHandler):
    """One connection: requests and their answers, and from PLAY on only pictures."""

    server: _Server

    def handle(self) -> None:
        with suppress(OSError):
            while head := self._request():
                method, sequence = head[0].partition(" ")[0], _value(head, "cseq")
                self._answer(method, sequence)
                if method == "PLAY":
                    self._play()
                    return

    def _request(self) -> list[str]:
        lines = iter(self.rfile.readline, b"\r\n")
        return [line.decode().strip() for line in lines if line] if not self.server.ended.is_set() else []

    def _answer(self, method: str, sequence: str) -> None:
        body = _TRACK if method == "DESCRIBE" else ""
        lines = ["RTSP/1.0 200 OK", f"CSeq: {sequence}", "Session: 1", f"Content-Length: {len(body)}"]
        lines += [_HEADERS[method]] if method in _HEADERS else []
        self.wfile.write("\r\n".join([*lines, "", body]).encode())

    def _play(self) -> None:
        numbers = count()
        for index, picture in enumerate(self.server.pictures()):
            for packet in _packets(picture, index, numbers):
                self.wfile.write(b"$\0" + struct.pack(">H", len(packet)) + packet)
            if self.server.ended.wait(1 / RATE):
                return


def _value(head: Iterable[str], name: str) -> str:
    return next(line.partition(":")[2].strip() for line in head if line.lower().startswith(f"{name}:"))


def _packets(picture: Image, index: int, numbers: Iterator[int]) -> Iterator[bytes]:
    """A picture in RTP packets, the last one marked; see section 3.1 of RFC 2435."""
    height, width = picture.shape[:2]
    scan = _scan(picture)
    for offset in range(0, len(scan), PAYLOAD):
        is_last = offset + PAYLOAD >= len(scan)
        number, time = next(numbers) % 2**16, index * 90_000 // RATE
        yield (
            struct.pack(">BBHII", 0x80, is_last << 7 | _JPEG_TYPE, number, time, 1)
            + struct.pack(">I4B", offset, _SAMPLED_420, QUALITY, width // 8, height // 8)
            + scan[offset : offset + PAYLOAD]
        )


def _scan(picture: Image) -> bytes:
    """The coded picture without the headers of its file."""
    words = [cv2.IMWRITE_JPEG_QUALITY, QUALITY]
    words += [cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420]
    data = cv2.imencode(".jpg", picture, words)[1].tobytes()
    start = data.rindex(b"\xff\xda") + 2  # in what is coded, no such marker can be
    length = int.from_bytes(data[start : start + 2], "big")
    return data[start + length : -_END_OF_IMAGE]
