"""Cameras on the network, on loopback: they serve, break off, fall silent and send rubbish as told."""

import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import Event, Thread
from typing import Any

import cv2

from tests.fakes import picture


def jpeg(colour: tuple[int, int, int], width: int = 64, height: int = 48) -> bytes:
    return cv2.imencode(".jpg", picture(colour, width, height))[1].tobytes()


class Connection:
    """One client of an MJPEG camera."""

    def __init__(self, send: Callable[[bytes], Any], closing: Event) -> None:
        self.send = send
        self.closing = closing

    def part(self, data: bytes) -> None:
        head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(data)}\r\n\r\n"
        self.send(head.encode() + data + b"\r\n")

    def pictures(self, colour: tuple[int, int, int], number: int, *size: int) -> None:
        for _ in range(number):
            self.part(jpeg(colour, *size))
            self.closing.wait(0.02)

    def for_ever(self, colour: tuple[int, int, int], *size: int) -> None:
        while not self.closing.is_set():
            self.pictures(colour, 1, *size)

    def silence(self) -> None:
        self.closing.wait()


Script = Callable[[Connection], None]


class MjpegCamera:
    """Plays one script for each connection, the last one for all that follow."""

    def __init__(self, *scripts: Script) -> None:
        self.connections = 0
        self.closing = Event()
        self._scripts = scripts
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.port = self._server.server_port
        self.address = f"127.0.0.1:{self.port}/cam"
        self.url = f"http://user:secret@{self.address}"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        camera = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                script = camera._scripts[min(camera.connections, len(camera._scripts) - 1)]
                camera.connections += 1
                with suppress(OSError):
                    self.send_response(200)
                    self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
                    self.end_headers()
                    script(Connection(self.wfile.write, camera.closing))
                self.close_connection = True

            def log_message(self, *_: object) -> None: ...

        return Handler

    def __enter__(self) -> "MjpegCamera":
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Wire:
    """A TCP proxy that cuts the stream where it is told, or lets nothing through.

    Each connection takes the next of `limits`: the bytes that come through before it is cut, 0 for a
    connection that is accepted and stays silent. After the last one, all comes through.
    """

    def __init__(self, port: int, limits: Sequence[int]) -> None:
        self.connections = 0
        self._limits = limits
        self._target = port
        self._closing = Event()
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._threads = [Thread(target=self._accept)]

    def __enter__(self) -> "Wire":
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port)).close()  # wakes the listener
        self._threads[0].join()
        for end in self._open:
            _cut(end)
        for thread in self._threads[1:]:
            thread.join()
        self._listener.close()

    def _accept(self) -> None:
        for number in count():
            client = self._listener.accept()[0]
            if self._closing.is_set():
                client.close()
                return
            self._open.append(client)
            self.connections += 1
            limit = self._limits[number] if number < len(self._limits) else None
            if limit != 0:
                self._connect(client, limit)

    def _connect(self, client: socket.socket, limit: int | None) -> None:
        server = socket.create_connection(("127.0.0.1", self._target))
        self._open.append(server)
        for pair in ((client, server, None), (server, client, limit)):
            self._threads.append(Thread(target=_pass_on, args=pair))
            self._threads[-1].start()


def _pass_on(source: socket.socket, target: socket.socket, limit: int | None) -> None:
    passed = 0
    with suppress(OSError):
        while data := source.recv(4096):
            rest = data if limit is None else data[: limit - passed]
            target.sendall(rest)
            passed += len(rest)
            if limit is not None and passed >= limit:
                break
    _cut(source)
    _cut(target)


def _cut(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
