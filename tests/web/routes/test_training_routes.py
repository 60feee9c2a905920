"""People are taught through the page: pictures that are sent, and visitors who get a name."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from svod_rcgn.storage import images
from svod_rcgn.web.access.audit import FILE as AUDIT
from svod_rcgn.web.access.roles import Role
from tests.fakes import RED, picture
from tests.patience import PATIENCE, wait_for
from tests.web.site import Site, serving

PNG = {"Content-Type": "image/png"}


def ended(site: Site) -> dict[str, Any]:
    """How the learning ended."""
    told: dict[str, Any] = {}

    def is_over() -> bool:
        told.update(site.ask("GET", "/api/training", Role.VIEWER).json())
        return not told["running"]

    wait_for(is_over)
    return told


def visitor(site: Site, name: str = "visitor-001") -> Path:
    folder = site.paths.clarify_dir / name
    images.write_png(folder / "001.png", picture(RED))
    np.save(folder / ".embeddings.npy", np.zeros((1, 4), np.float32))
    return folder


@pytest.mark.weights
def test_somebody_is_taught_from_pictures_and_a_visitor_gets_a_name_and_both_are_known_at_once(
    tmp_path: Path, embedding_dir: Path, detection_dir: Path, demo_dir: Path
):
    with serving(tmp_path, networks=(embedding_dir, detection_dir)) as site:
        probe = (demo_dir / "probes" / "obama3.jpg").read_bytes()

        def label() -> str | None:
            (face,) = site.ask("POST", "/api/faces", data=probe, headers=PNG).json()["faces"]
            return face["label"]

        assert label() is None
        sent = [
            ("picture", (f"../../{path.name}", path.read_bytes(), "image/jpeg"))
            for path in sorted((demo_dir / "faces" / "Barack_Obama").iterdir())
        ]
        begun = site.ask("POST", "/api/people", files=sent, data={"name": "Barack Obama"})
        assert begun.status_code == 200
        assert begun.json()["running"]
        over = ended(site)
        assert (over["learned"], over["error"]) == ("1 person of 2 pictures learned", None)
        assert label() == "Barack Obama"
        assert {path.name for path in (site.paths.input_dir / "Barack_Obama").iterdir()} == {
            "sent-001.png",
            "sent-002.png",
        }
        report = site.ask("GET", "/api/report", Role.VIEWER)
        assert report.status_code == 200
        assert "sandbox" in report.headers["content-security-policy"]

        face = images.read_picture(demo_dir / "aligned" / "Joe_Biden" / biden(demo_dir))
        folder = visitor(site)
        images.write_png(folder / "001.png", face)
        site.ask("POST", "/api/visitors/visitor-001/name", json={"name": "Joe Biden"})
        assert ended(site)["learned"] == "2 persons of 3 pictures learned"
        assert not folder.exists()
        assert label() == "Barack Obama"
        people = site.ask("GET", "/api/people").json()["people"]
        assert [each["name"] for each in people] == ["Barack Obama", "Joe Biden"]
        described = site.ask("PUT", "/api/people/Joe_Biden/fields", json={"fields": {"position": "senator"}})
        assert described.status_code == 200
        biden_now = site.ask("GET", "/api/people").json()["people"][1]
        assert biden_now["fields"] == {"position": "senator"}


def biden(demo_dir: Path) -> str:
    return next(path.name for path in (demo_dir / "aligned" / "Joe_Biden").iterdir())


@pytest.mark.slow
def test_what_cannot_be_learned_says_why_and_leaves_all_as_it_was(site: Site):
    begun = site.ask("POST", "/api/training")
    assert begun.status_code == 200
    over = ended(site)
    assert over["learned"] is None
    assert over["error"]
    assert "\n" not in over["error"]


@pytest.mark.parametrize(
    ("status", "sent"),
    [
        (415, {"json": {"name": "Ada"}}),
        (422, {"files": {"other": b"x"}, "data": {"name": "Ada"}}),
        (422, {"files": {"picture": b"no picture"}, "data": {"name": "Ada"}}),
        (422, {"files": {"picture": images.encode_png(picture(RED))}, "data": {"name": "../Ada"}}),
        (422, {"files": {"picture": images.encode_png(picture(RED))}, "data": {"name": "visitor-003"}}),
        (422, {"files": {"picture": images.encode_png(picture(RED))}}),
    ],
)
def test_what_is_no_picture_of_somebody_with_a_name_is_refused_and_keeps_nothing(
    site: Site, status: int, sent: dict[str, Any]
):
    answer = site.ask("POST", "/api/people", **sent)
    assert answer.status_code == status, answer.text
    assert not list(site.paths.input_dir.glob("*"))


def test_too_many_pictures_at_once_are_refused(site: Site):
    sent = [("picture", ("a.png", b"x")) for _ in range(51)]
    assert site.ask("POST", "/api/people", files=sent, data={"name": "Ada"}).status_code == 422


def test_more_pictures_may_come_before_anything_is_learned(tmp_path: Path):
    with serving(tmp_path) as site:
        sent = [("picture", ("a.png", images.encode_png(picture(RED))))]
        for _ in range(2):
            told = site.ask("POST", "/api/people?train=0", files=sent, data={"name": "Ada L"}).json()
            assert not told["running"]
        assert len(list((site.paths.input_dir / "Ada_L").iterdir())) == 2
        line = json.loads((tmp_path / "web" / AUDIT).read_text().splitlines()[-1])
        assert (line["act"], line["about"]) == ("add person", "name=Ada L pictures=1")


def test_visitors_are_listed_with_their_faces_and_forgotten_on_demand(tmp_path: Path):
    with serving(tmp_path) as site:
        folder = visitor(site)
        visitor(site, "Ada")
        (told,) = site.ask("GET", "/api/visitors", Role.EDITOR).json()["visitors"]
        assert (told["folder"], told["pictures"]) == ("visitor-001", ["001.png"])
        assert site.ask("GET", "/api/visitors/visitor-001/pictures/001.png").content.startswith(b"\x89PNG")
        for path in (
            "/api/visitors/visitor-001/pictures/..%2f..%2fAda%2f001.png",
            "/api/visitors/visitor-001/pictures/.embeddings.npy",
            "/api/visitors/Ada/pictures/001.png",
            "/api/visitors/..%2fclarify/pictures/001.png",
        ):
            assert site.ask("GET", path).status_code == 404
        assert site.ask("DELETE", "/api/visitors/visitor-001", Role.EDITOR).status_code == 403
        assert site.ask("DELETE", "/api/visitors/visitor-001").status_code == 200
        assert not folder.exists()
        assert site.ask("DELETE", "/api/visitors/Ada").status_code == 404


def test_news_tell_how_the_learning_fares(site: Site):
    with site.socket("/api/news") as news:
        site.ask("POST", "/api/training")

        def told() -> bool:
            each = json.loads(news.recv(timeout=PATIENCE))
            return each["type"] == "training" and bool(each["training"]["error"])

        wait_for(told)
