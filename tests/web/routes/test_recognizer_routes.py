"""A script that was written for the Recognizer teaches this server, under its names and with its JSON."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from svod_rcgn.records import Frame
from svod_rcgn.storage.images import encode_png
from svod_rcgn.web.access.roles import Role
from svod_rcgn.web.routes.recognizer_routes import seconds_of
from tests.classification.training.makers import coloured, write_backbone
from tests.patience import wait_for
from tests.web.site import Site, serving

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def thin_backbone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_backbone(tmp_path_factory.mktemp("thin"))


@pytest.fixture
def site(tmp_path: Path, thin_backbone: Path) -> Iterator[Site]:
    shutil.copytree(thin_backbone, tmp_path / "networks" / "imagenet")
    with serving(tmp_path, backbones=tmp_path / "networks") as running:
        yield running


def put(site: Site, path: str, value: object) -> None:
    answer = site.ask("PUT", path, Role.EDITOR, json=value)
    assert (answer.status_code, answer.content) == (200, b""), answer.text


def upload(site: Site, colour: str, number: int) -> None:
    file = {"file": (f"{colour}{number}.png", encode_png(coloured(colour, number)))}
    answer = site.ask("POST", "/dataset/upload", Role.EDITOR, files=file)
    assert (answer.status_code, answer.text) == (200, f"{colour}{number}.png")


def get(site: Site, path: str) -> object:
    return site.ask("GET", path, Role.VIEWER).json()


def test_pictures_are_uploaded_with_the_active_tags_trained_and_told(site: Site):
    assert get(site, "/dataset/classes") == []
    for colour in ("Red", "Blue"):
        put(site, "/dataset/active_tags", f"{colour}; thing")
        for number in range(5):
            upload(site, colour.lower(), number)
    assert get(site, "/dataset/active_tags") == "blue,thing"
    assert get(site, "/dataset/classes") == ["blue", "red", "thing"]
    wait_for(lambda: get(site, "/training/stats")["img_count"] == 10)  # type: ignore[index]
    stats = get(site, "/training/stats")
    assert set(stats) == {"epoch", "img_count", "img_total", "loss", "accuracy"}  # type: ignore[call-overload]
    alerts = get(site, "/alerts?since=0")
    assert alerts[-1]["message"].startswith("add ")  # type: ignore[index]
    later = alerts[-1]["time"] + 1  # type: ignore[index]
    assert get(site, f"/alerts?since={later}") == []


def test_the_first_camera_is_recorded_while_that_is_wished(site: Site):
    assert site.ask("PUT", "/dataset/recording", Role.EDITOR, json=True).status_code == 409
    put(site, "/dataset/active_tags", "red")
    put(site, "/dataset/recording", True)
    assert get(site, "/dataset/recording") is True
    numbers = iter(range(10_000))

    def kept() -> bool:
        number = next(numbers)
        site.feed.see(Frame(coloured("red", number), number, 1.0, "hall"), ())
        return get(site, "/dataset/classes") == ["red"]

    wait_for(kept)
    put(site, "/dataset/recording", False)
    assert get(site, "/dataset/recording") is False


def test_settings_are_read_as_they_were_written(site: Site):
    for path, value in {
        "/training/enabled": False,
        "/classification/enabled": False,
        "/classification/confidence_threshold": 0.25,
        "/classification/output_smoothing": 0.5,
    }.items():
        put(site, path, value)
        assert get(site, path) == value
    assert site.ask("PUT", "/classification/confidence_threshold", Role.EDITOR, json=7).status_code == 422
    assert site.ask("PUT", "/training/enabled", Role.EDITOR, json="yes").status_code == 422
    assert site.ask("PUT", "/training/enabled", Role.VIEWER, json=True).status_code == 403


def test_what_is_no_picture_is_refused(site: Site):
    file = {"file": ("a.jpg", b"no picture")}
    assert site.ask("POST", "/dataset/upload", Role.EDITOR, files=file).status_code == 422


def test_a_weight_or_a_number_of_pictures_is_a_time():
    assert seconds_of(0) == seconds_of(1) == 0
    assert seconds_of(15) == pytest.approx(0.483, abs=0.001)
    assert seconds_of(1 / 15) == seconds_of(15)
