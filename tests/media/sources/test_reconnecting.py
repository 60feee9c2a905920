import logging
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import replace
from itertools import chain, islice, repeat
from threading import Event, Thread
from time import monotonic

import cv2
import numpy as np
import pytest

from svod_rcgn.errors import InputError
from svod_rcgn.media.settings import LiveSettings
from svod_rcgn.media.sources import LiveSource, open_source
from svod_rcgn.records import Frame
from svod_rcgn.retry import RetrySettings
from tests.fakes import BLUE, GREY, RED, FakeCapture, picture
from tests.media.sources.network_cameras import Connection, MjpegCamera, Wire, jpeg
from tests.patience import PATIENCE, wait_for

SHORT_PAUSES = RetrySettings(first_pause=0.01, longest_pause=0.02, steady=1000)
LONG_PAUSES = RetrySettings(first_pause=2 * PATIENCE, longest_pause=2 * PATIENCE)
PATIENT = LiveSettings(PATIENCE, SHORT_PAUSES)  # where nothing is silent, no timeout may come first
SILENCE = LiveSettings(3, SHORT_PAUSES)  # far longer than a camera on loopback needs for a picture


def _settings(limit: int) -> LiveSettings:
    return replace(PATIENT, retry=replace(SHORT_PAUSES, limit=limit))


class EndlessCapture(FakeCapture):
    """Sends a picture whenever it is asked, and tells when it was let go."""

    def __init__(self, image: object = None) -> None:
        super().__init__([])
        self.image = picture(GREY) if image is None else image
        self.reads = 0
        self.gone = Event()

    def read(self):
        self.reads += 1
        return True, self.image

    def release(self) -> None:
        self.gone.set()


class HangingCapture(EndlessCapture):
    """Never returns from a read until the test lets it."""

    def __init__(self, pictures: int = 0) -> None:
        super().__init__()
        self.pictures = pictures
        self.reads_begun = 0
        self.freed = Event()

    def read(self):
        self.reads_begun += 1
        if self.reads >= self.pictures:
            self.freed.wait(2 * PATIENCE)
        return super().read()


def _colours(frames: Generator[Frame, None, None], number: int) -> list[int]:
    return [int(frame.image[24, 32].argmax()) for frame in islice(frames, number)]


def test_frames_are_numbered_and_go_by_the_clock():
    with closing(LiveSource(EndlessCapture, "camera 0", PATIENT).frames()) as frames:
        first, second = next(frames), next(frames)
    assert (first.index, second.index, first.source) == (0, 1, "camera 0")
    assert second.time >= first.time > 1_700_000_000
    assert monotonic() - 60 < first.captured <= second.captured <= monotonic()


def test_whoever_is_slow_gets_the_newest_and_the_others_are_counted():
    capture = EndlessCapture()
    source = LiveSource(lambda: capture, "camera 0", PATIENT)
    with closing(source.frames()) as frames:
        next(frames)
        seen = capture.reads
        wait_for(lambda: capture.reads > seen + 50)
        assert next(frames).index == 1
        assert source.health.dropped >= 49
    assert source.health.dropped >= 49  # the count outlives the connection


def test_the_device_is_released_when_nobody_wants_more():
    capture = EndlessCapture()
    with closing(LiveSource(lambda: capture, "camera 0", PATIENT).frames()) as frames:
        next(frames)
    assert capture.gone.is_set()


def test_a_read_that_hangs_is_left_behind_and_connected_anew():
    hanging = HangingCapture(pictures=1)
    captures = chain([hanging], repeat(EndlessCapture()))
    source = LiveSource(lambda: next(captures), "camera 0", LiveSettings(0.5, SHORT_PAUSES))
    with closing(source.frames()) as frames:
        assert [frame.index for frame in islice(frames, 3)] == [0, 1, 2]
    assert source.health.reconnects
    assert source.health.last_error == "camera 0: sends no picture for 0.5 s; is it still connected?"
    assert not hanging.gone.is_set()
    hanging.freed.set()
    assert hanging.gone.wait(PATIENCE)  # it releases the device itself as soon as it can


@pytest.mark.slow
def test_reads_that_hang_do_not_pile_up():
    captures: list[HangingCapture] = []

    def connect() -> HangingCapture:
        captures.append(HangingCapture())
        return captures[-1]

    settings = LiveSettings(0.02, RetrySettings(0.01, 0.02, limit=7))
    source = LiveSource(connect, "camera 0", settings)
    with pytest.raises(InputError, match="4 reads of it hang; is its driver stuck"):
        list(source.frames())
    assert len(captures) == 4
    for capture in captures:
        capture.freed.set()
        assert capture.gone.wait(PATIENCE)


def test_a_stop_wakes_whoever_waits_for_a_hanging_read():
    hanging = HangingCapture()
    source = LiveSource(lambda: hanging, "camera 0", LiveSettings(read_timeout=2 * PATIENCE))
    waiting = Thread(target=lambda: list(source.frames()), daemon=True)
    waiting.start()
    wait_for(lambda: hanging.reads_begun)
    source.stop()
    waiting.join(PATIENCE)
    assert not waiting.is_alive()
    hanging.freed.set()


def test_a_stop_ends_a_pause():
    def refuse():
        raise InputError("camera 0: cannot be opened")

    source = LiveSource(refuse, "camera 0", LiveSettings(retry=LONG_PAUSES))
    waiting = Thread(target=lambda: list(source.frames()), daemon=True)
    waiting.start()
    wait_for(lambda: source.health.last_error)
    source.stop()
    waiting.join(PATIENCE)
    assert not waiting.is_alive()


def test_it_is_given_up_after_as_many_tries_as_allowed(caplog: pytest.LogCaptureFixture):
    tries = []

    def refuse():
        tries.append(1)
        raise InputError("camera 0: cannot be opened")

    source = LiveSource(refuse, "camera 0", _settings(limit=3))
    with pytest.raises(InputError, match="camera 0: cannot be opened; given up after 3 reconnects"):
        list(source.frames())
    assert len(tries) == 4
    assert [record.levelno for record in caplog.records] == [logging.WARNING] * 3


def test_a_limit_of_zero_tries_once():
    source = LiveSource(lambda: FakeCapture([0]), "camera 0", _settings(limit=0))
    with pytest.raises(InputError, match="sends no more pictures"):
        list(source.frames())


@pytest.mark.parametrize(
    "damaged",
    [
        np.zeros((48, 64), np.uint8),
        np.zeros((48, 64, 3), np.float32),
        np.zeros((0, 64, 3), np.uint8),
        np.zeros((48, 64, 4), np.uint8),
        "no picture",
    ],
)
def test_what_is_no_colour_picture_leads_to_a_new_connection(damaged: object):
    captures = iter([EndlessCapture(damaged), EndlessCapture()])
    source = LiveSource(lambda: next(captures), "camera 0", PATIENT)
    with closing(source.frames()) as frames:
        assert next(frames).image.shape == (48, 64, 3)
    assert source.health.last_error == "camera 0: sent a damaged picture"


def test_whatever_a_driver_raises_leads_to_a_new_connection():
    class Broken(EndlessCapture):
        def read(self):
            raise cv2.error("driver", "said", "no")

    captures = iter([Broken(), EndlessCapture()])
    source = LiveSource(lambda: next(captures), "camera 0", PATIENT)
    with closing(source.frames()) as frames:
        next(frames)
    assert source.health.last_error == "camera 0: cannot be read (error)"


def test_a_source_may_be_asked_again():
    source = LiveSource(EndlessCapture, "camera 0", PATIENT)
    for _ in range(2):
        with closing(source.frames()) as frames:
            assert next(frames).index == 0


def half(connection: Connection) -> None:
    data = jpeg(RED, 640, 480)
    connection.part(data[: len(data) // 2])


BREAKS: dict[str, Callable[[Connection], None]] = {
    "hangs up": lambda connection: None,
    "dies in mid-frame": lambda connection: connection.send(b"--frame\r\n\r\n" + jpeg(RED, 640, 480)[:900]),
    "sends half a picture": half,
    "sends garbage for a picture": lambda connection: connection.part(b"\x01\x02" * 5000),
    "loses its framing": lambda connection: connection.send(b"\xff" * 5000),
    "falls silent": lambda connection: connection.silence(),
    "changes its resolution": lambda connection: connection.for_ever(BLUE, 320, 240),
}


@pytest.mark.slow
@pytest.mark.parametrize("breaks", BREAKS)
def test_a_camera_on_the_web_is_connected_anew_when_it(breaks: str, caplog: pytest.LogCaptureFixture):
    def first(connection: Connection) -> None:
        connection.pictures(RED, 5, 640, 480)
        BREAKS[breaks](connection)

    with MjpegCamera(first, lambda connection: connection.for_ever(BLUE, 320, 240)) as camera:
        source = open_source(camera.url, SILENCE if breaks == "falls silent" else PATIENT)
        with closing(source.frames()) as frames:
            assert _colours(frames, 1) == [2]
            for frame in frames:
                assert frame.image.shape in ((480, 640, 3), (240, 320, 3))
                if frame.image.shape == (240, 320, 3):
                    break
        assert camera.connections == 2
    assert source.health.reconnects == 1
    assert "secret" not in caplog.text + str(source.health)


def test_no_half_picture_is_handed_on():
    def first(connection: Connection) -> None:
        connection.pictures(RED, 3, 640, 480)
        half(connection)

    with MjpegCamera(first) as camera:
        source = open_source(camera.url, _settings(limit=0))
        seen = []
        with pytest.raises(InputError, match="cannot be read as a picture"):
            seen.extend(frame.image for frame in source.frames())
    assert all((image[-20:].argmax(axis=2) == 2).all() for image in seen)


@pytest.mark.slow
def test_a_camera_that_accepts_and_says_nothing_is_tried_again():
    with (
        MjpegCamera(lambda connection: connection.for_ever(RED)) as camera,
        Wire(camera.port, limits=[0, 0]) as wire,
    ):
        source = open_source(f"http://127.0.0.1:{wire.port}/cam", SILENCE)
        with closing(source.frames()) as frames:
            assert _colours(frames, 3) == [2, 2, 2]
        assert wire.connections == 3
    assert source.health.reconnects == 2


def test_a_camera_that_is_not_there_yet_is_waited_for():
    with MjpegCamera(lambda connection: connection.for_ever(RED)) as camera:
        url = camera.url
    source = open_source(url, _settings(limit=2))
    with pytest.raises(InputError, match=rf"http://{camera.address}: cannot be opened.*given up after 2"):
        list(source.frames())
