"""Commands in processes of their own, in which something hangs for ever."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from time import monotonic

import psutil
import pytest

from svod_rcgn.control.client import SVODClient
from svod_rcgn.storage.images import write_png
from tests.fakes import BLUE, RED, RED_PERSON, picture, write_film
from tests.patience import PATIENCE, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="sends signals of Unix")]

ROOT = Path(__file__).parents[2]
PROMISED = 3.0  # seconds
SLOWER = 3  # so many times slower than usual the machine may be
# What hangs lets go of Python's lock, as a film that never comes, or holds it.
LETTING, HOLDING = "threading.Event().wait()", "ctypes.PyDLL(None).sleep(100_000)"
VIDEO = """
import ctypes, os, threading
from svod_rcgn.commands.video import main
from svod_rcgn.faces import build
from svod_rcgn.faces.gallery import store
from tests.fakes import FakeDetector, fake_meta, fake_analyzers

class HangingDetector(FakeDetector):
    def detect(self, image):
        if image.mean() < 250:
            return super().detect(image)
        os.write(2, b"hangs\\n")
        HANG

build.build_analyzers = lambda *_: fake_analyzers(HangingDetector())
store.read_meta = fake_meta
main()
"""
PREPARE = """
import ctypes, os, threading
from pathlib import Path
from svod_rcgn.commands.prepare import main
from svod_rcgn.faces import build
from svod_rcgn.faces.enrolment.workers import Recipe

class HangingWorker:
    recipe = Recipe("cut", 160, "model")

    def cut(self, file):
        os.write(2, b"hangs\\n")
        HANG

build.build_worker = lambda *_: HangingWorker()
main()
"""
INTERRUPTED = "error: interrupted\n"
KILLED = "warning: killed, since it did not end when it was told to\n"
WHITE = (255, 255, 255)


class Hanging:
    """A command that hangs."""

    def __init__(self, code: str, *words: object) -> None:
        command = [sys.executable, "-c", code, *map(str, words)]
        environment = {name: value for name, value in os.environ.items() if name != "DISPLAY"}
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True
        )

    def wait_until_it_hangs(self) -> None:
        assert self.process.stderr is not None
        line = ""
        while line != "hangs\n":
            line = self.process.stderr.readline()
            assert line, "it ended before it hung"

    def end(self, tell: Callable[[], object]) -> tuple[int, str]:
        """Tell it to end; its exit code and the rest of what it says."""
        begun = monotonic()
        tell()
        _, err = self.process.communicate(timeout=PATIENCE)
        assert monotonic() - begun < SLOWER * PROMISED
        return self.process.returncode, err


@pytest.fixture
def start() -> Iterator[Callable[..., Hanging]]:
    started: list[Hanging] = []

    def begin(*words: object) -> Hanging:
        started.append(Hanging(*words))
        started[-1].wait_until_it_hangs()
        return started[-1]

    yield begin
    for each in started:
        each.process.kill()
        each.process.communicate()


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Six seconds of somebody known, who is announced, and then what hangs."""
    return write_film(tmp_path / "film.mp4", [picture(RED)] * 60 + [picture(WHITE)] * 10)


@pytest.fixture
def faces(tmp_path: Path) -> Path:
    for name, colour in (("a", RED), ("b", BLUE)):
        write_png(tmp_path / "faces" / "somebody" / f"{name}.png", picture(colour))
    return tmp_path / "faces"


def _video(start: Callable[..., Hanging], film: Path, hang: str, *words: object) -> Hanging:
    home = film.parent
    places = ("--history_dir", home / "history", "--clarify_dir", home / "clarify")
    return start(VIDEO.replace("HANG", hang), "--video_source", film, *places, *words)


def _prepare(start: Callable[..., Hanging], faces: Path, hang: str) -> Hanging:
    home = faces.parent
    places = ("--input_dir", faces, "--aligned_dir", home / "aligned", "--classifiers_dir", home / "known")
    return start(PREPARE.replace("HANG", hang), *places, "--workers", 2, "--listener_port", 0)


def _unhurried(start: Callable[..., Hanging]) -> Callable[..., Hanging]:
    """Commands that have some seconds more to end by themselves, as a slow machine may need."""
    longer = "from svod_rcgn.commands import shutdown\nshutdown._KILL = 5.0\n"
    return lambda code, *words: start(longer + code, *words)


@pytest.mark.parametrize("words", [(), ("--video_async",)])
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_video_ends_when_a_signal_tells_it_to(
    start: Callable[..., Hanging], film: Path, number: int, code: int, words: tuple[str, ...]
):
    hanging = _video(start, film, LETTING, "--listener_port", 0, *words)
    ended, err = hanging.end(lambda: hanging.process.send_signal(number))
    assert ended == code
    assert "Traceback" not in err


def test_video_ends_when_the_socket_tells_it_to(start: Callable[..., Hanging], film: Path, free_port: int):
    hanging = _video(start, film, LETTING, "--listener_port", free_port)
    with SVODClient(port=free_port, timeout=PATIENCE) as client:
        ended, err = hanging.end(lambda: client.call("stop"))
    assert ended == 0
    assert "Traceback" not in err


@pytest.mark.parametrize("hang", [LETTING, HOLDING])
def test_what_was_due_is_delivered_at_the_next_start(
    start: Callable[..., Hanging], film: Path, free_port: int, hang: str
):
    words = ("--listener_port", 0, "--notify_webhook", f"http://127.0.0.1:{free_port}/")
    hanging = _video(start, film, hang, *words)
    hanging.end(lambda: hanging.process.send_signal(signal.SIGTERM))
    taken: list[bytes] = []

    class Taker(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            taken.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", free_port), Taker) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        again = _video(start, film, hang, *words)
        wait_for(lambda: taken)
        again.end(lambda: again.process.send_signal(signal.SIGTERM))
        server.shutdown()
    assert RED_PERSON in json.dumps(json.loads(taken[0]), ensure_ascii=False)


@pytest.mark.parametrize("hang", [LETTING, HOLDING])
def test_prepare_ends_when_a_signal_tells_it_to_and_leaves_nothing_half_made(
    start: Callable[..., Hanging], faces: Path, hang: str
):
    hanging = _prepare(start, faces, hang)
    ended, err = hanging.end(lambda: hanging.process.send_signal(signal.SIGTERM))
    assert (ended, err) in [(-signal.SIGTERM, ""), (-signal.SIGTERM, "hangs\n")]
    assert not (faces.parent / "known").exists()


def test_prepare_that_is_interrupted_ends(start: Callable[..., Hanging], faces: Path):
    hanging = _prepare(_unhurried(start), faces, LETTING)
    ended, err = hanging.end(lambda: hanging.process.send_signal(signal.SIGINT))
    assert ended == 130
    # It need not wait for a worker that was not wholly started yet.
    assert err.removeprefix("hangs\n") in (
        "warning: ended without waiting for work that hangs\n",
        INTERRUPTED,
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("words", [("--listener_port", 0)])
def test_video_is_killed_where_python_itself_hangs(
    start: Callable[..., Hanging], film: Path, number: int, words: tuple[object, ...]
):
    hanging = _video(start, film, HOLDING, *words)
    beside = psutil.Process(hanging.process.pid).children()
    ended, err = hanging.end(lambda: hanging.process.send_signal(number))
    assert (ended, err) == (-signal.SIGKILL, KILLED)
    wait_for(lambda: not any(_is_alive(each) for each in beside))


def test_prepare_is_killed_where_python_itself_hangs(start: Callable[..., Hanging], faces: Path):
    hanging = _prepare(start, faces, HOLDING)
    ended, err = hanging.end(lambda: hanging.process.send_signal(signal.SIGINT))
    assert (ended, err.removeprefix("hangs\n")) == (-signal.SIGKILL, KILLED)


def test_the_second_signal_ends_at_once(start: Callable[..., Hanging], faces: Path):
    hanging = _prepare(start, faces, LETTING)

    def tell_twice() -> None:
        hanging.process.send_signal(signal.SIGINT)
        with suppress(ProcessLookupError):
            while hanging.process.poll() is None:
                hanging.process.send_signal(signal.SIGINT)

    ended, err = hanging.end(tell_twice)
    assert ended in (130, -signal.SIGINT)  # a shell says 130 of both
    assert "without waiting" not in err


def _is_alive(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
