"""A face that bears a wrong name is corrected, and loses that name; the correction can be taken back."""

import base64
from pathlib import Path

import cv2
import pytest

from svod_rcgn.records import FACE, Box, Frame, Image, Observation, Subject, Visit
from svod_rcgn.storage.images import PictureFile, decode, read_picture
from svod_rcgn.web.access.roles import Role
from tests.fakes import sighting
from tests.patience import PATIENCE, wait_for
from tests.web.site import Site, serving

PNG = {"Content-Type": "image/png"}


def side_by_side(*images: Image) -> bytes:
    """One PNG of pictures of any heights."""
    height = min(image.shape[0] for image in images)
    joined = cv2.hconcat([image[:height] for image in images])
    return cv2.imencode(".png", joined)[1].tobytes()


def label(site: Site, picture: bytes) -> str | None:
    (face,) = site.ask("POST", "/api/faces", data=picture, headers=PNG).json()["faces"]
    return face["label"]


def look(site: Site, picture: bytes) -> tuple[Observation, ...]:
    """One face named Ada, where the server finds one."""
    (face,) = site.ask("POST", "/api/faces", data=picture, headers=PNG).json()["faces"]
    return (sighting("Ada", Box(*face["box"]), 0.9),)


def taught(site: Site, name: str, *pictures: Path) -> None:
    sent = [("picture", (path.name, path.read_bytes())) for path in pictures]
    assert site.ask("POST", "/api/people", files=sent, data={"name": name}).status_code == 200
    wait_for(lambda: not site.ask("GET", "/api/training").json()["running"])
    assert site.ask("GET", "/api/training").json()["error"] is None


@pytest.mark.weights
def test_a_face_loses_the_wrong_name_others_keep_it_and_the_right_one_comes_with_the_next_training(
    tmp_path: Path, embedding_dir: Path, detection_dir: Path, demo_dir: Path
):
    pictures = sorted((demo_dir / "faces" / "Barack_Obama").iterdir())
    probe = (demo_dir / "probes" / "obama3.jpg").read_bytes()
    known = pictures[0].read_bytes()
    with serving(tmp_path, networks=(embedding_dir, detection_dir)) as site:
        taught(site, "Ada", *pictures)
        assert (label(site, probe), label(site, known)) == ("Ada", "Ada")
        visit, _ = site.journal.begin(
            Visit("1", Subject(FACE, "Ada"), 100.0, 200.0, 0.9), "hall", picture=probe
        )
        made = site.ask("POST", "/api/corrections", Role.EDITOR, json={"visit": visit}).json()
        assert (made["was"], made["person"], made["visit"]) == ("Ada", None, visit)
        assert (label(site, probe), label(site, known)) == (None, "Ada")
        (told,) = site.ask("GET", "/api/corrections", Role.VIEWER).json()["corrections"]
        assert told == made

        taught(site, "Ada", *pictures)  # a training forgets nothing that was said
        assert label(site, probe) is None

        assert site.ask("DELETE", f"/api/corrections/{made['id']}", Role.EDITOR).status_code == 200
        assert label(site, probe) == "Ada"

        again = {"visit": visit, "person": "Bob"}
        made = site.ask("POST", "/api/corrections", Role.EDITOR, json=again).json()
        assert (made["was"], made["person"]) == ("Ada", "Bob")
        site.ask("POST", "/api/training")
        wait_for(lambda: not site.ask("GET", "/api/training").json()["running"])
        assert (label(site, probe), label(site, known)) == ("Bob", "Ada")

        removed = site.ask("DELETE", "/api/people/Ada")
        assert removed.status_code == 200, removed.text
        assert site.ask("GET", "/api/corrections").json()["corrections"] == []


@pytest.mark.weights
def test_a_face_on_a_live_picture_is_corrected_while_the_picture_is_remembered(
    tmp_path: Path, embedding_dir: Path, detection_dir: Path, demo_dir: Path
):
    pictures = sorted((demo_dir / "faces" / "Barack_Obama").iterdir())
    known = pictures[0].read_bytes()
    with serving(tmp_path, networks=(embedding_dir, detection_dir)) as site:
        taught(site, "Ada", *pictures)
        with site.socket("/api/cameras/0/view") as view:
            image = decode(PictureFile("a probe", known))
            site.feed.see(Frame(image, 0, 1.0, "hall"), look(site, known))
            view.recv(timeout=PATIENCE)
        live = {"camera": 0, "picture": 1, "place": 0}
        made = site.ask("POST", "/api/corrections", json={"live": live, "person": "Carl"}).json()
        assert (made["was"], made["person"], made["visit"]) == ("Ada", "Carl", None)
        assert label(site, known) is None
        for gone in ({"picture": 9}, {"place": 1}, {"camera": 7}):
            assert site.ask("POST", "/api/corrections", json={"live": {**live, **gone}}).status_code == 404
        assert site.ask("POST", "/api/corrections", json={"live": live, "visit": 1}).status_code == 422
        assert site.ask("POST", "/api/corrections", json={}).status_code == 422


@pytest.mark.slow
@pytest.mark.weights
def test_a_face_on_a_picture_that_is_sent_is_corrected_and_the_others_on_it_are_not(
    tmp_path: Path, embedding_dir: Path, detection_dir: Path, demo_dir: Path
):
    people = [sorted((demo_dir / "faces" / name).iterdir()) for name in ("Barack_Obama", "Joe_Biden")]
    pair = side_by_side(*(decode(PictureFile("one", each[0].read_bytes())) for each in people))
    with serving(tmp_path, networks=(embedding_dir, detection_dir)) as site:
        for name, pictures in zip(("Ada", "Bob"), people, strict=True):
            taught(site, name, *pictures)

        def faces() -> dict[str | None, list[float]]:
            seen = site.ask("POST", "/api/faces", data=pair, headers=PNG).json()["faces"]
            return {each["label"]: each["box"] for each in seen}

        assert set(faces()) == {"Ada", "Bob"}
        sent = {"picture": base64.b64encode(pair).decode(), "box": faces()["Bob"]}
        made = site.ask("POST", "/api/corrections", Role.EDITOR, json=sent).json()
        assert (made["was"], made["person"], made["visit"]) == ("Bob", None, None)
        assert set(faces()) == {"Ada", None}
        assert sent["picture"] not in (tmp_path / "web" / "audit.jsonl").read_text(encoding="utf-8")
        assert site.ask("DELETE", f"/api/corrections/{made['id']}", Role.EDITOR).status_code == 200
        assert set(faces()) == {"Ada", "Bob"}

        made = site.ask("POST", "/api/corrections", json={**sent, "person": "Carl"}).json()
        assert (made["was"], made["person"]) == ("Bob", "Carl")
        (kept,) = (tmp_path / "faces" / "Carl").iterdir()
        assert read_picture(kept).shape[1] < decode(PictureFile("the pair", pair)).shape[1]
        for wrong in ({"box": [0, 0, 5, 5]}, {"box": None}, {"picture": "no picture"}, {"visit": 1}):
            refused = site.ask("POST", "/api/corrections", json={**sent, **wrong})
            assert refused.status_code == 422, refused.text
        assert site.ask("POST", "/api/corrections", Role.VIEWER, json=sent).status_code == 403


@pytest.mark.parametrize("number", ["7", "x", "..%2f1", "9" * 30])
def test_what_is_not_there_cannot_be_corrected_or_taken_back(site: Site, number: str):
    assert site.ask("DELETE", f"/api/corrections/{number}", Role.EDITOR).status_code == 404
    assert site.ask("POST", "/api/corrections", json={"visit": 7}).status_code == 404
    assert site.ask("POST", "/api/corrections", Role.VIEWER, json={"visit": 7}).status_code == 403
    assert site.ask("POST", "/api/corrections", json={"visit": 0}).status_code == 422
