"""Pictures that are sent, and what is said of them."""

import base64
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from svod_rcgn.classification.records import Answer, Digit, Identified
from svod_rcgn.datasets.collection import open_dataset
from svod_rcgn.media.walk import Picture
from svod_rcgn.records import Box
from svod_rcgn.storage.images import PictureFile, decode, encode_png
from svod_rcgn.web.access.audit import FILE as AUDIT
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


class TwoDigits:
    """Reads 17 from every picture."""

    def look(self, pictures: Sequence[Picture]) -> list[Identified]:
        digits = tuple(
            Digit(Box(left, 10, left + 10, 30), True, (Answer(int(label), label, 0.9),))
            for left, label in ((5, "1"), (40, "7"))
        )
        return [
            Identified(each.name, "digits", "1", True, (), number="17", digits=digits) for each in pictures
        ]


class Reader:
    """Says that everything is a dog, or one digit, in the left half of the picture."""

    def look(self, pictures: Sequence[Picture]) -> list[Identified]:
        (asked,) = pictures
        dog, cat = Answer(0, "dog", 0.75), Answer(1, "cat", 0.25)
        known = bool(asked.image.any())
        digits = (Digit(Box(4, 4, 30, 40), known, (dog, cat)),)
        return [Identified(asked.name, "any", "1", known, (dog, cat), number="0", digits=digits)]


@pytest.mark.parametrize("path", ["/api/classify?network=any&", "/api/digit?"])
@pytest.mark.parametrize("colour", [RED, BLACK])
def test_whole_pictures_and_digits_are_drawn_on_demand(tmp_path: Path, path: str, colour: tuple):
    sent = {"data": encode_png(picture(colour, 320, 240)), "headers": PNG}
    with serving(tmp_path, load=lambda _: Reader()) as site:  # type: ignore[arg-type, return-value]
        plain = site.ask("POST", path, Role.VIEWER, **sent).json()
        drawn = site.ask("POST", f"{path}picture=1", Role.VIEWER, **sent).json()
    assert plain.pop("picture") is None
    image = decode(PictureFile("the answer", base64.b64decode(drawn.pop("picture"))))
    assert image.shape == (240, 320, 3)
    assert np.abs(image.astype(int) - colour).max() > 60  # something stands on it
    for told in (plain, drawn):
        del told["waited"], told["worked"]
    assert plain == drawn


def test_digits_that_were_read_wrongly_are_kept_with_what_they_are(tmp_path: Path):
    picture_of_two = np.random.default_rng(3).integers(0, 255, (48, 64, 3), np.uint8)
    sent = {"picture": base64.b64encode(encode_png(picture_of_two)).decode(), "number": "19"}
    with serving(tmp_path, load=lambda _: TwoDigits()) as site:
        path = "/api/digit/corrections"
        assert site.ask("POST", path, Role.VIEWER, json=sent).status_code == 403
        told = site.ask("POST", path, Role.EDITOR, json=sent)
        assert told.json() == {"done": "2 digits are new in the dataset digits"}
        again = site.ask("POST", path, Role.EDITOR, json=sent)
        assert again.json() == {"done": "0 digits are new in the dataset digits"}
        for wrong in ({"number": "1"}, {"number": "1x"}, {"number": ""}, {"picture": "!"}):
            assert site.ask("POST", path, json={**sent, **wrong}).status_code == 422
        audit = (tmp_path / "web" / AUDIT).read_text()
        assert sent["picture"] not in audit
    with closing(open_dataset(tmp_path / "datasets", "digits", "a test")) as dataset:
        assert [(each.label, each.yes) for each in dataset.classes()] == [("1", 1), ("9", 1)]
