"""Against a real RTSP server, which is killed, cut off, silenced and reconfigured."""

import sys
from collections.abc import Iterator
from contextlib import closing
from itertools import islice

import pytest

from svod_rcgn.errors import InputError
from svod_rcgn.media.settings import LiveSettings
from svod_rcgn.media.sources import open_source
from svod_rcgn.retry import RetrySettings
from tests.media.sources.network_cameras import RtspCamera, Wire, rtsp_camera

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="GStreamer's server is that of Debian"),
]

RED, BLUE = 2, 0
LIVE = LiveSettings(read_timeout=2, retry=RetrySettings(0.05, 0.2, steady=1000))


def _scene(pattern: str, width: int, height: int, more: str = "") -> str:
    size = f"format=I420,width={width},height={height},framerate=20/1"
    return f"videotestsrc is-live=true pattern={pattern} {more} ! video/x-raw,{size}"


CAMERA = f"( {_scene('red', 320, 240)} ! jpegenc ! rtpjpegpay name=pay0 pt=26 )"
TURNING = (
    f"( {_scene('red', 640, 480, 'num-buffers=25')} ! join. {_scene('blue', 320, 240)} ! join. "
    "concat name=join ! jpegenc ! rtpjpegpay name=pay0 pt=26 )"
)


@pytest.fixture
def camera() -> Iterator[RtspCamera]:
    with rtsp_camera(CAMERA) as serving:
        yield serving


def test_a_server_that_dies_and_comes_back_is_watched_again(camera: RtspCamera):
    source = open_source(camera.url, LIVE)
    with closing(source.frames()) as frames:
        next(frames)
        camera.kill()
        camera.start()
        frame = next(frame for frame in frames if source.health.reconnects)
    assert frame.image.shape == (240, 320, 3)
    assert int(frame.image[120, 160].argmax()) == RED
    assert source.health.last_error is not None


def test_a_server_that_is_gone_for_good_is_given_up(camera: RtspCamera):
    source = open_source(camera.url, LiveSettings(3, RetrySettings(0.05, 0.1, limit=2)))
    frames = source.frames()
    next(frames)
    camera.kill()
    with pytest.raises(InputError, match=f"127.0.0.1:{camera.port}/cam: .*given up after 2 reconnects"):
        list(frames)


@pytest.mark.parametrize("limits", [[0], [20_000], [3_000, 0]])
def test_a_line_that_is_cut_in_mid_frame_or_silent_is_tried_again(camera: RtspCamera, limits: list[int]):
    with Wire(camera.port, limits) as wire:
        source = open_source(f"rtsp://user:secret@127.0.0.1:{wire.port}/cam", LIVE)
        with closing(source.frames()) as frames:
            frame = next(frame for frame in frames if source.health.reconnects >= len(limits))
        assert wire.connections == len(limits) + 1
    assert frame.image.shape == (240, 320, 3)
    assert "secret" not in str(source.health)


def test_a_stream_that_changes_its_resolution_is_connected_anew():
    with rtsp_camera(TURNING) as camera:
        source = open_source(camera.url, LIVE)
        with closing(source.frames()) as frames:
            assert next(frames).image.shape == (480, 640, 3)
            next(frame for frame in frames if source.health.reconnects)
            assert all(frame.image.shape == (480, 640, 3) for frame in islice(frames, 3))
    assert str(source.health.last_error).endswith("changed the size of its picture")
