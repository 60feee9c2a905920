"""The camera of a browser: its pictures are looked at, and what is no picture does no harm."""

import json
import random
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import pytest
from websockets.exceptions import ConnectionClosed

from svod_rcgn.storage.images import encode_jpeg
from svod_rcgn.web import build
from svod_rcgn.web.access.roles import Role
from svod_rcgn.web.live.browser_video import BrowserVideos
from svod_rcgn.web.settings import WebSettings
from tests.fakes import BLACK, RED, RED_PERSON, picture
from tests.objects.fakes import make_detector, scene
from tests.patience import PATIENCE
from tests.web.live.fake_receiver import ANSWERS, fake
from tests.web.site import Site, serving

ADA = encode_jpeg(picture(RED, 64, 48))


def message(number: int, image: bytes) -> bytes:
    head = json.dumps({"number": number}).encode()
    return struct.pack("<I", len(head)) + head + image


def answer(socket: Any) -> dict[str, Any]:
    return json.loads(socket.recv(timeout=PATIENCE))


def test_each_picture_of_a_browser_is_answered_with_its_number_and_a_face_keeps_its_track(site: Site):
    with site.socket("/api/webcam", Role.EDITOR) as socket:
        for number in (4, 5):
            socket.send(message(number, ADA))
        told = [answer(socket) for _ in range(2)]
        assert [each["number"] for each in told] == [4, 5]
        (face,) = told[1]["seen"]
        assert (told[1]["type"], told[1]["width"], told[1]["height"]) == ("answer", 64, 48)
        assert (face["label"], face["box"]) == (RED_PERSON, [0.25, 0.25, 0.75, 0.75])
        assert face["track"] is not None
        socket.send(message(6, encode_jpeg(picture(BLACK))))
        assert answer(socket)["seen"] == []


def test_objects_are_followed_on_demand_and_without_faces(tmp_path: Path):
    with (
        serving(tmp_path, detect=lambda name: make_detector(name=name)) as site,
        site.socket("/api/webcam?faces=0&detect=dots") as socket,
    ):
        for number in range(4):
            socket.send(message(number, encode_jpeg(scene(("red", 30, 30)))))
            told = answer(socket)
    (dot,) = told["seen"]
    assert (dot["kind"], dot["label"], dot["track"]) == ("object", "red", 1)


def test_a_network_that_is_not_there_is_told(site: Site):
    with site.socket("/api/webcam?detect=nowhere") as socket:
        socket.send(message(1, ADA))
        told = answer(socket)
    assert (told["type"], told["number"]) == ("refused", 1)
    assert "nowhere" in told["error"]


def test_a_viewer_may_not_send(site: Site):
    with site.socket("/api/webcam", Role.VIEWER) as socket, pytest.raises(ConnectionClosed) as closed:
        socket.recv(timeout=PATIENCE)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4403


def test_what_is_no_picture_is_refused_and_the_next_picture_is_answered(site: Site):
    chance = random.Random(18)
    wrong = [b"", b"\x00", b"\xff" * 40, message(1, b""), message(1, ADA[:50]), struct.pack("<I", 3) + b"{}"]
    wrong += [chance.randbytes(chance.randrange(200)) for _ in range(100)]
    with site.socket("/api/webcam") as socket:
        for each in wrong:
            socket.send(each)
            assert answer(socket)["type"] == "refused"
        socket.send("text")
        assert answer(socket)["type"] == "refused"
        socket.send(message(7, ADA))
        assert answer(socket)["number"] == 7


@contextmanager
def served_with(folder: Path, monkeypatch: pytest.MonkeyPatch, *lines: str) -> Iterator[Site]:
    """A server with a fake in the place of the process that receives a video."""
    monkeypatch.setattr(build, "BrowserVideos", partial(BrowserVideos, command=fake(*lines)))
    with serving(folder) as site:
        yield site


def test_pictures_of_a_video_are_answered_until_its_process_dies_and_then_others_as_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    planes = cv2.cvtColor(picture(RED), cv2.COLOR_BGR2YUV_I420).tobytes()
    (tmp_path / "red").write_bytes(struct.pack("<HH", 64, 48) + planes)
    two = f"for _ in range(2): read(1), say(open({str(tmp_path / 'red')!r}, 'rb').read())"
    die = "os.kill(os.getpid(), signal.SIGSEGV)"
    with served_with(tmp_path, monkeypatch, ANSWERS, two, die) as site, site.socket("/api/webcam") as socket:
        socket.send(json.dumps({"offer": "v=0"}))
        assert answer(socket) == {"type": "video", "answer": "v=0"}
        for _ in range(2):
            told = answer(socket)
            assert (told["type"], told["number"], told["width"], told["height"]) == ("answer", None, 64, 48)
            assert told["seen"][0]["label"] == RED_PERSON
        lost = answer(socket)
        assert (lost["type"], "Segmentation fault" in lost["reason"]) == ("no_video", True)
        socket.send(message(7, ADA))
        assert answer(socket)["number"] == 7
    assert [record.getMessage() for record in caplog.records if "video is lost" in record.getMessage()] == [
        f"a browser's video is lost, its pictures come one by one: {lost['reason']}"
    ]


def test_pictures_are_answered_while_a_video_is_waited_for_and_one_offer_alone_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with served_with(tmp_path, monkeypatch, "read()") as site, site.socket("/api/webcam") as socket:
        for _ in range(3):
            socket.send(json.dumps({"offer": "v=0"}))
        socket.send(message(1, ADA))
        assert "waits already" in answer(socket)["reason"]
        while (told := answer(socket))["type"] == "no_video":
            assert "waits already" in told["reason"]
        assert told["number"] == 1


def test_an_offer_of_another_form_is_refused(site: Site):
    with site.socket("/api/webcam") as socket:
        for wrong in ("v=0", json.dumps({"offer": ""}), json.dumps({"offer": "x" * 50_001}), "[" * 5000):
            socket.send(wrong)
            assert answer(socket)["type"] == "refused"


def test_video_is_listened_for_where_the_page_is_and_nowhere_else():
    hosts = ("127.0.0.1", "localhost", "192.0.2.7", "::1", "0.0.0.0", "::")
    told = [build.listened_on(WebSettings(host=host)) for host in hosts]
    assert told == [("127.0.0.1",), ("127.0.0.1",), ("192.0.2.7",), ("::1",), None, None]
