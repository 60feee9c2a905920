"""The queue of what would teach most, over HTTP: pictures put in without tags, live ones, and answers."""

import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import PIL.Image
import pytest

from svod_rcgn.storage.images import encode_jpeg, encode_png
from svod_rcgn.web.access.roles import Role
from tests.classification.training.makers import coloured, write_backbone
from tests.patience import PATIENCE, wait_for
from tests.web.live.test_webcam import message
from tests.web.site import Site, serving

pytestmark = pytest.mark.slow
NAME = "colours"
QUEUE = f"/api/collection/{NAME}/queue"
HELD = {"number": 1, "record": ["green"]}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    backbone = write_backbone(tmp_path / "networks")
    with serving(tmp_path, backbones=backbone.parent) as running:
        assert running.ask("POST", "/api/teach", json={"name": NAME}).status_code == 200
        yield running
    shutil.rmtree(tmp_path / "networks")


def put_in(site: Site, *colours: str, role: Role = Role.EDITOR) -> Any:
    files = [
        ("picture", (f"{colour}.png", encode_png(coloured(colour, place)), "image/png"))
        for place, colour in enumerate(colours)
    ]
    return site.ask("POST", f"/api/collection/{NAME}/pictures", role, files=files)


def queue(site: Site, **query: int) -> Any:
    answer = site.ask("GET", QUEUE, Role.EDITOR, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def say(site: Site, picture: str, *labels: str, role: Role = Role.EDITOR, **more: Any) -> Any:
    body = {"picture": picture, "verdict": "shows", "labels": labels, "state": queue(site)["state"], **more}
    return site.ask("POST", f"{QUEUE}/answer", role, json=body)


def collect(site: Site, *, on: bool) -> None:
    settings = site.ask("GET", f"/api/teach/{NAME}").json()["settings"]
    wished = {**settings, "smoothing": 0, "collecting": on}
    assert site.ask("PUT", f"/api/teach/{NAME}/settings", Role.EDITOR, json=wished).status_code == 200


def watch(site: Site, *colours: str) -> None:
    """Show live pictures, each of which is answered."""
    with site.socket(f"/api/teach/{NAME}/webcam", Role.EDITOR) as socket:
        for place, colour in enumerate(colours):
            socket.send(message(place, encode_jpeg(coloured(colour, place))))
            assert json.loads(socket.recv(timeout=PATIENCE))["type"] == "answer"


def test_pictures_are_put_in_without_tags_asked_and_answered_by_acts_that_are_undone(site: Site):
    done = put_in(site, "red", "blue", "red").json()
    assert (done["added"], done["known"], done["refused"]) == (3, 0, [])
    wait_for(lambda: all(each["worth"] is not None for each in queue(site)["pictures"]))
    told = queue(site)
    assert (told["untagged"], told["live"], len(told["pictures"])) == (3, 0, 3)
    assert len(queue(site, count=1)["pictures"]) == 1
    first = told["pictures"][0]["picture"]
    answer = say(site, first, "red", "warm")
    assert answer.status_code == 200, answer.text
    assert first not in [each["picture"] for each in queue(site)["pictures"]]
    view = site.ask("GET", f"/api/collection/{NAME}", params={"label": "warm"}).json()
    assert view["pictures"] == [first]
    undo = {"acts": [answer.json()["act"]], "state": answer.json()["state"]}
    assert site.ask("POST", f"/api/teach/{NAME}/undo", json=undo).status_code == 200
    assert queue(site)["untagged"] == 3


def test_live_pictures_wait_while_that_is_switched_on_and_are_seen_by_editors_alone(site: Site):
    watch(site, "red", "blue")
    assert queue(site)["live"] == 0
    collect(site, on=True)
    watch(site, "green")
    told = queue(site)
    assert (told["live"], told["collecting"], told["untagged"]) == (1, True, 0)
    digest = told["pictures"][0]["picture"]
    picture = site.ask("GET", f"{QUEUE}/pictures/{digest}", Role.EDITOR)
    assert picture.headers["Cache-Control"] == "no-store"
    assert PIL.Image.open(io.BytesIO(picture.content)).size == (96, 80)
    assert site.ask("GET", f"{QUEUE}/pictures/{digest}", Role.VIEWER).status_code == 403
    assert site.ask("GET", f"/api/collection/{NAME}/thumbnails/{digest}").status_code == 404
    assert say(site, digest, "green").status_code == 200
    assert site.ask("GET", f"{QUEUE}/pictures/{digest}", Role.EDITOR).status_code == 404
    assert site.ask("GET", f"/api/collection/{NAME}/thumbnails/{digest}").status_code == 200


def test_what_waits_is_forgotten_when_that_is_switched_off(site: Site):
    collect(site, on=True)
    watch(site, "green")
    digest = queue(site)["pictures"][0]["picture"]
    collect(site, on=False)
    assert queue(site)["live"] == 0
    assert say(site, digest, "green").status_code == 409
    assert site.ask("GET", f"/api/collection/{NAME}").json()["total"] == 0


def test_what_is_shown_while_the_button_is_held_is_not_asked(site: Site):
    collect(site, on=True)
    with site.socket(f"/api/teach/{NAME}/webcam", Role.EDITOR) as socket:
        head, image = json.dumps(HELD).encode(), encode_jpeg(coloured("green", 1))
        socket.send(len(head).to_bytes(4, "little") + head + image)
        assert json.loads(socket.recv(timeout=PATIENCE))["hold"] == {"seen": 1, "kept": 1}
    assert queue(site)["live"] == 0


def test_a_viewer_neither_asks_nor_answers_nor_puts_in(site: Site):
    put_in(site, "red")
    digest = queue(site)["pictures"][0]["picture"]
    assert site.ask("GET", QUEUE, Role.VIEWER).status_code == 403
    assert say(site, digest, "red", role=Role.VIEWER).status_code == 403
    assert put_in(site, "blue", role=Role.VIEWER).status_code == 403
    assert queue(site)["untagged"] == 1


def test_what_was_answered_meanwhile_is_refused_with_what_happened(site: Site):
    put_in(site, "red")
    told = queue(site)
    digest = told["pictures"][0]["picture"]
    assert say(site, digest, "red").status_code == 200
    late = say(site, digest, "blue", state=told["state"])
    assert late.status_code == 409
    assert "red" in late.json()["error"]


def test_what_is_no_answer_is_refused(site: Site):
    put_in(site, "red")
    digest = queue(site)["pictures"][0]["picture"]
    assert say(site, digest).status_code == 422
    assert say(site, digest, "x\x00").status_code == 422
    assert say(site, digest, "red", verdict="maybe").status_code == 422
    assert say(site, "../../x", "red").status_code == 422
    assert say(site, "0" * 64, "red").status_code == 409
    assert site.ask("GET", f"{QUEUE}/pictures/..%2Fx", Role.EDITOR).status_code == 404
    assert site.ask("POST", f"/api/collection/{NAME}/pictures", files={"other": b"x"}).status_code == 422
    spoilt = site.ask("POST", f"/api/collection/{NAME}/pictures", files={"picture": ("a.png", b"x")})
    assert len(spoilt.json()["refused"]) == 1
    assert queue(site)["untagged"] == 1


def test_a_skip_changes_nothing(site: Site):
    put_in(site, "red", "blue")
    told = queue(site)
    skipped = say(site, told["pictures"][0]["picture"], verdict="skip")
    assert skipped.json() == {"state": told["state"], "act": None}
    assert len(queue(site)["pictures"]) == 1
    none = say(site, told["pictures"][1]["picture"], verdict="none")
    assert none.status_code == 200
    assert queue(site)["pictures"] == []
