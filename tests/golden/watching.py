"""A film watched with every announcement on: lines of JSON, requests of a webhook, the record of visits."""

import base64
import hashlib
import hmac
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from tests.golden.homes import Home, write_visits
from tests.golden.learning import tree
from tests.golden.records import steady

KEY = b"a key that tests alone know"
_LIBRARY = {"accept", "accept-encoding", "connection", "content-length", "host"}  # headers of requests' own
_WATCH = ("--no_window", "--notify_unknown", "--notify_face_detection_period", 1, "--listener_port", 0)


@dataclass
class Receiver:
    """Where a webhook points to, and what has come: headers by their names in small letters, and body."""

    url: str
    came: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def channel(self) -> str:
        """What the webhook is called in the record of visits, where letters wait for it under that name."""
        host = self.url.split("/")[2]
        return f"webhook {host} {hashlib.sha256(self.url.encode()).hexdigest()[:8]}"


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver that takes everything, while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.came.append((headers, self.rfile.read(int(headers["content-length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_words: Any) -> None:
            """Keep the terminal clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        receiver = Receiver(f"http://127.0.0.1:{server.server_port}/visits?key=a")
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()


def recorded(home: Home, demo_dir: Path) -> dict[str, Any]:
    """What a taught home tells of a person and a stranger, and what it keeps of them."""
    write_visits(home.folder / "film.mp4", demo_dir)
    secret = "whsec_" + base64.b64encode(KEY).decode()
    with receiving() as receiver:
        lines = home.must(
            "video", *_WATCH, "--video_source", "film.mp4", "--notify_format", "json",
            "--notify_webhook", receiver.url, SVOD_WEBHOOK_SECRET=secret,
        )  # fmt: skip
    known = {receiver.channel: "webhook <address>"}
    data = home.folder / "data"
    return {
        "lines": [steady(json.loads(line)) for line in lines.splitlines()],
        "requests": [_request(*each) for each in receiver.came],
        "events as JSON": steady(json.loads(home.must("events", "--format", "json")), known),
        "events as CSV": [_row(line, known) for line in home.must("events", "--format", "csv").splitlines()],
        "data/clarify": tree(data / "clarify"),
        "data/snapshots": steady(sorted(path.name for path in (data / "snapshots").iterdir())),
        "modes": {name: f"{(data / name).stat().st_mode & 0o777:o}" for name in ("events.db", "clarify")},
    }


def recorded_schema(home: Home) -> dict[str, Any]:
    """The tables of events.db, each with its columns."""
    with closing(sqlite3.connect(home.folder / "data" / "events.db")) as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        return {name: _columns(database, name) for name in sorted(names) if not name.startswith("sqlite_")}


def _row(line: str, known: dict[str, str]) -> str:
    return re.sub(r",\d\.\d\d,", ",<score>,", steady(line, known))


def _columns(database: sqlite3.Connection, table: str) -> dict[str, Any]:
    rows = database.execute(
        'SELECT name, type, "notnull", dflt_value, pk FROM pragma_table_info(?)', (table,)
    )
    return {
        name: {"type": kind, "not null": bool(filled), "default": default, "key": bool(key)}
        for name, kind, filled, default, key in rows
    }


def _request(headers: dict[str, str], body: bytes) -> dict[str, Any]:
    own = {name: value for name, value in sorted(headers.items()) if name not in _LIBRARY}
    number, stamp = own.pop("webhook-id"), own.pop("webhook-timestamp")
    told = json.loads(body)
    picture = base64.b64decode(told.pop("picture"), validate=True)
    signed = hmac.new(KEY, f"{number}.{stamp}.".encode() + body, hashlib.sha256).digest()
    signature = own.pop("webhook-signature")
    return {
        "headers": steady(own),
        "id of header and body": number == told["id"] == headers["idempotency-key"],
        "stamp in seconds": stamp.isdecimal(),
        "signature": signature.replace(base64.b64encode(signed).decode(), "<HMAC-SHA256 of id.stamp.body>"),
        "picture": "<JPEG>" if picture.startswith(b"\xff\xd8\xff") else "<something else>",
        "body": steady(told),
    }
