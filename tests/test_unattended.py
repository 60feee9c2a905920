"""The command in a process of its own, on cameras that misbehave: it goes on, and it ends when told."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import pytest

from tests.fakes import BLUE, RED, RED_PERSON, read_film
from tests.media.sources.network_cameras import Connection, MjpegCamera, Wire
from tests.patience import PATIENCE, wait_for

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
ALONE = ("--no_history", "--listener_port", "0")
# A read that is silent lasts longer than a test waits: what ends in time has not waited for it.
UNHURRIED = ("--read_timeout", str(2 * PATIENCE))
COMMAND = """
from svod_rcgn.commands.video import main
from svod_rcgn.faces import build
from svod_rcgn.faces.gallery import store
from tests.fakes import fake_meta, fake_analyzers

store.read_meta = fake_meta
build.build_analyzers = lambda *_: fake_analyzers()
main()
"""


class Watching:
    """The running command, with what it has said so far."""

    def __init__(self, *words: str) -> None:
        environment = {name: value for name, value in os.environ.items() if name != "DISPLAY"}
        self.process = subprocess.Popen(
            [sys.executable, "-c", COMMAND, *ALONE, *words],
            cwd=ROOT, env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.out: list[str] = []
        self.err: list[str] = []
        self._threads = [
            Thread(target=into.extend, args=(stream,))
            for into, stream in ((self.out, self.process.stdout), (self.err, self.process.stderr))
        ]
        for thread in self._threads:
            thread.start()

    def end(self, number: int) -> None:
        """Send a signal, and wait for the end."""
        self.process.send_signal(number)
        self.process.wait(PATIENCE)
        self.close()

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for thread in self._threads:
            thread.join()
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()


@pytest.fixture
def watch() -> Iterator[type[Watching]]:
    started: list[Watching] = []

    def begin(*words: object) -> Watching:
        started.append(Watching(*map(str, words)))
        return started[-1]

    yield begin  # type: ignore[misc]
    for watching in started:
        watching.close()


def _flapping(connection: Connection) -> None:
    connection.pictures(RED, 10)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_camera_that_falls_silent_holds_up_no_end(watch, tmp_path: Path, number: int):
    announced, fell_silent = Event(), Event()

    def silent(connection: Connection) -> None:
        while not announced.is_set():
            connection.pictures(RED, 1)
        fell_silent.set()
        connection.silence()

    with MjpegCamera(silent) as camera:
        words = ("--output", tmp_path / "out.mp4", "--notify_face_detection_period", 0.5, *UNHURRIED)
        watching = watch("--video_source", camera.url, *words)
        wait_for(lambda: watching.out)
        announced.set()
        wait_for(fell_silent.is_set)
        watching.end(number)
    assert watching.process.returncode == {signal.SIGINT: 130, signal.SIGTERM: 0}[number]
    assert [path.name for path in tmp_path.iterdir()] == ["out.mp4"]
    assert read_film(tmp_path / "out.mp4")[0]
    assert watching.out[-1].endswith(f"  {RED_PERSON}\n")  # the visit, from when to when
    assert "secret" not in "".join(watching.out + watching.err)
    assert "Traceback" not in "".join(watching.err)


def test_a_camera_that_never_answers_holds_up_no_end(watch):
    with MjpegCamera(_flapping) as camera, Wire(camera.port, [0] * 100) as wire:
        watching = watch("--video_source", f"http://127.0.0.1:{wire.port}/cam", *UNHURRIED)
        wait_for(lambda: wire.connections)
        watching.end(signal.SIGTERM)
    assert (watching.process.returncode, watching.out, watching.err) == (0, [], [])


def test_one_camera_goes_on_while_another_comes_and_goes(watch):
    with (
        MjpegCamera(_flapping) as flapping,
        MjpegCamera(lambda connection: connection.for_ever(BLUE)) as steady,
    ):
        sources = ("--video_source", f"yard={flapping.url}", "--video_source", f"door={steady.url}")
        watching = watch(*sources, "--notify_face_detection_period", 1, *UNHURRIED)
        wait_for(lambda: flapping.connections >= 3)
        watching.end(signal.SIGTERM)
    assert steady.connections == 1
    assert any(line.startswith("door: ") and "frames in" in line for line in watching.out)
    told = [line.partition(";")[0].strip() for line in watching.err]
    assert told[:2] == ["yard: sends no more pictures", "yard: sends pictures again"]
    assert set(told) == set(told[:2])


def test_a_camera_is_given_up_when_that_is_wanted(watch):
    with MjpegCamera(_flapping) as camera:
        watching = watch("--video_source", camera.url, "--reconnect_limit", 1)
        watching.process.wait(PATIENCE)
        watching.close()
        assert camera.connections == 2
    assert watching.process.returncode == 1
    assert watching.err[-1].startswith(f"error: http://{camera.address}: sends no more pictures")
