"""The queue of what would teach most, and pictures like one, in a real browser."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from svod_rcgn.datasets.collection import create_dataset
from svod_rcgn.datasets.records import NewPicture
from svod_rcgn.storage.images import PictureFile, encode_png
from svod_rcgn.web.access.roles import Role
from tests.classification.training.makers import coloured, picture, write_backbone
from tests.patience import wait_for
from tests.web.page.browser import DESKTOP, PHONE, found_by_axe
from tests.web.page.conftest import Opened
from tests.web.site import Site, serving

pytestmark = pytest.mark.slow
NAME = "colours"


def untagged(colour: str, number: int) -> NewPicture:
    file = PictureFile(f"new {colour} {number}.png", encode_png(coloured(colour, number)))
    return NewPicture(file.name, lambda: file)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Six red and six blue pictures, and three of which nothing is said."""
    backbone = write_backbone(tmp_path / "networks")
    with closing(create_dataset(tmp_path / "datasets", NAME, "Ada")) as dataset:
        for colour in ("red", "blue"):
            dataset.add([picture(colour, each) for each in range(6)], "Ada")
        dataset.add([untagged("violet", 1), untagged("red", 20), untagged("blue", 20)], "Ada")
    with serving(tmp_path, backbones=backbone.parent) as running:
        yield running
    shutil.rmtree(tmp_path / "networks")


def asked(site: Site, **query: Any) -> list[str]:
    hashes: list[str] = site.ask("GET", f"/api/collection/{NAME}", params=query).json()["pictures"]
    return hashes


def queued(page: Any, words: str) -> None:
    page.get_by_test_id("queue").get_by_text(words).wait_for()


def test_pictures_are_answered_by_one_key_each_and_taken_back(opened: Opened, site: Site):
    page = opened(Role.EDITOR, "collection").page
    page.get_by_role("button", name="What would teach most (3)").click()
    page.get_by_role("img", name="What does this show?").wait_for()
    queued(page, "3 untagged pictures")
    page.keyboard.press("1")
    queued(page, "1 answered")
    wait_for(lambda: len(asked(site, label="blue")) == 7)
    page.keyboard.press("u")
    queued(page, "0 answered")
    wait_for(lambda: len(asked(site, label="blue")) == 6)
    page.get_by_label("What it shows").fill("violet 紫")
    page.keyboard.press("Enter")
    queued(page, "1 answered")
    assert len(asked(site, label="violet 紫")) == 1
    page.get_by_role("button", name="None of these").click()
    queued(page, "2 answered")
    assert len(asked(site, label="none of these")) == 1
    page.get_by_role("button", name="S Skip").click()
    page.get_by_text("Nothing waits for an answer").wait_for()


def test_pictures_are_dropped_without_tags_and_live_ones_taken_in_on_demand(
    opened: Opened, site: Site, tmp_path: Path
):
    (tmp_path / "a.png").write_bytes(encode_png(coloured("green", 1)))
    (tmp_path / "b.png").write_bytes(b"no picture")
    watched = opened(Role.EDITOR, "collection")
    page = watched.page
    page.get_by_role("button", name="What would teach most").click()
    queued(page, "3 untagged pictures")
    page.locator("dialog input[type=file]").set_input_files([tmp_path / "a.png", tmp_path / "b.png"])
    queued(page, "4 untagged pictures")
    page.get_by_text("b.png").wait_for()
    for on in (True, False):
        with page.expect_response(lambda answer: answer.request.method == "PUT") as answered:
            page.get_by_label("Take in doubtful live pictures").set_checked(on)
        assert answered.value.ok
        assert site.ask("GET", f"/api/teach/{NAME}").json()["settings"]["collecting"] is on


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_pictures_like_one_are_tagged_together_without_those_that_are_left_out(
    opened: Opened, site: Site, size: dict[str, int]
):
    page = opened(Role.EDITOR, "collection?label=red", viewport=size).page
    page.locator("[role=listbox][data-count='6']").wait_for()
    page.locator("[role=option]").first.dblclick()
    page.get_by_role("button", name="Pictures like this").click()
    like = page.get_by_role("group", name="Those that are like it").get_by_role("button")
    like.nth(3).wait_for()
    page.get_by_text("least alike of them").wait_for()
    wait_for(lambda: site.has_learned(NAME))
    page.wait_for_timeout(1500)  # in which the page hears of that
    asked_again: list[str] = []
    page.on("request", lambda request: asked_again.append(request.url))
    page.wait_for_timeout(1000)
    assert sum("/similar/" in each for each in asked_again) <= 2  # by news, and not round and round
    count = like.count()
    like.nth(0).click()
    page.get_by_label("What they show together").fill("warm")
    page.get_by_role("button", name=f"Tag {count}").click()
    page.get_by_text(f'"warm" is said of {count} pictures.').wait_for()
    assert len(asked(site, label="warm")) == count


def test_who_only_looks_is_not_asked(opened: Opened, site: Site):
    page = opened(Role.VIEWER, "collection").page
    page.locator("[role=listbox]").wait_for()
    assert page.get_by_role("button", name="What would teach most").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_it_is_usable_by_everybody(opened: Opened, site: Site, size: dict[str, int], scheme: str):
    page = opened(Role.EDITOR, "collection", viewport=size, color_scheme=scheme, bypass_csp=True).page
    page.get_by_role("button", name="What would teach most").click()
    page.get_by_role("img", name="What does this show?").wait_for()
    page.wait_for_timeout(1500)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert found_by_axe(page) == []
