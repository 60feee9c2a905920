"""A camera's picture with what is on it, and news, over WebSockets."""

import json
import struct
from contextlib import suppress
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from svod_rcgn.faces.records import FaceObservation
from svod_rcgn.records import Box, Frame, Image, Observation
from svod_rcgn.web.access.roles import Role
from svod_rcgn.web.live import feed as feeds
from tests.fakes import BLUE, RED, event, picture, sighting
from tests.patience import PATIENCE, wait_for
from tests.web.site import CAMERA, Site, raise_when_closed

VIEW = "/api/cameras/0/view"


def frame(colour: tuple[int, int, int] = RED, index: int = 0) -> Frame:
    return Frame(picture(colour, 64, 48), index, 12.5, CAMERA)


def take(view: ClientConnection) -> tuple[dict[str, Any], Image]:
    """Take one picture, and say that it was drawn."""
    data = view.recv(timeout=PATIENCE)
    assert isinstance(data, bytes)
    (length,) = struct.unpack("<I", data[:4])
    image = cv2.imdecode(np.frombuffer(data[4 + length :], np.uint8), cv2.IMREAD_COLOR)
    view.send("k")
    return json.loads(data[4 : 4 + length]), image


def closed_with(site: Site, path: str, role: Role | None) -> int:
    with site.socket(path, role) as socket, pytest.raises(ConnectionClosed) as closed:
        socket.recv(timeout=PATIENCE)
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code


def test_a_picture_comes_with_what_is_on_it_and_boxes_in_shares_of_its_sides(site: Site):
    ada = sighting("Ada", Box(16, 12, 32, 24), 0.91, track=3, attributes={"position": ["Countess", "author"]})
    dog = Observation(kind="picture", label="dog", score=0.5)
    with site.socket(VIEW) as view:
        site.feed.see(frame(), (ada, dog))
        head, image = take(view)
    assert (head["number"], head["time"], head["width"], head["height"]) == (1, 12.5, 64, 48)
    assert head["delay"] >= 0
    face, whole = head["seen"]
    assert (face["label"], face["score"], face["track"]) == ("Ada", 0.91, 3)
    assert face["box"] == [0.25, 0.25, 0.5, 0.5]
    assert face["face"] == {"nearest": "Ada", "cosine": 0.7, "quality": None, "reasons": []}
    assert face["attributes"] == {"position": "Countess, author"}
    assert (whole["label"], whole["box"], whole["face"]) == ("dog", None, None)
    assert np.abs(image.astype(int) - picture(RED, 64, 48)).max() < 10


def test_who_comes_later_gets_the_last_picture_of_a_film_that_is_over(site: Site):
    site.feed.see(frame(BLUE), ())
    with site.socket(VIEW) as view:
        head, image = take(view)
    assert head["seen"] == []
    assert np.abs(image.astype(int) - picture(BLUE, 64, 48)).max() < 10


def test_who_is_slow_gets_the_newest_and_leaves_the_others_out(site: Site):
    with site.socket(VIEW) as view:
        site.feed.see(frame(), ())
        view.recv(timeout=PATIENCE)
        for _ in range(50):
            site.feed.see(frame(), ())
        with pytest.raises(TimeoutError):  # not drawn yet: nothing is sent
            view.recv(timeout=0.2)
        view.send("k")
        assert take(view)[0]["number"] == 51


def test_a_picture_is_encoded_once_for_all_who_look_and_not_at_all_for_nobody(
    site: Site, monkeypatch: pytest.MonkeyPatch
):
    encoded: list[int] = []
    pack = feeds._pack

    def counted(seen: Any) -> Any:
        encoded.append(seen.number)
        return pack(seen)

    monkeypatch.setattr(feeds, "_pack", counted)
    for _ in range(5):
        site.feed.see(frame(), ())
    assert encoded == []
    with site.socket(VIEW) as one, site.socket(VIEW) as two, site.socket(VIEW) as three:
        for number in (5, 6, 7):
            assert [take(view)[0]["number"] for view in (one, two, three)] == [number] * 3
            site.feed.see(frame(), ())
    assert sorted(set(encoded)) == sorted(encoded)


def test_a_camera_that_is_not_there_and_a_role_that_is_missing_are_told_after_accepting(site: Site):
    assert closed_with(site, "/api/cameras/7/view", Role.VIEWER) == 4404
    assert closed_with(site, VIEW, None) == 4401
    assert closed_with(site, "/api/news", None) == 4401


def test_who_goes_out_sees_no_more(site: Site, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("svod_rcgn.web.live.sockets._LOOK", 0.05)
    cookie = site.cookie(Role.VIEWER)
    with site.socket(VIEW, None, **cookie) as view:
        site.feed.see(frame(), ())
        take(view)
        site.ask("POST", "/api/logout", None, headers=cookie)
        with pytest.raises(ConnectionClosed) as closed:
            view.recv(timeout=PATIENCE)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4401


def test_names_from_outside_cannot_steer_the_page_and_odd_numbers_do_no_harm(site: Site):
    strange = replace(
        sighting("Ada\x1b[2J\u202e"), score=np.float32(0.5), attributes={"note\n": float("inf")}
    )
    assert isinstance(strange, FaceObservation)
    with site.socket(VIEW) as view:
        site.feed.see(frame(), (strange,))
        (seen,) = take(view)[0]["seen"]
    assert seen["label"] == "Ada\\x1b[2J\\u202e"
    assert seen["attributes"] == {"note\\x0a": "inf"}


def test_what_a_page_sends_does_no_harm(site: Site):
    with site.socket(VIEW) as view:
        for word in ("k" * 100, "", "{}", "\x00"):
            view.send(word)
        view.send(b"\x00\xff")
        site.feed.see(frame(), ())
        assert take(view)[0]["number"] == 1
    with site.socket(VIEW) as view:
        with suppress(ConnectionClosed):  # it may be closed before all is sent
            view.send("k" * 3 * 2**20)
        with pytest.raises(ConnectionClosed):
            raise_when_closed(view)
    assert site.ask("GET", "/api/cameras").status_code == 200


def test_news_tell_how_cameras_fare_and_when_visits_change(site: Site):
    with site.socket("/api/news") as news:
        first = [json.loads(news.recv(timeout=PATIENCE)) for _ in range(2)]
        assert {each["type"] for each in first} == {"cameras", "events"}
        (camera,) = next(each for each in first if each["type"] == "cameras")["cameras"]
        assert (camera["name"], camera["frames_per_second"], camera["running"]) == (CAMERA, 14.9, True)
        site.counter.begun(event("Ada"), None, None)  # type: ignore[arg-type]
        told: list[dict[str, Any]] = []

        def changed() -> bool:
            told.append(json.loads(news.recv(timeout=PATIENCE)))
            return told[-1] == {"type": "events", "number": 1}

        wait_for(changed)


def test_cameras_and_status_are_told_on_demand(site: Site):
    (camera,) = site.ask("GET", "/api/cameras", Role.VIEWER).json()
    assert (camera["number"], camera["name"], camera["last_error"]) == (0, CAMERA, None)
    assert site.ask("GET", "/api/status", Role.VIEWER).json() == {"uptime": 1.0}
