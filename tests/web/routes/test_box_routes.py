"""Pictures are boxed over HTTP, and a detector is learned from them."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from svod_rcgn.storage.images import PictureFile, decode
from svod_rcgn.web.access.roles import Role
from tests.classification.training.makers import write_backbone
from tests.fakes import write_film
from tests.objects.training.makers import picture
from tests.patience import PATIENCE, wait_for
from tests.web.site import Site

PATH = "/api/boxes/yard"


def files(*numbers: int) -> list[tuple[str, tuple[str, bytes, str]]]:
    found = [picture(number, "amber").read() for number in numbers]
    return [("picture", (each.name, each.data, "image/png")) for each in found]


def truth(number: int) -> dict[str, Any]:
    (made,) = picture(number, "amber").boxes or ()
    box = made.box
    return {"label": "amber", "left": box.left, "top": box.top, "right": box.right, "bottom": box.bottom}


def rows(site: Site) -> list[dict[str, Any]]:
    return site.ask("GET", f"{PATH}/pictures?begin=0&count=50").json()["pictures"]


def put(site: Site, digest: str, boxes: list[Any], seen: list[Any] | None, role: Role = Role.EDITOR) -> Any:
    sent = {"boxes": boxes, "seen": seen}
    return site.ask("PUT", f"{PATH}/pictures/{digest}/boxes", role, json=sent)


@pytest.fixture
def yard(site: Site) -> Site:
    """With three pictures of a name of its own in each test."""
    if "yard" not in site.ask("GET", "/api/boxes").json()["names"]:
        made = site.ask("POST", "/api/boxes", Role.EDITOR, json={"name": "yard", "classes": ["amber"]})
        assert made.json()["classes"] == [{"label": "amber", "boxes": 0}]
        sent = site.ask("POST", f"{PATH}/pictures", Role.EDITOR, files=files(0, 4, 8))
        assert (sent.json()["added"], sent.json()["refused"]) == (3, [])
    return site


def test_boxes_are_said_moved_and_undone_and_old_knowledge_is_refused(yard: Site):
    first = rows(yard)[0]
    assert (first["boxes"], first["place"], first["width"]) == (None, 0, 320)
    said = put(yard, first["hash"], [truth(0)], None).json()
    (box,) = said["boxes"]
    moved = {**truth(0), "number": box["number"], "left": 5.0}
    assert put(yard, first["hash"], [moved], said["boxes"]).json()["boxes"][0]["box"]["left"] == 5.0
    late = put(yard, first["hash"], [], said["boxes"])
    assert late.status_code == 409
    assert "changed meanwhile (editor" in late.json()["error"]
    acts = yard.ask("GET", f"{PATH}/acts").json()
    undo = {"acts": acts["acts"][0]["numbers"], "state": acts["state"]}
    assert yard.ask("POST", f"{PATH}/undo", Role.EDITOR, json=undo).status_code == 200
    assert yard.ask("POST", f"{PATH}/undo", Role.EDITOR, json=undo).status_code == 409
    assert rows(yard)[0]["boxes"] == said["boxes"]


def test_a_picture_may_be_said_to_show_nothing_and_the_next_one_is_open(yard: Site):
    for number, each in enumerate(rows(yard)[:2]):
        if each["boxes"] is None:
            assert put(yard, each["hash"], [], None).json()["boxes"] == [], number
    state = yard.ask("GET", PATH, Role.VIEWER).json()
    assert (state["pictures"], state["boxed"], state["open"]) == (3, 2, 2)


@pytest.mark.parametrize(
    "boxes",
    [
        [{**truth(0), "number": 12345}],
        [{**truth(0), "left": 1e9}],
        [{**truth(0), "label": ""}],
        [truth(0)] * 501,
    ],
    ids=["of another picture", "absurd", "of no class", "too many"],
)
def test_what_cannot_be_is_refused_and_changes_nothing(yard: Site, boxes: list[Any]):
    last = rows(yard)[2]
    refused = put(yard, last["hash"], boxes, last["boxes"])
    assert 400 <= refused.status_code < 500
    assert rows(yard)[2] == last


def test_a_viewer_sees_and_changes_nothing(yard: Site):
    (first, *_) = rows(yard)
    assert put(yard, first["hash"], [], None, Role.VIEWER).status_code == 403
    for path in ("/training", "/training/stop", "/pictures", "/undo"):
        assert yard.ask("POST", PATH + path, Role.VIEWER, json={}).status_code == 403
    assert yard.ask("GET", f"{PATH}/pictures/{first['hash']}/proposals", Role.VIEWER).status_code == 403
    small = yard.ask("GET", f"{PATH}/pictures/{first['hash']}?side=32", Role.VIEWER)
    assert decode(PictureFile("small", small.content)).shape == (24, 32, 3)


@pytest.mark.parametrize(
    "path", ["/api/boxes/none", f"{PATH}/pictures/{64 * '0'}", f"{PATH}/pictures/x/boxes"]
)
def test_what_is_not_there_is_not_found(yard: Site, path: str):
    assert yard.ask("GET", (PATH if path else "/api/boxes/none") + path).status_code == 404


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/api/boxes", {"name": "", "classes": []}),
        ("/api/boxes", {"name": "meadow", "classes": [""]}),
        ("/api/boxes/yard/undo", {"acts": [], "state": 0}),
        ("/api/boxes/yard/undo", {"acts": [2**80], "state": 0}),
    ],
)
def test_what_no_dataset_can_do_is_told_as_the_fault_of_what_was_asked(yard: Site, path: str, asked: object):
    answer = yard.ask("POST", path, json=asked)
    assert answer.status_code in (409, 422)
    assert "\n" not in answer.json()["error"]


def test_a_films_boxes_are_carried_on_and_others_see_each_change(site: Site, tmp_path: Path):
    path = "/api/boxes/film"
    site.ask("POST", "/api/boxes", Role.EDITOR, json={"name": "film"})
    images = []
    for way in range(0, 60, 12):
        chance = np.random.default_rng(1)
        image = np.repeat(np.repeat(chance.integers(0, 90, (60, 80, 3), np.uint8), 4, 0), 4, 1)
        thing = np.random.default_rng(2).integers(90, 255, (8, 8, 3), np.uint8)
        image[60:124, 40 + way : 104 + way] = np.repeat(np.repeat(thing, 8, 0), 8, 1)
        images.append(image)
    film = tmp_path / "film.avi"
    write_film(film, images)
    with site.socket(f"{path}/news", Role.VIEWER) as socket:
        assert json.loads(socket.recv(PATIENCE))["boxes"]["pictures"] == 0
        sent = [("picture", ("film.avi", film.read_bytes(), "video/avi"))]
        assert site.ask("POST", f"{path}/pictures", Role.EDITOR, files=sent).json()["added"] >= 3
        assert json.loads(socket.recv(PATIENCE))["boxes"]["pictures"] >= 3
    first, second, *_ = site.ask("GET", f"{path}/pictures").json()["pictures"]
    drawn = {"label": "cat", "left": 40, "top": 60, "right": 104, "bottom": 124}
    site.ask("PUT", f"{path}/pictures/{first['hash']}/boxes", json={"boxes": [drawn], "seen": None})
    (found,) = site.ask("GET", f"{path}/pictures/{second['hash']}/proposals").json()["boxes"]
    assert (found["label"], found["origin"]) == ("cat", "carried")
    assert 5 < found["box"]["left"] - 40 < 40


@pytest.mark.slow
def test_what_is_no_picture_and_no_film_is_told(site: Site):
    site.ask("POST", "/api/boxes", Role.EDITOR, json={"name": "odd"})
    sent = [("picture", ("../notes.txt", b"no picture", "text/plain"))]
    sent.append(("picture", ("list.m3u8", b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "video/mp4")))
    sent.append(("picture", ("torn.avi", b"RIFF\0\0\0\0AVI LIST" + bytes(600), "video/avi")))
    sent += files(3)
    told = site.ask("POST", "/api/boxes/odd/pictures", Role.EDITOR, files=sent).json()
    assert told["added"] == 1
    assert len(told["refused"]) == 3
    assert all("cannot be read as a picture or a film" in line for line in told["refused"])


@pytest.mark.slow
def test_a_detector_is_learned_and_proposes_from_then_on(site: Site):
    path, models = "/api/boxes/squares", site.paths.history_dir / "models"
    write_backbone(models)
    site.ask("POST", "/api/boxes", Role.EDITOR, json={"name": "squares"})
    none = site.ask("POST", f"{path}/training", Role.EDITOR, json={})
    assert none.status_code == 200
    assert "no picture has a box" in _over(site, path)["error"]
    for number in range(12):  # each a shooting of its own
        site.ask("POST", f"{path}/pictures", Role.EDITOR, files=files(number))
    told = site.ask("GET", f"{path}/pictures").json()["pictures"]
    for number, each in enumerate(told[:11]):
        sent = {"boxes": [truth(number)], "seen": None}
        assert site.ask("PUT", f"{path}/pictures/{each['hash']}/boxes", json=sent).status_code == 200
    site.ask("POST", f"{path}/training", Role.EDITOR, json={})
    over = _over(site, path)
    assert over["error"] is None
    assert (over["in_use"]["name"], over["in_use"]["version"]) == ("squares-boxes", "1")
    assert (over["in_use"]["pictures"], over["in_use"]["classes"][0]["boxes"]) == (11, 11)
    assert 0 <= over["in_use"]["half"] <= 1
    assert "11 boxes in 11 pictures" in " ".join(over["notes"])
    assert site.ask("GET", f"{path}/pictures/{told[11]['hash']}/proposals").status_code == 200
    for minutes in (-1, 1e9):
        asked = site.ask("POST", f"{path}/training", Role.EDITOR, json={"minutes": minutes})
        assert asked.status_code == 422


def _over(site: Site, path: str) -> dict[str, Any]:
    told: dict[str, Any] = {}

    def is_over() -> bool:
        told.update(site.ask("GET", f"{path}/training").json())
        return not told["running"]

    wait_for(is_over)
    return told
