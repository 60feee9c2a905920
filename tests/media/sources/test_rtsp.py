"""Against an RTSP server on loopback, which is killed, cut off, silenced and reconfigured."""

from collections.abc import Iterator
from contextlib import closing
from itertools import chain, islice, repeat

import cv2
import numpy as np
import pytest

from svod_rcgn.errors import InputError
from svod_rcgn.media.settings import LiveSettings
from svod_rcgn.media.sources import open_source
from svod_rcgn.retry import RetrySettings
from tests.fakes import BLUE, RED, picture
from tests.media.sources.network_cameras import Wire
from tests.media.sources.rtsp_server import RtspCamera
from tests.patience import PATIENCE

pytestmark = pytest.mark.slow

SHORT_PAUSES = RetrySettings(0.05, 0.2, steady=1000)
PATIENT = LiveSettings(PATIENCE, SHORT_PAUSES)  # where nothing is silent, no timeout may come first
SILENCE = LiveSettings(3, SHORT_PAUSES)


def _red() -> Iterator:
    return repeat(picture(RED, 320, 240))


def _turning() -> Iterator:
    return chain(repeat(picture(RED, 640, 480), 25), repeat(picture(BLUE, 320, 240)))


@pytest.fixture
def camera() -> Iterator[RtspCamera]:
    with RtspCamera(_red) as serving:
        yield serving


def test_what_a_camera_sends_is_what_is_seen():
    patches = np.random.default_rng(0).integers(40, 220, (15, 20, 3), np.uint8)
    shown = cv2.resize(patches, (320, 240), interpolation=cv2.INTER_CUBIC)
    with (
        RtspCamera(lambda: repeat(shown)) as camera,
        closing(open_source(camera.url, PATIENT).frames()) as frames,
    ):
        seen = next(frames).image
    assert seen.shape == shown.shape
    assert abs(seen.astype(int) - shown).mean() < 5


def test_a_server_that_dies_and_comes_back_is_watched_again(camera: RtspCamera):
    source = open_source(camera.url, PATIENT)
    with closing(source.frames()) as frames:
        next(frames)
        camera.kill()
        camera.start()
        frame = next(frame for frame in frames if source.health.reconnects)
    assert frame.image.shape == (240, 320, 3)
    assert abs(frame.image.astype(int) - RED).max() < 10
    assert source.health.last_error is not None


def test_a_server_that_is_gone_for_good_is_given_up(camera: RtspCamera):
    source = open_source(camera.url, LiveSettings(PATIENCE, RetrySettings(0.05, 0.1, limit=2)))
    frames = source.frames()
    next(frames)
    camera.kill()
    with pytest.raises(InputError, match=f"127.0.0.1:{camera.port}/cam: .*given up after 2 reconnects"):
        list(frames)


@pytest.mark.parametrize("limits", [[0], [20_000], [3_000, 0]])
def test_a_line_that_is_cut_in_mid_frame_or_silent_is_tried_again(camera: RtspCamera, limits: list[int]):
    with Wire(camera.port, limits) as wire:
        source = open_source(f"rtsp://user:secret@127.0.0.1:{wire.port}/cam", SILENCE)
        with closing(source.frames()) as frames:
            frame = next(frame for frame in frames if source.health.reconnects >= len(limits))
        assert wire.connections == len(limits) + 1
    assert frame.image.shape == (240, 320, 3)
    assert "secret" not in str(source.health)


def test_a_stream_that_changes_its_resolution_is_connected_anew():
    with RtspCamera(_turning) as camera:
        source = open_source(camera.url, PATIENT)
        with closing(source.frames()) as frames:
            assert next(frames).image.shape == (480, 640, 3)
            next(frame for frame in frames if source.health.reconnects)
            assert all(frame.image.shape == (480, 640, 3) for frame in islice(frames, 3))
    assert str(source.health.last_error).endswith("changed the size of its picture")
