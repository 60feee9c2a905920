"""The record of visits, a page at a time."""

import time
from pathlib import Path

import cv2
import numpy as np
import pytest

from svod_rcgn.records import FACE, Subject, Visit
from svod_rcgn.web.access.roles import Role
from tests.fakes import RED, picture, write_film
from tests.web.site import Site, serving


@pytest.fixture(scope="module", autouse=True)
def _visits(site: Site) -> None:
    for number in range(7):
        who = Subject(FACE, "Ada" if number % 2 else None, None if number % 2 else number)
        begun = Visit(str(number), who, 100.0 + number // 2, 200.0, 0.5)
        site.journal.begin(begun, "hall", picture=b"jpeg" if number == 6 else None)


def pages(site: Site, query: str) -> list[list[int]]:
    found, cursor = [], ""
    while True:
        page = site.ask("GET", f"/api/events?{query}{cursor}", Role.VIEWER).json()
        found.append([visit["id"] for visit in page["visits"]])
        if page["next"] is None:
            return found
        cursor = f"&before={page['next']}"


def test_pages_hold_every_visit_once_the_newest_first(site: Site):
    assert pages(site, "limit=3") == [[7, 6, 5], [4, 3, 2], [1]]


def test_visits_are_asked_for_by_person_time_and_strangers(site: Site):
    assert pages(site, "person=Ada") == [[6, 4, 2]]
    assert pages(site, "unknown=true") == [[7, 5, 3, 1]]
    assert pages(site, "until=101") == [[2, 1]]
    assert pages(site, "camera=yard") == [[]]


@pytest.mark.parametrize("query", ["limit=0", "limit=many", "before=x", "before=1", "since=soon"])
def test_a_query_that_cannot_be_is_refused(site: Site, query: str):
    answer = site.ask("GET", f"/api/events?{query}")
    assert (answer.status_code, list(answer.json())) == (422, ["error"])


def test_a_visit_has_its_picture_and_what_is_no_visit_has_none(site: Site):
    assert site.ask("GET", "/api/events/7/picture").content == b"jpeg"
    for number in ("1", "99", "x", "9" * 40, "..%2f..%2fevents.db"):
        assert site.ask("GET", f"/api/events/{number}/picture").status_code == 404


def test_visits_can_be_asked_for_by_what_there_is_of_them(site: Site):
    choices = site.ask("GET", "/api/events/choices", Role.VIEWER).json()
    assert choices == {"cameras": ["hall"], "people": ["Ada"], "rules": ["presence"], "things": []}


def test_what_is_no_face_is_asked_for_by_its_label(tmp_path: Path):
    with serving(tmp_path) as site:
        site.journal.begin(Visit("c", Subject("object", "cat", 1), 1.0, 2.0, 0.5), "hall", picture=None)
        site.journal.begin(Visit("a", Subject(FACE, "Ada", None), 1.0, 2.0, 0.5), "hall", picture=None)
        assert site.ask("GET", "/api/events/choices").json()["things"] == ["cat"]
        assert pages(site, "label=cat") == [[1]]


def test_a_clip_is_shown_as_pictures_at_its_own_pace(tmp_path: Path):
    with serving(tmp_path) as site:
        begun = Visit("c", Subject("object", "cat", 1), 1.0, 2.0, 0.5)
        number, _ = site.journal.begin(begun, "hall", picture=None)
        assert site.ask("GET", f"/api/events/{number}/clip/pictures").status_code == 404
        clips = site.journal.clips
        assert clips
        clips.mkdir(exist_ok=True)
        write_film(clips / "c.mp4", [picture(RED)] * 4, rate=20)
        site.journal.film(number, "c.mp4")
        start = time.monotonic()
        shown = site.ask("GET", f"/api/events/{number}/clip/pictures", Role.VIEWER)
        assert time.monotonic() - start >= 3 / 20
        assert shown.headers["content-type"] == "multipart/x-mixed-replace; boundary=picture"
        *parts, end = shown.content.split(b"\r\n--picture")[1:]
        assert end == b"--\r\n"
        jpegs = [np.frombuffer(part.split(b"\r\n\r\n", 1)[1], np.uint8) for part in parts]
        assert [cv2.imdecode(jpeg, cv2.IMREAD_COLOR).shape for jpeg in jpegs] == [(48, 64, 3)] * 4


def test_visits_are_exported_the_oldest_first(site: Site):
    lines = site.ask("GET", "/api/events/export?person=Ada").text.splitlines()
    assert len(lines) == 4
    told = site.ask("GET", "/api/events/export?form=json").json()
    assert [visit["id"] for visit in told] == list(range(1, 8))
