import sys
from contextlib import closing
from types import SimpleNamespace

import numpy as np
import pytest

from svod_rcgn.errors import InputError
from svod_rcgn.media.settings import LiveSettings
from svod_rcgn.media.sources import open_source
from svod_rcgn.retry import RetrySettings
from tests.fakes import RED, picture


class FakeRealSense:
    """Stands in for pyrealsense2 with one camera, number 42, that sends three pictures."""

    stream = SimpleNamespace(color="color")
    format = SimpleNamespace(bgr8="bgr8")

    def __init__(self) -> None:
        self.memory = picture(RED)
        self.left = 3
        self.waits: list[int] = []
        self.asked: list[tuple[object, ...]] = []
        self.serial: str | None = None
        self.stopped = False

    def config(self):
        return SimpleNamespace(enable_stream=self._enable_stream, enable_device=self._enable_device)

    def pipeline(self):
        return SimpleNamespace(start=self._start, wait_for_frames=self._wait, stop=self._stop)

    def _enable_stream(self, *words: object) -> None:
        self.asked.append(words)

    def _enable_device(self, serial: str) -> None:
        self.serial = serial

    def _start(self, config: object) -> None:
        if self.serial not in (None, "42"):
            raise RuntimeError("No device connected")

    def _wait(self, milliseconds: int):
        self.waits.append(milliseconds)
        if not self.left:
            raise RuntimeError("Frame didn't arrive within 10000")
        self.left -= 1
        return SimpleNamespace(get_color_frame=lambda: SimpleNamespace(get_data=lambda: self.memory))

    def _stop(self) -> None:
        self.stopped = True


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> FakeRealSense:
    fake = FakeRealSense()
    monkeypatch.setitem(sys.modules, "pyrealsense2", fake)
    return fake


@pytest.mark.parametrize("text", ["realsense", "realsense:42"])
def test_its_colour_picture_is_watched_until_it_sends_no_more(library: FakeRealSense, text: str):
    source = open_source(text, LiveSettings(2.5, RetrySettings(limit=0)))
    assert (source.name, source.live, source.frames_per_second) == (text, True, 30)
    with closing(source.frames()) as frames:
        first = next(frames)
        library.memory[:] = 0  # the library uses its memory again
        assert tuple(first.image[0, 0]) == RED
        with pytest.raises(InputError, match=f"{text}: sends no more pictures"):
            list(frames)
    assert library.asked == [("color", 640, 480, "bgr8", 30)]
    assert set(library.waits) == {2500}
    assert library.stopped
    assert isinstance(first.image, np.ndarray)


def test_a_camera_that_is_not_there_is_told(library: FakeRealSense):
    with pytest.raises(
        InputError, match=r"realsense:7: no such camera can be started \(No device connected\)"
    ):
        open_source("realsense:7")


def test_without_the_library_it_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "pyrealsense2", None)
    with pytest.raises(InputError, match="realsense: these cameras need a library; run `pip install"):
        open_source("realsense")
