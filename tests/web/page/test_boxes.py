"""Ten raccoons of a film are boxed in a real browser, and the detector finds the eleventh."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import cv2
import numpy as np
import pytest

from svod_rcgn.geometry import intersection_over_union
from svod_rcgn.records import Box, Image
from svod_rcgn.web.access.roles import Role
from tests.fakes import RED, picture
from tests.web.page.browser import Watched, browsing, write_camera_film
from tests.web.site import Site, serving

pytestmark = [pytest.mark.slow, pytest.mark.weights]
MOST_GESTURES = 20
GOOD = 0.5  # overlap from which a box is that of the raccoon
Scene = tuple[Image, Box]


@pytest.fixture
def site(tmp_path: Path, imagenet_dir: Path) -> Iterator[Site]:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "imagenet").symlink_to(imagenet_dir)
    with serving(tmp_path) as running:
        yield running


@pytest.fixture
def watched(tmp_path: Path, site: Site) -> Iterator[Watched]:
    film = write_camera_film(tmp_path / "red.y4m", [picture(RED, 320, 240)] * 3)
    with browsing(film) as browser:
        watched = Watched(browser, site.url)
        name, value = site.cookie(Role.EDITOR)["Cookie"].split("=", 1)
        watched.page.context.add_cookies([{"name": name, "value": value, "url": site.url}])
        watched.page.goto(f"{site.url}/#/boxes")
        yield watched
        watched.close()


def drawn_film() -> list[Scene]:
    """A raccoon, more or less, that walks through leaves."""
    chance = np.random.default_rng(5)
    leaves = chance.integers(40, 130, (45, 60, 3), np.uint8)
    ground = cv2.resize(leaves, (480, 360), interpolation=cv2.INTER_CUBIC)
    return [_drawn(ground, 90 + 18 * step, 150 + 6 * (step % 4)) for step in range(11)]


def _drawn(ground: Any, x: int, y: int) -> Scene:
    image = ground.copy()
    cv2.ellipse(image, (x, y), (60, 42), 0, 0, 360, (120, 125, 130), -1)
    for side in (-1, 1):
        cv2.circle(image, (x + side * 38, y - 34), 15, (70, 75, 80), -1)
        cv2.ellipse(image, (x + side * 24, y - 6), (19, 13), side * 15, 0, 360, (25, 25, 25), -1)
        cv2.circle(image, (x + side * 22, y - 6), 5, (230, 235, 240), -1)
    cv2.ellipse(image, (x, y + 20), (20, 14), 0, 0, 360, (215, 220, 225), -1)
    cv2.circle(image, (x, y + 15), 6, (10, 10, 10), -1)
    return image, Box(x - 60, y - 49, x + 60, y + 42)


def photographed_film(folder: Path) -> list[Scene]:
    """A window that goes over the photograph of one raccoon with room around it."""
    for path in sorted((folder / "annotations").glob("*.xml")):
        told = ElementTree.parse(path).getroot()
        (image_path,) = (folder / "images").glob(f"{path.stem}.*")
        image, objects = cv2.imread(str(image_path)), list(told.iter("bndbox"))
        sides = [float(objects[0].findtext(side, "0")) for side in ("xmin", "ymin", "xmax", "ymax")]
        box = Box(*sides)
        height, width = image.shape[:2]
        across, down = width // 8, height // 8
        roomy = box.left > across and box.top > down and box.right < width - across
        if roomy and box.bottom < height - down and len(objects) == 1:
            return [_window(image, box, across * step // 10, down * step // 10) for step in range(11)]
    pytest.skip("no raccoon with room around it")


def _window(image: Any, box: Box, x: int, y: int) -> Scene:
    height, width = (side - side // 8 for side in image.shape[:2])
    return image[y : y + height, x : x + width].copy(), box.moved(-x, -y)


def write(folder: Path, film: list[Scene]) -> list[str]:
    paths = [folder / f"raccoon-{number:02}.png" for number in range(len(film))]
    for path, (image, _) in zip(paths, film, strict=True):
        cv2.imwrite(str(path), image)
    return [str(path) for path in paths]


class Hands:
    """Whoever boxes, with the gestures counted: each pull of the mouse and each key."""

    def __init__(self, watched: Watched) -> None:
        self.page = watched.page
        self.gestures = 0

    def begin(self, paths: list[str]) -> None:
        """Make a dataset, name the class, and send pictures."""
        page = self.page
        page.get_by_label("Name of a new dataset").fill("raccoons")
        page.get_by_role("button", name="Make").click()
        page.get_by_label("Name of a class").fill("raccoon")
        page.get_by_role("button", name="Add").click()
        self.send(paths)

    def send(self, paths: list[str]) -> None:
        self.page.locator("input[type=file]").set_input_files(paths)

    def at(self, place: int) -> None:
        """Wait for a picture, and for what is proposed there."""
        shown = self.page.locator("[data-testid=place][data-looking=false]")
        shown.get_by_text(f"{place} of ").wait_for()

    def boxes(self) -> int:
        return int(self.page.get_by_test_id("place").get_attribute("data-boxes") or 0)

    def draw(self, box: Box) -> None:
        self.gestures += 1
        where = self.page.locator("svg[role=group]").bounding_box()
        shape = self.page.locator("svg[role=group]").get_attribute("viewBox").split()
        share = where["width"] / float(shape[2])
        self.page.mouse.move(where["x"] + box.left * share, where["y"] + box.top * share)
        self.page.mouse.down()
        self.page.mouse.move(where["x"] + box.right * share, where["y"] + box.bottom * share, steps=4)
        self.page.mouse.up()

    def press(self, key: str) -> None:
        self.gestures += 1
        self.page.keyboard.press(key)


def overlap(said: dict[str, Any], truth: Box) -> float:
    box = said["box"]
    return intersection_over_union(Box(box["left"], box["top"], box["right"], box["bottom"]), truth)


@pytest.fixture(params=["drawn", pytest.param("photographed", marks=pytest.mark.shared)])
def film(request: pytest.FixtureRequest) -> list[Scene]:
    if request.param == "drawn":
        return drawn_film()
    return photographed_film(request.getfixturevalue("shared_dir") / "objects" / "raccoon")


def test_ten_raccoons_take_twenty_gestures_and_the_eleventh_is_found(
    watched: Watched, site: Site, film: list[Scene], tmp_path: Path
):
    paths, hands = write(tmp_path, film), Hands(watched)
    page = watched.page
    hands.begin(paths[:10])
    for number, (_, truth) in enumerate(film[:10], 1):
        hands.at(number)
        if not hands.boxes():
            hands.draw(truth)
        hands.press("Enter")
    page.get_by_text("10 of 10 pictures").wait_for()
    assert hands.gestures <= MOST_GESTURES, hands.gestures
    told = site.ask("GET", "/api/boxes/raccoons/pictures").json()["pictures"]
    for said, (_, truth) in zip(told, film[:10], strict=True):
        assert len(said["boxes"]) == 1
        assert overlap(said["boxes"][0], truth) > GOOD

    page.get_by_role("button", name="Train on 10 boxes").click()
    page.get_by_test_id("detector").get_by_text("mAP@0.5").wait_for()
    page.get_by_text("All boxes are of one shooting").wait_for()
    hands.send(paths[10:])  # by itself, so that no film carries a box to it
    page.get_by_text("10 of 11 pictures").wait_for()
    page.get_by_role("button", name="raccoon-10.png").click()
    hands.at(11)
    page.get_by_role("button", name="raccoon, proposed").wait_for()
    last = site.ask("GET", "/api/boxes/raccoons/pictures").json()["pictures"][10]
    found = site.ask("GET", f"/api/boxes/raccoons/pictures/{last['hash']}/proposals").json()["boxes"]
    assert (found[0]["label"], found[0]["origin"]) == ("raccoon", "network")
    assert overlap(found[0], film[10][1]) > GOOD
