"""A web server that misbehaves on request, and one that keeps what a fetch tells."""

import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class RecordingReporter:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.bytes: list[tuple[int, int | None]] = []

    def say(self, line: str) -> None:
        self.lines.append(line)

    def progress(self, done: int, total: int | None) -> None:
        self.bytes.append((done, total))


class _Handler(BaseHTTPRequestHandler):
    server: "Server"

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        getattr(self, "answer_" + self.path.partition("?")[0].strip("/").partition(".")[0])()

    def log_message(self, *args: object) -> None:
        pass

    def _answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def answer_whole(self) -> None:
        self._answer(200, self.server.body)

    def answer_ranged(self) -> None:
        """The whole, or what is asked for of it where the mark is today's; breaks off as often as told."""
        body, headers = self.server.body, {"ETag": self.server.etag}
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        begin = int(asked[1]) if asked and self.headers.get("If-Range") == self.server.etag else 0
        if begin:
            headers["Content-Range"] = f"bytes {begin}-{len(body) - 1}/{len(body)}"
        self.server.begins.append(begin)
        self._answer_part(206 if begin else 200, body[begin:], headers)

    def _answer_part(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        breaks = self.server.breaks > 0
        self.server.breaks -= 1
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if breaks else body)

    def answer_truncated(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body[: len(self.server.body) // 2])

    def answer_damaged(self) -> None:
        self._answer(200, self.server.body[:-1] + b"!")

    def answer_missing(self) -> None:
        self._answer(404)

    def answer_busy(self) -> None:
        busy = self.server.asked.count(self.path) <= self.server.patience
        self._answer(503) if busy else self.answer_whole()

    def answer_elsewhere(self) -> None:
        self._answer(302, Location="http://example.invalid/whole")

    def answer_inside(self) -> None:
        self._answer(302, Location="file:///etc/hostname")


class Server(ThreadingHTTPServer):
    """Answers /whole with `body`, and every other path with some trouble; keeps what it was asked."""

    patience = 1  # /busy answers that it is, so many times
    breaks = 0  # /ranged breaks off halfway, so many times
    etag = '"1"'

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.body = b""
        self.asked: list[str] = []
        self.begins: list[int] = []

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_port}/{path}"
