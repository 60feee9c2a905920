"""The camera of a browser: its pictures are looked at, and what is no picture does no harm."""

import json
import random
import struct
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from svod_rcgn.storage.images import encode_jpeg
from svod_rcgn.web.access.roles import Role
from tests.fakes import BLACK, RED, RED_PERSON, picture
from tests.objects.fakes import make_detector, scene
from tests.patience import PATIENCE
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
