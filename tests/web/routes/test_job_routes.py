"""Films that are sent in pieces are looked at in the background, and survive a restart."""

import json
from pathlib import Path
from typing import Any

import pytest

from svod_rcgn.app.film_jobs import JobSettings
from svod_rcgn.web.access.roles import Role
from tests.fakes import BLACK, RED, RED_PERSON, picture, write_film
from tests.objects.fakes import make_detector
from tests.patience import wait_for
from tests.web.site import Site, serving


@pytest.fixture
def film(tmp_path: Path) -> bytes:
    return write_film(tmp_path / "film.mp4", [picture(RED)] * 6 + [picture(BLACK)] * 4).read_bytes()


def begun(site: Site, film: bytes, **wishes: Any) -> str:
    answer = site.ask("POST", "/api/jobs", Role.EDITOR, json={"name": "a.mp4", "size": len(film), **wishes})
    assert answer.status_code == 200, answer.text
    return answer.json()["id"]


def send(site: Site, job: str, data: bytes, offset: int = 0) -> Any:
    octets = {"Content-Type": "application/octet-stream"}
    return site.ask("PUT", f"/api/jobs/{job}/film?offset={offset}", data=data, headers=octets)


def ended(site: Site, job: str) -> dict[str, Any]:
    def state() -> dict[str, Any]:
        return site.ask("GET", f"/api/jobs/{job}", Role.VIEWER).json()

    wait_for(lambda: state()["state"] not in ("upload", "waiting", "running"))
    return state()


def lines(site: Site, job: str, offset: int = 0) -> list[dict[str, Any]]:
    answer = site.ask("GET", f"/api/jobs/{job}/results?offset={offset}", Role.VIEWER)
    assert int(answer.headers["next-offset"]) == offset + len(answer.content)
    return [json.loads(line) for line in answer.content.splitlines()]


@pytest.mark.slow
def test_a_film_comes_in_pieces_and_each_frame_has_its_line_and_its_drawing(tmp_path: Path, film: bytes):
    with serving(tmp_path, detect=lambda name: make_detector(name=name)) as site:
        job = begun(site, film, detect=["dots"], annotate=True)
        half = len(film) // 2
        assert send(site, job, film[:half]).json()["received"] == half
        assert send(site, job, film[:half]).status_code == 200  # its answer was lost, perhaps
        again = send(site, job, film[half + 5 :], half + 5)
        assert (again.status_code, again.headers["upload-offset"]) == (409, str(half))
        assert send(site, job, film[half:], half).status_code == 200
        over = ended(site, job)
        assert (over["state"], over["frames"], over["total"], over["error"]) == ("done", 10, 10, None)
        found = lines(site, job)
        assert [each["frame"] for each in found] == list(range(10))
        assert [face["label"] for face in found[5]["seen"] if face["kind"] == "face"] == [RED_PERSON]
        assert found[9]["seen"] == []
        first = site.ask("GET", f"/api/jobs/{job}/results").content.index(b"\n") + 1
        assert lines(site, job, first)[0]["frame"] == 1
        for begin, count in ((0, 10), (0.6, 4)):
            shown = site.ask("GET", f"/api/jobs/{job}/film/pictures?begin={begin}", Role.VIEWER)
            assert shown.content.count(b"image/jpeg") == count
        drawn = site.ask("GET", f"/api/jobs/{job}/film")
        assert drawn.headers["content-type"] == "video/mp4"
        assert site.ask("DELETE", f"/api/jobs/{job}").status_code == 200
        assert site.ask("GET", "/api/jobs").json() == {"jobs": []}
        assert list((tmp_path / "web" / "jobs").iterdir()) == []


@pytest.mark.slow
def test_an_upload_goes_on_and_a_film_is_looked_at_after_a_restart(tmp_path: Path, film: bytes):
    with serving(tmp_path) as site:
        job = begun(site, film)
        send(site, job, film[:100])
        done = begun(site, film)
        send(site, done, film)
        assert ended(site, done)["state"] == "done"
    record = tmp_path / "web" / "jobs" / done / "job.json"
    killed = record.read_text().replace('"done"', '"running"')  # as a process leaves it that was killed
    record.write_text(killed)
    with serving(tmp_path) as site:
        assert site.ask("GET", f"/api/jobs/{job}").json()["received"] == 100
        assert send(site, job, film[100:], 100).status_code == 200
        assert [ended(site, each)["state"] for each in (job, done)] == ["done", "done"]
        assert len(lines(site, done)) == 10


def test_what_is_no_film_fails_in_one_sentence_and_the_next_is_looked_at(site: Site, film: bytes):
    text = b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n" * 40
    job = begun(site, text)
    refused = send(site, job, text)
    assert refused.status_code == 422
    short = begun(site, text[:40])
    send(site, short, text[:40])
    assert "is no film" in ended(site, short)["error"]
    cut = begun(site, film[:700])
    send(site, cut, film[:700])
    assert ended(site, cut)["state"] == "failed"
    good = begun(site, film)
    send(site, good, film)
    assert ended(site, good)["state"] == "done"
    for each in (job, short, cut, good):
        site.ask("DELETE", f"/api/jobs/{each}")


def test_a_job_is_cancelled_and_takes_no_more(site: Site, film: bytes):
    job = begun(site, film)
    assert site.ask("POST", f"/api/jobs/{job}/cancel").json()["state"] == "cancelled"
    assert send(site, job, film).status_code == 409
    assert site.ask("GET", f"/api/jobs/{job}/film").status_code == 404
    assert site.ask("POST", f"/api/jobs/{job}/cancel", Role.VIEWER).status_code == 403


def test_there_are_limits(tmp_path: Path, film: bytes):
    with serving(tmp_path, jobs=JobSettings(film=10_000_000, most_open=2)) as site:
        for _ in range(2):
            begun(site, film)
        full = site.ask("POST", "/api/jobs", json={"name": "a", "size": 5})
        assert (full.status_code, full.headers["retry-after"]) == (429, "30")
        assert site.ask("POST", "/api/jobs", json={"name": "a", "size": 10_000_001}).status_code == 422
        assert site.ask("POST", "/api/jobs", json={"name": "a", "size": 0}).status_code == 422
        none = site.ask("POST", "/api/jobs", json={"name": "a", "size": 5, "detect": ["../x"]})
        assert none.status_code == 422
        for path in ("nowhere", "..%2f..", "x" * 300):
            assert site.ask("GET", f"/api/jobs/{path}/results").status_code == 404
