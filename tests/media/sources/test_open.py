from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import cv2
import pytest

from svod_rcgn.errors import InputError
from svod_rcgn.media.settings import LiveSettings
from svod_rcgn.media.sources import Film, open_source, without_secrets
from svod_rcgn.storage.images import write_png
from tests.fakes import RED, FakeCapture, picture, write_film


class FakeCamera(FakeCapture):
    """A camera of this machine that is there."""

    opened = 0

    def __init__(self, number: int) -> None:
        super().__init__([0] * 3, rate=15)
        type(self).opened += 1

    def isOpened(self) -> bool:  # noqa: N802
        return True


def test_a_camera_is_opened_once_and_tells_its_rate(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(FakeCamera, "opened", 0)
    monkeypatch.setattr(cv2, "VideoCapture", FakeCamera)
    source = open_source("00")
    assert (source.name, source.live, source.frames_per_second) == ("camera 0", True, 15)
    frames = source.frames()
    assert next(frames).source == "camera 0"
    frames.close()
    assert FakeCamera.opened == 1


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None: ...


def test_a_film_on_the_web_is_a_film(tmp_path: Path):
    write_film(tmp_path / "film.mp4", [picture(RED)] * 8)
    handler = partial(_Quiet, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        address = f"127.0.0.1:{server.server_port}/film.mp4"
        source = open_source(f"http://user:secret@{address}?key=secret")
        assert isinstance(source, Film)
        assert source.name == f"http://{address}"
        assert len(list(source.frames())) == 8
        server.shutdown()


def test_a_film_on_the_web_that_is_not_there_is_told_at_once():
    with pytest.raises(InputError, match=r"http://127\.0\.0\.1:9/film\.mp4: cannot be opened"):
        open_source("http://user:secret@127.0.0.1:9/film.mp4?key=secret", LiveSettings(read_timeout=2))


def test_a_stream_need_not_be_there_yet():
    source = open_source("rtsp://user:secret@127.0.0.1:9/live")
    assert (source.live, source.name, source.frames_per_second) == (True, "rtsp://127.0.0.1:9/live", 25)


@pytest.mark.parametrize("kind", ["film.mp4", "me.png", "folder", "rtsp://user:secret@127.0.0.1:9/live"])
def test_a_source_may_be_given_a_name(tmp_path: Path, kind: str):
    write_film(tmp_path / "film.mp4", [picture(RED)])
    write_png(tmp_path / "me.png", picture(RED))
    write_png(tmp_path / "folder" / "me.png", picture(RED))
    place = kind if "://" in kind else str(tmp_path / kind)
    assert open_source(place, name="front door").name == "front door"


@pytest.mark.parametrize("number", ["77", "9999999999999"])
def test_a_camera_that_is_not_there_is_told(number: str):
    with pytest.raises(InputError, match=f"camera {number}: cannot be opened"):
        open_source(number)


def test_a_path_that_leads_nowhere_is_told():
    with pytest.raises(InputError, match=r"nowhere\.mp4: no such file or folder"):
        open_source("nowhere.mp4")


def test_a_url_of_an_unknown_kind_is_told_without_its_secrets():
    with pytest.raises(InputError, match="ftp://host/film: no stream of this kind") as caught:
        open_source("ftp://user:secret@host/film")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("rtsp://host:554/live", "rtsp://host:554/live"),
        ("rtsp://user:secret@host/live", "rtsp://host/live"),
        ("rtsp://user:se@cret@host/live", "rtsp://host/live"),
        ("rtsp://user:se/cret@host/live", "rtsp://host/live"),
        ("rtsp://user:se?cr#et@host/live", "rtsp://host/live"),
        ("http://host/cam?user=me&pwd=secret#secret", "http://host/cam"),
    ],
)
def test_secrets_of_a_url_are_never_shown(url: str, shown: str):
    assert without_secrets(url) == shown
