"""Pictures that are sent, and what is said of them."""

import base64
from pathlib import Path

import pytest

from svod_rcgn.storage.images import encode_png
from svod_rcgn.web.access.roles import Role
from tests.fakes import BLACK, RED, RED_PERSON, picture
from tests.objects.fakes import make_detector, scene, write_network
from tests.web.site import Site, serving

ADA = encode_png(picture(RED, 64, 48))
PNG = {"Content-Type": "image/png"}
ENCODED = base64.b64encode(ADA).decode()


@pytest.mark.parametrize(
    "sent",
    [
        {"data": ADA, "headers": PNG},
        {"files": {"picture": ("../../x.png", ADA, "image/png")}},
        {"json": {"picture": ENCODED}},
    ],
)
def test_a_face_is_named_however_its_picture_comes(site: Site, sent: dict):
    answer = site.ask("POST", "/api/faces?picture=1", Role.VIEWER, **sent)
    assert answer.status_code == 200
    told = answer.json()
    (face,) = told["faces"]
    assert (face["label"], face["box"]) == (RED_PERSON, [16, 12, 48, 36])
    assert (told["width"], told["height"]) == (64, 48)
    assert base64.b64decode(told["picture"]).startswith(b"\xff\xd8")


@pytest.mark.parametrize(
    ("status", "sent"),
    [
        (415, {"data": "x", "headers": {"Content-Type": "text/plain"}}),
        (422, {"data": b"no picture", "headers": PNG}),
        (422, {"data": ADA[:60], "headers": PNG}),
        (422, {"data": b"", "headers": PNG}),
        (422, {"json": {"picture": "!"}}),
        (422, {"json": {}}),
        (422, {"files": {"other": ADA}}),
    ],
)
def test_what_is_no_picture_is_refused_in_one_sentence(site: Site, status: int, sent: dict):
    answer = site.ask("POST", "/api/faces", **sent)
    assert answer.status_code == status
    assert "\n" not in answer.json()["error"]


@pytest.mark.parametrize("name", ["nowhere", "..%2Fmodels", "a%00b"])
def test_a_network_is_named_and_is_no_path(site: Site, name: str):
    answer = site.ask("POST", f"/api/classify?network={name}", data=ADA, headers=PNG)
    assert answer.status_code == 422


def test_the_older_client_is_answered_in_its_way(site: Site):
    asked = {"name": "a.png", "size": 3, "type": "image/png", "ext": "png", "Uint8array": ENCODED}
    told = site.ask("POST", "/image", json=asked).json()
    assert told["prediction_labels"] == [RED_PERSON]
    assert told["prediction_scores"] == [100.0]
    assert told["prediction_boxes"] == [[16, 12, 48, 36]]
    assert (told["name"], told["size"], told["ext"], told["processed"]) == ("a.png", 3, "image/png", "true")
    nobody = {**asked, "Uint8array": base64.b64encode(encode_png(picture(BLACK))).decode()}
    assert site.ask("POST", "/image", json=nobody).json()["prediction_labels"] == []
    assert site.ask("POST", "/image", json={**asked, "Uint8array": "!"}).status_code == 422


def test_objects_are_told_from_the_score_that_is_asked_for_and_drawn_on_demand(tmp_path: Path):
    image = encode_png(scene(("red", 16, 16), ("blue", 46, 46)))
    with serving(tmp_path, detect=lambda name: make_detector(name=name)) as site:
        told = site.ask("POST", "/api/detect?network=dots&picture=1", Role.VIEWER, data=image, headers=PNG)
        assert told.status_code == 200
        answer = told.json()
        assert answer["network"] == "dots"
        assert len(answer["objects"]) == 2
        assert {"class", "label", "score", "box"} == set(answer["objects"][0])
        assert base64.b64decode(answer["picture"]).startswith(b"\xff\xd8")
        surer = site.ask("POST", "/api/detect?network=dots&score=1", data=image, headers=PNG).json()
        assert surer["limits"]["score"] == 1
        assert len(surer["objects"]) < 2
        assert site.ask("POST", "/api/detect?score=2", data=image, headers=PNG).status_code == 422


def test_networks_that_can_be_asked_are_listed(tmp_path: Path):
    write_network(tmp_path / "models" / "dots")
    with serving(tmp_path) as site:
        told = site.ask("GET", "/api/networks", Role.VIEWER).json()
    assert [each["name"] for each in told["detectors"]] == ["dots"]
    assert told["detectors"][0]["classes"] == 3
    assert (told["faces"], told["digits"], told["classifiers"]) == (True, False, [])
