"""People are listed, renamed, merged and forgotten, by an admin alone, and each change leaves a line."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from svod_rcgn.faces import prepare
from svod_rcgn.records import FACE, Subject, Visit
from svod_rcgn.storage.images import write_png
from svod_rcgn.web.access.audit import FILE as AUDIT
from svod_rcgn.web.access.roles import Role
from tests.fakes import RED, picture
from tests.web.site import Site, serving


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """One that knows Ada by a picture and a visit."""
    with serving(tmp_path) as running:
        write_png(running.paths.input_dir / "Ada_L" / "a.png", picture(RED))
        running.journal.begin(Visit("1", Subject(FACE, "Ada L"), 100.0, 200.0, 0.5), "hall")
        yield running


def names(site: Site) -> list[str]:
    return [each["name"] for each in site.ask("GET", "/api/people", Role.VIEWER).json()["people"]]


def last_line(site: Site) -> dict[str, str]:
    lines = (site.paths.history_dir / "web" / AUDIT).read_text().splitlines()
    return json.loads(lines[-1])


def test_who_is_known_is_listed_with_visits(site: Site):
    (ada,) = site.ask("GET", "/api/people", Role.VIEWER).json()["people"]
    assert (ada["folder"], ada["name"], ada["visits"], ada["last"]) == ("Ada_L", "Ada L", 1, 200.0)
    assert site.ask("GET", "/api/people/Ada_L/preview").status_code == 404


def test_a_person_is_renamed_with_the_visits_and_a_line_says_who_did_it(site: Site):
    answer = site.ask("PATCH", "/api/people/Ada_L", json={"name": "Ada Lovelace"})
    assert answer.json() == {"done": "Ada_L is Ada_Lovelace now"}
    assert names(site) == ["Ada Lovelace"]
    assert [each.person for each in site.journal.totals()] == ["Ada Lovelace"]
    line = last_line(site)
    assert (line["act"], line["about"], line["outcome"]) == (
        "rename person",
        "Ada_L name=Ada Lovelace",
        "done",
    )


def test_two_become_one_and_the_second_name_stays(site: Site):
    write_png(site.paths.input_dir / "Bob" / "b.png", picture(RED))
    assert site.ask("POST", "/api/people/Bob/merge", json={"into": "Ada_L"}).status_code == 200
    assert names(site) == ["Ada L"]
    assert len(list((site.paths.input_dir / "Ada_L").iterdir())) == 2


def test_a_person_is_forgotten_with_the_proof(site: Site):
    done = site.ask("DELETE", "/api/people/Ada_L").json()["done"]
    assert "found nothing more" in done
    assert names(site) == []
    assert site.journal.totals() == []


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("DELETE", "/api/people/Nobody", None, 404),
        ("DELETE", "/api/people/..", None, 404),
        ("DELETE", "/api/people/..%2F..%2Fetc", None, 404),
        ("PATCH", "/api/people/Ada_L", {"name": "../x"}, 422),
        ("PATCH", "/api/people/Ada_L", {"name": ""}, 422),
        ("POST", "/api/people/Ada_L/merge", {"into": "Nobody"}, 404),
        ("POST", "/api/people/Ada_L/merge", {"into": "Ada_L"}, 422),
    ],
)
def test_what_cannot_be_changes_nothing(site: Site, method: str, path: str, body: dict | None, status: int):
    assert site.ask(method, path, json=body).status_code == status
    assert names(site) == ["Ada L"]


def test_only_an_admin_changes_people_and_not_beside_another_run(site: Site):
    assert site.ask("DELETE", "/api/people/Ada_L", Role.EDITOR).status_code == 403
    with prepare.locked(site.paths, 0):
        assert site.ask("DELETE", "/api/people/Ada_L").status_code == 409
    assert names(site) == ["Ada L"]
