"""Leaves the real video.py alone for a while, with a channel that fails and reloads that never end.

A film is sent round and round as Motion JPEG, so that it is a live camera; a webhook fails a third of
the time, with errors, waits and broken lines; the classifiers are read again every few seconds. With
--kill the process is killed with SIGKILL at random moments and started again.

    python -m benchmarks.soak --clip film.mp4 --classifiers_dir data/classifiers --minutes 3 [--kill]
"""

import contextlib
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import click
import cv2
import psutil

from svod_rcgn.control.client import SVODClient
from svod_rcgn.errors import ControlError, HistoryError
from svod_rcgn.history.visits import VisitQuery, visits

ROOT = Path(__file__).parents[1]
BOUNDARY = "frame"
READY = 60.0  # seconds that the process has to answer after its start
WARM = 10.0  # seconds after which memory is taken for the first time


@dataclass(frozen=True, slots=True)
class Options:
    """What is asked for: minutes, seconds between two reloads, whether to kill, and the dice's seed."""

    clip: Path
    classifiers_dir: Path
    minutes: float
    reload_every: float
    kill: bool
    seed: int


class Film:
    """The frames of a clip as JPEGs, in memory."""

    def __init__(self, path: Path) -> None:
        capture = cv2.VideoCapture(str(path))
        self.rate = capture.get(cv2.CAP_PROP_FPS) or 25.0
        self.frames = []
        while (image := capture.read()[1]) is not None:
            self.frames.append(cv2.imencode(".jpg", image)[1].tobytes())
        capture.release()
        if not self.frames:
            sys.exit(f"{path}: cannot be read as a film")


class Receiver:
    """Counts what it has taken, by the id of the announcement; fails a third of the time."""

    def __init__(self, seed: int) -> None:
        self.taken: Counter[str] = Counter()
        self.failed = 0
        self.failing = True
        self._dice = random.Random(seed)

    def judge(self) -> str:
        """How the next request is to end."""
        if self.failing and self._dice.random() < 1 / 3:
            self.failed += 1
            return self._dice.choice(["error", "wait", "break before", "break after"])
        return "take"


class QuietServer(ThreadingHTTPServer):
    """Says nothing of broken lines."""

    daemon_threads = True

    def handle_error(self, *_words: Any) -> None:
        """Broken lines are what is wanted."""


def camera_handler(film: Film) -> type[BaseHTTPRequestHandler]:
    """What sends a film for ever."""

    class Camera(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Send the film round and round at its own pace."""
            self.send_response(200)
            self.send_header("Content-Type", f"multipart/x-mixed-replace; boundary={BOUNDARY}")
            self.end_headers()
            due = time.monotonic()
            while True:
                for frame in film.frames:
                    head = f"--{BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(frame)}\r\n\r\n"
                    self.wfile.write(head.encode() + frame + b"\r\n")
                    due = max(due + 1 / film.rate, time.monotonic() - 1)
                    time.sleep(max(0.0, due - time.monotonic()))

        def log_message(self, *_words: Any) -> None:
            """Say nothing."""

    return Camera


def webhook_handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    """What asks the receiver how to answer."""

    class Webhook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            """Take an announcement, or fail."""
            self.rfile.read(int(self.headers["Content-Length"]))
            number = self.headers["webhook-id"]
            verdict = receiver.judge()
            if verdict in ("take", "break after"):
                receiver.taken[number] += 1
            if verdict.startswith("break"):
                self.close_connection = True
                return
            self.send_response({"take": 204, "error": 500, "wait": 429}[verdict])
            if verdict == "wait":
                self.send_header("Retry-After", "1")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_words: Any) -> None:
            """Say nothing."""

    return Webhook


@contextlib.contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[int]:
    """Answer on a free port of this machine while the block runs."""
    server = QuietServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@dataclass
class Measured:
    """What was seen of the process over time."""

    memory: list[float] = field(default_factory=list)
    threads: list[int] = field(default_factory=list)
    handles: list[int] = field(default_factory=list)
    frames: int = 0
    dropped: int = 0
    reloads: int = 0
    kills: int = 0
    unanswered: int = 0
    latencies: list[float] = field(default_factory=list)


class Soak:
    """One long run."""

    def __init__(self, command: list[str], port: int, options: Options) -> None:
        self.measured = Measured()
        self._command = command
        self._port = port
        self._options = options
        self._dice = random.Random(options.seed)
        self._status: dict[str, Any] = {}

    def run(self, receiver: Receiver) -> None:
        """Run for the minutes asked for, let the channel recover, and end."""
        end = time.monotonic() + self._options.minutes * 60
        process = self._start()
        while time.monotonic() < end:
            life = self._dice.uniform(10, 40) if self._options.kill else float("inf")
            self._watch(process, min(end, time.monotonic() + life))
            if self._options.kill and time.monotonic() < end:
                process.send_signal(signal.SIGKILL)
                process.wait()
                self.measured.kills += 1
                self._count()
                process = self._start()
        receiver.failing = False
        self._drain()
        begun = time.monotonic()
        with SVODClient(port=self._port) as client:
            client.call("stop")
        process.wait(30)
        print(f"ended with {process.returncode} after {time.monotonic() - begun:.1f} s")
        self._count()

    def _start(self) -> "subprocess.Popen[bytes]":
        process = subprocess.Popen(self._command, cwd=ROOT, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + READY
        while time.monotonic() < deadline:
            with contextlib.suppress(ControlError), SVODClient(port=self._port, timeout=1) as client:
                client.call("status")
                return process
        sys.exit("video.py does not answer")

    def _watch(self, process: "subprocess.Popen[bytes]", end: float) -> None:
        system, warm = psutil.Process(process.pid), time.monotonic() + WARM
        with SVODClient(port=self._port) as client:
            while time.monotonic() < end and process.poll() is None:
                time.sleep(min(self._options.reload_every, max(0.0, end - time.monotonic())))
                try:
                    client.call("reload_classifiers")
                    self._status = client.call("status")
                except ControlError as error:
                    print(f"no answer: {error}", flush=True)
                    self.measured.unanswered += 1
                    continue
                self.measured.reloads += 1
                if time.monotonic() > warm:
                    self._measure(system)

    def _measure(self, system: psutil.Process) -> None:
        self.measured.memory.append(self._status["memory"] / 1e6)
        self.measured.threads.append(self._status["threads"])
        self.measured.handles.append(system.num_fds())
        latency = self._status["cameras"][0]["latency_p95"]
        if latency is not None:
            self.measured.latencies.append(latency)

    def _count(self) -> None:
        """Add up what the process that has ended had last told."""
        for camera in self._status.get("cameras", ()):
            self.measured.frames += camera["frames"]
            self.measured.dropped += camera["dropped"]
        self._status = {}

    def _drain(self) -> None:
        deadline = time.monotonic() + 60
        with SVODClient(port=self._port) as client:
            while time.monotonic() < deadline:
                self._status = client.call("status")
                if not any(channel["waiting"] for channel in self._status["channels"]):
                    return
                time.sleep(0.5)


def report(measured: Measured, receiver: Receiver, history: Path) -> None:
    """Print what came of it."""
    try:
        told = [each for entry in visits(history, VisitQuery()) for each in entry.announcements]
    except HistoryError as error:
        sys.exit(f"the record of visits does not open: {error}")
    print(f"frames {measured.frames}, of them dropped {measured.dropped}")
    print(f"reloads {measured.reloads}, without an answer {measured.unanswered}, kills {measured.kills}")
    for name, values in (
        ("memory MB", measured.memory),
        ("threads", measured.threads),
        ("handles", measured.handles),
    ):
        if values:
            first, last, most = values[0], values[-1], max(values)
            print(f"{name}: {first:.0f} at the start, {last:.0f} at the end, {most:.0f} at most")
    if measured.latencies:
        print(f"latency p95: {1000 * max(measured.latencies):.0f} ms at worst")
    states = Counter(each.state for each in told)
    again = sum(count - 1 for count in receiver.taken.values())
    print(f"announcements due {len(told)}, by state {dict(states)}, attempts {sum(e.attempts for e in told)}")
    print(
        f"the receiver failed {receiver.failed} times and took {len(receiver.taken)} different announcements"
    )
    print(f"tries that the receiver had taken before and knows by their id: {again}")


@click.command()
@click.option("--clip", type=click.Path(path_type=Path), required=True, help="The film that goes round.")
@click.option("--classifiers_dir", type=click.Path(path_type=Path), required=True)
@click.option("--minutes", default=3.0, show_default=True)
@click.option("--reload_every", default=3.0, show_default=True, help="Seconds between two reloads.")
@click.option("--kill", is_flag=True, help="SIGKILL every 10 to 40 seconds.")
@click.option("--seed", default=0, show_default=True)
def main(
    *, clip: Path, classifiers_dir: Path, minutes: float, reload_every: float, kill: bool, seed: int
) -> None:
    """Leave video.py alone on a clip for a while, and say how it fared."""
    options = Options(clip, classifiers_dir, minutes, reload_every, kill, seed)
    receiver, film = Receiver(options.seed), Film(options.clip)
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(camera_handler(film)) as camera,
        serving(webhook_handler(receiver)) as webhook,
        socket.socket() as probe,
    ):
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        soak = Soak(_command(options, camera, webhook, port, Path(folder)), port, options)
        soak.run(receiver)
        report(soak.measured, receiver, Path(folder))


def _command(options: Options, camera: int, webhook: int, port: int, folder: Path) -> list[str]:
    words = {
        "--video_source": f"soak=http://127.0.0.1:{camera}/",
        "--classifiers_dir": options.classifiers_dir.resolve(),
        "--notify_webhook": f"http://127.0.0.1:{webhook}/",
        "--notify_face_detection_period": 1,
        "--notify_absence": 2,
        "--history_dir": folder,
        "--clarify_dir": folder / "clarify",
        "--listener_port": port,
    }
    flat = [str(word) for pair in words.items() for word in pair]
    return [sys.executable, str(ROOT / "video.py"), "--no_window", "--notify_unknown", *flat]


if __name__ == "__main__":
    main()
