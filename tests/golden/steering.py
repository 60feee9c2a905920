"""The control socket of a running video.py, as clients see it."""

import json
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from time import monotonic, sleep
from typing import Any

import zmq

from svod_rcgn.control.client import SVODClient
from tests.golden.homes import PATIENCE, Home, write_night
from tests.golden.records import kinds

WAIT_MS = 30_000
_WATCH = ("--no_window", "--no_history", "--video_async", "--video_source", "night.mp4")
# What goes over the wire: one request, in one part or in several.
REQUESTS: dict[str, list[bytes]] = {
    "status": [b'{"action":"status"}'],
    "status, data null": [b'{"action":"status","data":null}'],
    "status with data": [b'{"action":"status","data":1}'],
    "reload_classifiers": [b'{"action":"reload_classifiers"}'],
    "reload_classifiers with data": [b'{"action":"reload_classifiers","data":{}}'],
    "debug true": [b'{"action":"debug","data":true}'],
    "debug false": [b'{"action":"debug","data":false}'],
    "debug without data": [b'{"action":"debug"}'],
    "debug with another": [b'{"action":"debug","data":"yes"}'],
    "unknown action": [b'{"action":"format_disk"}'],
    "stop with data": [b'{"action":"stop","data":true}'],
    "no action": [b'{"data":true}'],
    "action no text": [b'{"action":1}'],
    "field too many": [b'{"action":"status","more":1}'],
    "no object": [b"[]"],
    "no JSON": [b"status"],
    "no UTF-8": [b'{"action":"\xff"}'],
    "nothing": [b""],
    "two parts": [b'{"action":"status"}', b""],
    "too long": [b'{"action":"' + b"a" * 70_000 + b'"}'],
}


def recorded(home: Home) -> dict[str, Any]:
    """Replies to raw requests, what the client makes of them, and how a run is stopped."""
    write_night(home.folder / "night.mp4")
    with running(home) as (process, port):
        told = {
            "replies": {name: _reply(_exchanged(port, parts)) for name, parts in REQUESTS.items()},
            "client": _client(port),
            "command": _command(home, port),
            "stop": _reply(_exchanged(port, [b'{"action":"stop"}'])),
        }
        told["exit"] = process.wait(PATIENCE)
    signals = {number.name: _ended_by(home, number) for number in (signal.SIGINT, signal.SIGTERM)}
    return {**told, **signals, "sent by the client": recorded_requests()}


def _ended_by(home: Home, number: signal.Signals) -> int:
    """The exit code of a run that gets a signal."""
    with running(home) as (process, _):
        process.send_signal(number)
        return process.wait(PATIENCE)


def recorded_keys(home: Home) -> dict[str, str]:
    """The files of `--make_keys`, with their rights."""
    home.must("control", "--make_keys", "keys")
    return {
        path.name: f"{path.stat().st_mode & 0o777:o}" for path in sorted((home.folder / "keys").iterdir())
    }


@contextmanager
def running(home: Home) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A video.py that watches the night and listens at a port."""
    port = _free_port()
    words = (*_WATCH, "--notify_webhook", "http://127.0.0.1:9/nobody-comes")
    with (home.folder / "night.log").open("w") as log:
        process = home.start("video", *words, "--listener_port", port, output=log)
        try:
            _wait(lambda: _frames(port), process)
            yield process, port
        finally:
            process.kill()
            process.wait()


def recorded_requests() -> list[Any]:
    """What the client puts on the wire."""
    sent: list[bytes] = []
    with zmq.Context() as context, context.socket(zmq.REP) as server:
        server.RCVTIMEO = WAIT_MS
        port = server.bind_to_random_port("tcp://127.0.0.1")
        answering = Thread(target=_answer, args=(server, sent, 3))
        answering.start()
        with SVODClient(port=port) as client:
            for words in (("status",), ("debug", True), ("anything", {"key": ["ä", 1.5, None]})):
                client.call(*words)
        answering.join()
    return [json.loads(request) for request in sent]


def _answer(server: "zmq.Socket[bytes]", sent: list[bytes], count: int) -> None:
    for _ in range(count):
        sent.append(server.recv())
        server.send(b'{"ok":true}')


def _exchanged(port: int, parts: list[bytes]) -> bytes:
    with zmq.Context() as context, context.socket(zmq.REQ) as client:
        client.RCVTIMEO, client.LINGER = WAIT_MS, 0
        client.connect(f"tcp://127.0.0.1:{port}")
        client.send_multipart(parts)
        (reply,) = client.recv_multipart()
        return reply


def _reply(reply: bytes) -> dict[str, Any]:
    """A reply whose numbers and words are of this run; keys, true, false and null stay."""
    told = json.loads(reply)
    result = told["result"] if isinstance(told["result"], bool) else kinds(told["result"])
    error = told["error"]
    one_line = isinstance(error, str) and error == " ".join(error.split()) != ""
    return {**told, "result": result, "error": "<one line>" if one_line else error}


def _client(port: int) -> dict[str, Any]:
    with SVODClient(port=port) as client:
        return {
            "status": kinds(client.call("status")),
            "reload_classifiers": kinds(client.call("reload_classifiers")),
            "debug": [client.call("debug", True), client.call("debug", False)],
            "debug without data": _refusal(lambda: client.call("debug")),
            "unknown action": _refusal(lambda: client.call("format_disk")),
            "no JSON": _refusal(lambda: client.call("debug", object())),
            "status again": isinstance(client.call("status"), dict),
            "nobody there": _refusal(_ask_nobody),
            "too far without keys": _refusal(lambda: SVODClient(host="192.0.2.1")),
        }


def _ask_nobody() -> Any:
    with SVODClient(port=1, timeout=0.2) as client:
        return client.call("status")


def _refusal(call: Callable[[], Any]) -> str:
    """The kind of error; the class may be imported from anywhere."""
    try:
        return f"answered {call()!r}"
    except Exception as error:
        return type(error).__name__


def _command(home: Home, port: int) -> dict[str, Any]:
    """Answers as `python -m svod_rcgn.control` prints them."""
    listener = ("--listener_port", port)
    unknown = home.run("control", "debug", '"yes"', *listener)
    return {
        "status": kinds(json.loads(home.must("control", "status", *listener))),
        "debug": [json.loads(home.must("control", "debug", word, *listener)) for word in ("true", "false")],
        "refused": [unknown.returncode, unknown.stdout, unknown.stderr.startswith("error: ")],
    }


def _frames(port: int) -> bool:
    """Whether the run answers and has seen something; until then, latencies are null."""
    try:
        with SVODClient(port=port, timeout=1.0) as client:
            return bool(client.call("status")["cameras"][0]["latency_median"])
    except Exception as error:
        if type(error).__name__ != "ControlError":
            raise
        return False


def _wait(condition: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    deadline = monotonic() + PATIENCE
    while not condition():
        assert process.poll() is None, "video.py ended before it was told to"
        assert monotonic() < deadline, "video.py does not answer"
        sleep(0.05)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
