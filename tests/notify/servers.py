"""HTTP servers on loopback that answer as a webhook's receiver and as Slack's API do."""

import json
import re
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qs


@dataclass
class Request:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def fields(self) -> dict[str, Any]:
        """What a Slack client sends, as JSON or as a form."""
        if "json" in self.headers.get("content-type", ""):
            return json.loads(self.body)
        return {key: values[0] for key, values in parse_qs(self.body.decode()).items()}


@dataclass
class Answer:
    status: int = 200
    body: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    drop: bool = False


class Server:
    """Keeps every request; answers with the next of `script`, or as usual when that is empty."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.script: deque[Answer | None] = deque()
        self.url = ""
        self._lock = Lock()

    def take(self, request: Request) -> Answer:
        with self._lock:
            self.requests.append(request)
            return self.answer(request)

    def answer(self, request: Request) -> Answer:
        return (self.script.popleft() if self.script else None) or Answer()


class SlackServer(Server):
    """Answers as far as the channel needs it; `script` is for chat.postMessage alone.

    A scripted answer that drops the line still posts the message, as a server does that is cut off
    after it has done its work.
    """

    def __init__(self, scopes: str = "all") -> None:
        super().__init__()
        self.messages: list[dict[str, Any]] = []
        self.pictures: list[bytes] = []
        self.shared: list[dict[str, Any]] = []
        self.auth: dict[str, Any] = {"ok": True}
        self.upload: dict[str, Any] | None = None
        self.scopes = scopes

    def answer(self, request: Request) -> Answer:
        method = request.path.rpartition("/")[2]
        usual = {
            "auth.test": lambda: self.auth,
            "chat.postMessage": lambda: self._post(request),
            "conversations.list": lambda: self._allowed({"channels": [{"id": "C12345678", "name": "faces"}]}),
            "conversations.history": lambda: self._allowed({"messages": self.messages}),
            "files.getUploadURLExternal": lambda: self.upload or self._place(),
            "upload": lambda: self._keep(request.body),
            "files.completeUploadExternal": lambda: self._share(request),
        }
        scripted = self.script.popleft() if self.script and method == "chat.postMessage" else None
        if scripted is None or scripted.drop:
            body = usual[method]()
        return scripted or Answer(body=body)

    def _post(self, request: Request) -> dict[str, Any]:
        fields = request.fields
        metadata = fields.get("metadata")
        parsed = json.loads(metadata) if isinstance(metadata, str) else metadata
        self.messages.append({**fields, "metadata": parsed, "ts": f"{len(self.messages) + 1}.0"})
        return {"ok": True, "channel": "C12345678", "ts": self.messages[-1]["ts"]}

    def _place(self) -> dict[str, Any]:
        return {"ok": True, "upload_url": f"{self.url}upload", "file_id": "F123"}

    def _keep(self, picture: bytes) -> dict[str, Any]:
        self.pictures.append(picture)
        return {"ok": True}

    def _allowed(self, answer: dict[str, Any]) -> dict[str, Any]:
        return {"ok": True, **answer} if self.scopes == "all" else {"ok": False, "error": "missing_scope"}

    def _share(self, request: Request) -> dict[str, Any]:
        self.shared.append(request.fields)
        return {"ok": True, "files": [{"id": "F123"}]}


@contextmanager
def serving(server: Server) -> Iterator[Server]:
    """Let a server be reached while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            headers = {key.lower(): value for key, value in self.headers.items()}
            answer = server.take(Request(self.path, headers, self.rfile.read(length)))
            if answer.drop:
                self.close_connection = True
                self.connection.close()
                return
            body = json.dumps(answer.body).encode()
            self.send_response(answer.status)
            for name, value in {"Content-Type": "application/json", **answer.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: Any) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_words: Any) -> None:
            """A dropped connection is what a test wants."""

    listener = Quiet(("127.0.0.1", 0), Handler)
    server.url = f"http://127.0.0.1:{listener.server_port}/"
    thread = Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown()
        listener.server_close()
        thread.join()


def visit_ids(requests: list[Request]) -> list[str]:
    """The webhook-id of each request."""
    return [request.headers["webhook-id"] for request in requests]


def has_secret(text: str) -> bool:
    """Whether a text shows what the tests call secret."""
    return re.search("s3cret|xoxb", text) is not None
