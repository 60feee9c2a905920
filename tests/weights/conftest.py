"""A network small enough to be made on the spot, and a server that misbehaves on request."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from svod_rcgn.entities import ModelCard
from svod_rcgn.weights.catalogue import Item, ModelEntry, Parcel, Source, Url


class RecordingReporter:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.bytes: list[tuple[int, int | None]] = []

    def say(self, line: str) -> None:
        self.lines.append(line)

    def progress(self, done: int, total: int | None) -> None:
        self.bytes.append((done, total))


@pytest.fixture
def reporter() -> RecordingReporter:
    return RecordingReporter()


def item_of(path: str, content: bytes) -> Item:
    return Item(path, len(content), hashlib.sha256(content).hexdigest())


@pytest.fixture(scope="session")
def network_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network of one operation, without weights, that takes (1, 4, 4, 3)."""
    import openvino as ov
    from openvino import opset13

    source = opset13.parameter([1, 4, 4, 3], name="pixels")
    path = tmp_path_factory.mktemp("network") / "tiny.xml"
    ov.save_model(ov.Model([opset13.relu(source)], [source], "tiny"), path)
    return path


@pytest.fixture
def make_entry(network_file: Path) -> Callable[..., ModelEntry]:
    """Makes the catalogue's entry of the tiny network, from sources of the test's choice."""

    def make(*sources: Source) -> ModelEntry:
        item = item_of("tiny.xml", network_file.read_bytes())
        card = ModelCard(
            task="embedding",
            name="Tiny",
            file="network.xml",
            files={},
            size=(4, 4),
            layout="NHWC",
            colour="RGB",
            mean=0.0,
            scale=1.0,
            output="embeddings",
            licence="MIT",
            source="the test",
            source_sha256=item.sha256,
            embedding_length=48,
        )
        return ModelEntry(card, Parcel((item,), sources or (Url(network_file.as_uri()),)), (-1, 4, 4, 3))

    return make


class _Handler(BaseHTTPRequestHandler):
    server: "Server"

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        getattr(self, "answer_" + self.path.partition("?")[0].strip("/"))()

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

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.body = b""
        self.asked: list[str] = []

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_port}/{path}"


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()
