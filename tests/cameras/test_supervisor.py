import logging
from collections.abc import Callable
from threading import Event

import pytest

from svod_rcgn.cameras import supervisor
from svod_rcgn.cameras.loop import CameraLoop, Watch
from svod_rcgn.cameras.supervisor import CameraSupervisor
from svod_rcgn.errors import InputError
from svod_rcgn.media.settings import VideoSettings
from svod_rcgn.records import Image
from svod_rcgn.retry import RetrySettings
from tests.fakes import FakeDetector, FakeSource, fake_analyzers, fake_dispatcher
from tests.patience import PATIENCE, wait_for

QUICK = RetrySettings(first_pause=0.01, longest_pause=0.02)


class Viewer:
    """An output that is closed when its viewer says so."""

    def __init__(self) -> None:
        self.closed = False

    def write(self, image: Image, time: float) -> None: ...
    def close(self) -> None: ...


def _camera(source: FakeSource, detector=None, outputs=()) -> CameraLoop:
    watch = Watch(fake_analyzers(detector).analyzer, fake_dispatcher())
    return CameraLoop(source, [watch], outputs, VideoSettings())


def _run(*watched: CameraLoop, retry: RetrySettings = QUICK) -> CameraSupervisor:
    cameras = CameraSupervisor(watched, retry)
    cameras.start()
    return cameras


def _wait(cameras: CameraSupervisor) -> None:
    wait_for(lambda: not cameras.poll())


@pytest.fixture
def stopping():
    """Cameras that are to be stopped whatever becomes of the test."""
    started: list[CameraSupervisor] = []
    yield lambda cameras: started.append(cameras) or cameras
    for cameras in started:
        cameras.stop()
        _wait(cameras)


def test_each_camera_is_watched_to_its_end():
    cameras = _run(_camera(FakeSource(5, name="door")), _camera(FakeSource(7, name="yard")))
    _wait(cameras)
    cameras.raise_error()
    assert {name: summary.frames for name, summary in cameras.summaries.items()} == {"door": 5, "yard": 7}
    assert [status.running for status in cameras.status()] == [False, False]


def test_all_end_soon_when_told_to_even_if_they_wait_for_pictures():
    sources = [FakeSource(3, name=name, live=True) for name in ("door", "yard")]
    cameras = _run(*map(_camera, sources))
    wait_for(lambda: all(source.taken == 3 for source in sources))
    cameras.stop()
    wait_for(lambda: not any(status.running for status in cameras.status()))
    assert all(source.released for source in sources)


def test_a_loop_that_hangs_is_left_behind(monkeypatch: pytest.MonkeyPatch):
    gate, clock = Event(), [100.0]
    monkeypatch.setattr(supervisor, "monotonic", lambda: clock[0])

    class Hanging(FakeSource):
        def frames(self):
            gate.wait(2 * PATIENCE)
            yield from super().frames()

    cameras = _run(_camera(Hanging(1, live=True)))
    cameras.stop()
    clock[0] += supervisor.ENDING
    assert cameras.poll()
    clock[0] += 0.1
    assert not cameras.poll()
    assert cameras.status()[0].running
    gate.set()
    wait_for(lambda: not cameras.status()[0].running)


def test_a_camera_whose_viewer_leaves_ends_and_the_others_go_on(
    stopping: Callable[[CameraSupervisor], CameraSupervisor],
):
    viewer, yard = Viewer(), FakeSource(2, name="yard", live=True)
    door = _camera(FakeSource(2, name="door", live=True), outputs=[viewer])
    cameras = stopping(_run(door, _camera(yard)))
    wait_for(lambda: [status.frames for status in cameras.status()] == [2, 2])
    viewer.closed = True
    wait_for(lambda: cameras.poll() and not cameras.status()[0].running)
    assert cameras.status()[1].running


def test_a_camera_that_fails_ends_alone_and_its_error_is_raised_at_the_end():
    lost = FakeSource(1, name="door", live=True, breaks=InputError("door: given up after 3 reconnects"))
    yard = FakeSource(3, name="yard", live=True)
    cameras = _run(_camera(lost), _camera(yard))
    wait_for(lambda: not cameras.status()[0].running and yard.taken == 3)
    assert cameras.poll()
    assert cameras.status()[0].last_error == "door: given up after 3 reconnects"
    cameras.stop()
    _wait(cameras)
    with pytest.raises(InputError, match="door: given up"):
        cameras.raise_error()


class Fragile(FakeDetector):
    """Breaks on some of the pictures it is shown."""

    def __init__(self, *breaks: int) -> None:
        super().__init__()
        self._breaks = breaks

    def detect(self, image: Image):
        faces = super().detect(image)
        if len(self.shapes) in self._breaks:
            raise ZeroDivisionError("no such\nthing")
        return faces


def test_a_loop_that_crashes_begins_anew_and_shows_it(
    stopping: Callable[[CameraSupervisor], CameraSupervisor], caplog: pytest.LogCaptureFixture
):
    detector = Fragile(2, 3)
    cameras = stopping(_run(_camera(FakeSource(4, name="door", live=True), detector)))
    wait_for(lambda: len(detector.shapes) == 2 + 1 + 4)
    wait_for(lambda: cameras.status()[0].restarts == 2)
    status = cameras.status()[0]
    assert (status.running, status.name) == (True, "door")
    assert status.last_error == "ZeroDivisionError('no such\\nthing')"
    warnings = [record.message for record in caplog.records if record.levelno == logging.WARNING]
    assert len(warnings) == 2
    assert "door: ZeroDivisionError" in warnings[0]


def test_a_defect_in_a_film_is_no_reason_to_begin_it_anew():
    cameras = _run(_camera(FakeSource(10), Fragile(3)), _camera(FakeSource(1, name="yard", live=True)))
    _wait(cameras)
    with pytest.raises(ZeroDivisionError):
        cameras.raise_error()
    assert cameras.status()[0].restarts == 0


def test_a_pipe_that_closes_ends_all():
    broken = FakeSource(1, name="door", live=True, breaks=BrokenPipeError())
    cameras = _run(_camera(broken), _camera(FakeSource(1, name="yard", live=True)))
    _wait(cameras)
    with pytest.raises(BrokenPipeError):
        cameras.raise_error()


def test_a_crashed_loop_that_pauses_ends_at_once():
    long = RetrySettings(first_pause=2 * PATIENCE, longest_pause=2 * PATIENCE)
    cameras = _run(_camera(FakeSource(4, live=True), Fragile(1)), retry=long)
    wait_for(lambda: cameras.status()[0].last_error)
    cameras.stop()
    wait_for(lambda: not cameras.status()[0].running)


def test_the_lengths_are_known_only_where_all_come_to_an_end():
    film, live = _camera(FakeSource(4, name="film")), _camera(FakeSource(4, name="door", live=True))
    assert CameraSupervisor([film], QUICK).lengths == [("film", 4)]
    assert CameraSupervisor([film, live], QUICK).lengths == []
