"""The collection over HTTP: pictures are found, mended many at a time, and what was done is undone."""

import io
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import PIL.Image
import pytest

from svod_rcgn.datasets.collection import create_dataset, open_dataset
from svod_rcgn.datasets.records import NewPicture
from svod_rcgn.storage.images import PictureFile, encode_png
from svod_rcgn.web.access.roles import Role
from tests.classification.training.makers import coloured, picture, write_backbone
from tests.fakes import write_film
from tests.patience import wait_for
from tests.web.site import Site, serving

pytestmark = pytest.mark.slow
NAME = "colours"


@pytest.fixture(scope="module")
def thin_backbone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_backbone(tmp_path_factory.mktemp("thin"))


@pytest.fixture
def site(tmp_path: Path, thin_backbone: Path) -> Iterator[Site]:
    """Ten red and ten blue pictures in four shootings, and a red one more that is tagged blue."""
    shutil.copytree(thin_backbone, tmp_path / "networks" / "imagenet")
    with closing(create_dataset(tmp_path / "datasets", NAME, "Ada")) as dataset:
        dataset.add([picture("red", 0, "blue", shooting="morning")], "Ada")
        for shooting, first in (("morning", 1), ("evening", 6)):
            for colour in ("red", "blue"):
                new = [
                    picture(colour, number, shooting=f"{colour} {shooting}")
                    for number in range(first, first + 5)
                ]
                dataset.add(new, "Ada")
    with serving(tmp_path, backbones=tmp_path / "networks") as running:
        yield running


def ask(site: Site, path: str = "", **query: Any) -> Any:
    answer = site.ask("GET", f"/api/collection/{NAME}{path}", Role.VIEWER, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def change(site: Site, path: str, role: Role = Role.EDITOR, **body: Any) -> Any:
    body = {"state": ask(site)["state"], **body}
    return site.ask("POST", f"/api/collection/{NAME}/{path}", role, json=body)


def named(site: Site, hashes: list[str]) -> list[str]:
    told = site.ask("POST", f"/api/collection/{NAME}/details", Role.VIEWER, json={"pictures": hashes})
    return [each["name"] for each in told.json()["pictures"]]


def found(site: Site, **query: Any) -> list[str]:
    return named(site, ask(site, **query)["pictures"])


def learned(site: Site) -> None:
    """Ask for the recogniser, and wait until its last lesson knows all that was said."""
    wait_for(lambda: site.has_learned(NAME))


def test_pictures_are_found_by_class_shooting_time_and_in_order(site: Site):
    everything = ask(site)
    assert (everything["total"], len(everything["pictures"])) == (21, 21)
    assert found(site, order="oldest") == found(site)[::-1]
    assert found(site, label="blue", shooting="morning") == ["red-0.png"]
    first = ask(site, "/overview")["shootings"][-1]["first"]
    assert found(site, until=first - 1) == []
    assert len(found(site, since=first)) == 21
    assert found(site, kind="untagged") == []


def test_what_is_no_filter_is_refused(site: Site):
    for query in ({"kind": "strange"}, {"order": "alphabet"}, {"since": "yesterday"}):
        answer = site.ask("GET", f"/api/collection/{NAME}", params=query)
        assert answer.status_code == 422, query
    assert site.ask("GET", "/api/collection/nothing").status_code == 404


def test_many_pictures_are_tagged_by_one_act_that_is_undone_at_once(site: Site):
    reds = ask(site, label="red")["pictures"]
    before = ask(site, "/overview")["classes"]
    answer = change(site, "tag", pictures=reds, labels=["warm"], said=True)
    assert answer.status_code == 200, answer.text
    assert sorted(ask(site, label="warm")["pictures"]) == sorted(reds)
    done = answer.json()
    acts = site.ask("GET", f"/api/teach/{NAME}/acts").json()["acts"]
    assert acts[0]["numbers"] == [done["act"]]
    undone = site.ask("POST", f"/api/teach/{NAME}/undo", json={"acts": [done["act"]], "state": done["state"]})
    assert undone.status_code == 200
    assert ask(site, "/overview")["classes"] == before


def test_a_session_is_told_how_its_acts_are_signed(site: Site):
    mine = {"role": None, "headers": site.cookie(Role.EDITOR)}
    (red, *_) = ask(site, label="red")["pictures"]
    tag = {"pictures": [red], "labels": ["warm"], "said": True, "state": ask(site)["state"]}
    assert site.ask("POST", f"/api/collection/{NAME}/tag", **mine, json=tag).status_code == 200
    (last, *_) = site.ask("GET", f"/api/teach/{NAME}/acts").json()["acts"]
    assert site.ask("GET", "/api/session", **mine).json()["who"] == last["who"]
    assert site.ask("GET", "/api/session").json()["who"] != last["who"]
    assert site.ask("GET", "/api/session", role=None).json()["who"] is None


def test_a_class_takes_the_place_of_another_where_that_is_shown(site: Site):
    everything = ask(site)["pictures"]
    answer = change(site, "relabel", pictures=everything, label_from="red", label_to="scarlet")
    assert answer.status_code == 200
    assert len(found(site, label="scarlet")) == 10
    assert len(found(site, label="blue")) == 11
    assert found(site, label="red") == []
    again = change(site, "relabel", pictures=everything, label_from="red", label_to="scarlet")
    assert again.status_code == 422


def test_classes_are_renamed_and_merged_and_pictures_deleted(site: Site):
    assert change(site, "rename", label="red", to="scarlet").status_code == 200
    assert len(found(site, label="scarlet")) == 10
    assert change(site, "rename", label="scarlet", to="blue").status_code == 422
    assert change(site, "merge", label="scarlet", into="blue").status_code == 200
    assert len(found(site, label="blue")) == 21
    gone = ask(site)["pictures"][:4]
    assert change(site, "delete", pictures=gone).status_code == 200
    assert ask(site)["total"] == 17
    assert named(site, gone) == []


def test_what_was_looked_at_before_somebody_else_changed_it_is_not_changed(site: Site):
    state = ask(site)["state"]
    first, second, *_ = ask(site)["pictures"]
    assert change(site, "tag", pictures=[first], labels=["odd"], said=True).status_code == 200
    late = change(site, "tag", pictures=[first, second], labels=["even"], said=True, state=state)
    assert late.status_code == 409
    assert "odd" in late.json()["error"]
    others = change(site, "tag", pictures=[second], labels=["even"], said=True, state=state)
    assert others.status_code == 200
    assert change(site, "rename", label="red", to="scarlet", state=state).status_code == 409
    assert change(site, "rename", label="red", to="scarlet").status_code == 200
    renamed = change(site, "tag", pictures=[second], labels=["red"], said=True, state=others.json()["state"])
    assert renamed.status_code == 409


def test_a_viewer_looks_and_changes_nothing(site: Site):
    everything = ask(site)["pictures"]
    for path, body in {
        "tag": {"pictures": everything, "labels": ["x"], "said": True},
        "relabel": {"pictures": everything, "label_from": "red", "label_to": "x"},
        "delete": {"pictures": everything},
        "rename": {"label": "red", "to": "x"},
        "merge": {"label": "red", "into": "blue"},
        "settle": {"picture": everything[0], "verdict": "right"},
    }.items():
        assert change(site, path, Role.VIEWER, **body).status_code == 403, path
    assert len(found(site, label="red")) == 10


def test_what_is_no_hash_or_no_picture_of_it_is_refused(site: Site):
    for pictures_ in (["../../etc/passwd"], ["ab"], [], ["0" * 64]):
        assert change(site, "delete", pictures=pictures_).status_code == 422, pictures_
    assert site.ask("GET", f"/api/collection/{NAME}/thumbnails/{'0' * 64}").status_code == 404
    assert site.ask("GET", f"/api/collection/{NAME}/thumbnails/..%2F..%2Fetc").status_code == 404


def test_a_small_picture_is_kept_by_the_browser_for_ever(site: Site):
    digest = ask(site)["pictures"][0]
    answer = site.ask("GET", f"/api/collection/{NAME}/thumbnails/{digest}", Role.VIEWER, params={"side": 64})
    assert "immutable" in answer.headers["Cache-Control"]
    assert max(PIL.Image.open(io.BytesIO(answer.content)).size) == 64
    large = site.ask("GET", f"/api/collection/{NAME}/thumbnails/{digest}", params={"side": 5000})
    assert large.status_code == 422


def test_the_picture_that_was_tagged_wrongly_is_the_first_suspect_and_is_settled_with_one_act(site: Site):
    learned(site)
    overview = ask(site, "/overview")
    assert overview["learned"]
    suspects = ask(site, "/suspects", count=3)["suspects"]
    assert suspects[0]["name"] == "red-0.png"
    assert suspects[0]["label"] == "red"
    assert "red" in suspects[0]["evidence"]
    digest = suspects[0]["picture"]
    assert digest in ask(site, kind="suspect")["pictures"]
    assert digest in ask(site, shows="blue", told="red")["pictures"]
    answer = change(site, "settle", picture=digest, verdict="relabel")
    assert answer.status_code == 200
    assert "red-0.png" in found(site, label="red")
    assert "red-0.png" not in found(site, kind="suspect")
    undo = {"acts": [answer.json()["act"]], "state": answer.json()["state"]}
    assert site.ask("POST", f"/api/teach/{NAME}/undo", json=undo).status_code == 200
    assert "red-0.png" in found(site, label="blue")


def test_what_was_found_right_is_not_asked_again_until_that_is_undone(site: Site):
    learned(site)
    digest = ask(site, "/suspects", count=1)["suspects"][0]["picture"]
    before = ask(site, "/overview")["suspects"]
    answer = change(site, "settle", picture=digest, verdict="right")
    assert answer.status_code == 200
    assert digest not in ask(site, kind="suspect")["pictures"]
    assert ask(site, "/overview")["suspects"] == before - 1
    learned(site)
    assert digest not in ask(site, kind="suspect")["pictures"]
    assert change(site, "settle", picture=digest, verdict="right").status_code == 422
    undo = {"acts": [answer.json()["act"]], "state": ask(site)["state"]}
    assert site.ask("POST", f"/api/teach/{NAME}/undo", json=undo).status_code == 200
    wait_for(lambda: digest in ask(site, kind="suspect")["pictures"])


def test_the_cells_of_the_confusion_matrix_hold_as_many_pictures_as_they_say(site: Site):
    learned(site)
    confusion = ask(site, "/overview")["confusion"]
    for row, shows in enumerate(confusion["labels"]):
        for column, told in enumerate(confusion["labels"]):
            cell = ask(site, shows=shows, told=told)["pictures"]
            assert len(cell) == confusion["rows"][row][column], (shows, told)


def with_a_double(tmp_path: Path) -> None:
    """One more picture, which is red-3.png with a dark spot."""
    image = coloured("red", 3)
    image[0, :9] = 0
    file = PictureFile("double.png", encode_png(image))
    with closing(open_dataset(tmp_path / "datasets", NAME, "Bob")) as dataset:
        dataset.add([NewPicture("double.png", lambda: file, ("red",))], "Bob")


def test_pictures_like_one_are_told_the_nearest_first_with_how_far_they_are_spread(
    site: Site, tmp_path: Path
):
    with_a_double(tmp_path)
    learned(site)
    names = dict(zip(found(site), ask(site)["pictures"], strict=True))
    told = ask(site, f"/similar/{names['red-3.png']}", count=21)
    pictures = [each["picture"] for each in told["pictures"]]
    assert pictures[0] == names["double.png"]
    assert sorted(pictures) == sorted(set(names.values()) - {names["red-3.png"]})
    cosines = [each["cosine"] for each in told["pictures"]]
    assert cosines == sorted(cosines, reverse=True)
    assert told["compared"] == 21
    pair = ask(site, f"/similar/{names['red-3.png']}", count=1)
    assert pair["spread"]["least"] == pytest.approx(cosines[0], abs=1e-3)
    assert told["spread"]["least"] < told["spread"]["median"] < pair["spread"]["median"]
    tagged = change(site, "tag", pictures=pictures, labels=["warm"], said=True, state=told["state"])
    assert tagged.status_code == 200


def test_no_picture_is_like_one_that_is_gone(site: Site):
    digest = ask(site)["pictures"][0]
    assert change(site, "delete", pictures=[digest]).status_code == 200
    for each in (digest, "0" * 64, "..%2Fx"):
        assert site.ask("GET", f"/api/collection/{NAME}/similar/{each}").status_code == 404


def test_alike_pictures_lie_side_by_side(site: Site, tmp_path: Path):
    with_a_double(tmp_path)
    learned(site)
    names = found(site, order="alike")
    assert sorted(names) == sorted(found(site))
    assert abs(names.index("red-3.png") - names.index("double.png")) == 1
    assert found(site, order="alike", label="blue", shooting="morning") == ["red-0.png"]


def test_a_film_that_is_dropped_shows_what_was_said(site: Site, tmp_path: Path):
    scenes = [coloured("green", number) for number in (0, 40, 80)]
    film = write_film(
        tmp_path / "lawn.avi", [scene[:, :: (-1) ** place] for place, scene in enumerate(scenes)]
    )
    sent = [("picture", (film.name, film.read_bytes(), "video/avi"))]
    form = {"tags": "green\nlawn"}
    told = site.ask("POST", f"/api/teach/{NAME}/pictures", Role.EDITOR, files=sent, data=form).json()
    assert (told["added"] > 0, told["refused"]) == (True, [])
    assert len(found(site, label="lawn")) == told["added"] == len(found(site, label="green"))
