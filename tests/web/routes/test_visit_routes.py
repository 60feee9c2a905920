"""The record of visits, a page at a time."""

import pytest

from svod_rcgn.records import FACE, Subject, Visit
from svod_rcgn.web.access.roles import Role
from tests.web.site import Site


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


def test_visits_are_exported_the_oldest_first(site: Site):
    lines = site.ask("GET", "/api/events/export?person=Ada").text.splitlines()
    assert len(lines) == 4
    told = site.ask("GET", "/api/events/export?form=json").json()
    assert [visit["id"] for visit in told] == list(range(1, 8))
