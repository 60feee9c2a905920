"""Doubted tags, settled in a real browser."""

import re
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from svod_rcgn.datasets.collection import create_dataset
from svod_rcgn.web.access.roles import Role
from tests.classification.training.makers import picture, write_backbone
from tests.patience import wait_for
from tests.web.page.browser import DESKTOP, PHONE, found_by_axe
from tests.web.page.conftest import Opened
from tests.web.site import Site, serving

pytestmark = pytest.mark.slow
NAME = "colours"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Ten red and ten blue pictures in four shootings, and a red one more tagged blue; all are learned."""
    backbone = write_backbone(tmp_path / "networks")
    with closing(create_dataset(tmp_path / "datasets", NAME, "Ada")) as dataset:
        dataset.add([picture("red", 0, "blue", shooting="morning")], "Ada")
        for hours, first in (("morning", 1), ("evening", 6)):
            for colour in ("red", "blue"):
                numbers = range(first, first + 5)
                dataset.add([picture(colour, each, shooting=f"{colour} {hours}") for each in numbers], "Ada")
    with serving(tmp_path, backbones=backbone.parent) as running:
        wait_for(lambda: running.has_learned(NAME))
        yield running
    shutil.rmtree(tmp_path / "networks")


def asked(site: Site, **query: Any) -> list[str]:
    hashes: list[str] = site.ask("GET", f"/api/collection/{NAME}", params=query).json()["pictures"]
    return hashes


def wrong_one(page: Any) -> Any:
    """The picture that was tagged wrongly, where it is the one that is asked about."""
    return page.get_by_text("red-0.png")


def open_at_wrong_one(page: Any) -> None:
    """Open the doubted tags and go to the one that is wrong, which is among the first three."""
    page.get_by_role("button", name="doubted tag").click()
    name = page.get_by_text(re.compile(r"^(red|blue)-\d+\.png$"))
    for _ in range(2):
        name.wait_for()
        if (shown := name.inner_text()) != "red-0.png":
            page.keyboard.press("s")
            page.get_by_text(shown, exact=True).wait_for(state="hidden")
    wrong_one(page).wait_for()


def take_back(page: Any, site: Site) -> None:
    """Take a decision back once it is learned, after which nothing that was learned doubts the tag."""
    wait_for(lambda: site.has_learned(NAME))
    page.keyboard.press("u")
    settled(page, 0)
    wrong_one(page).wait_for()


def settled(page: Any, count: int) -> None:
    page.get_by_test_id("suspects").get_by_text(f"{count} settled").wait_for()


def test_what_is_settled_by_one_key_is_taken_back_and_settled_anew_at_once(opened: Opened, site: Site):
    page = opened(Role.EDITOR, "collection").page
    open_at_wrong_one(page)
    page.keyboard.press("n")
    settled(page, 1)
    assert len(asked(site, label="red")) == 11
    take_back(page, site)
    assert len(asked(site, label="red")) == 10
    page.get_by_label("What it shows").fill("orange")
    page.keyboard.press("Enter")
    settled(page, 1)
    assert len(asked(site, label="orange")) == 1


def test_a_doubted_tag_is_kept_the_picture_deleted_or_the_decision_put_off(opened: Opened, site: Site):
    page = opened(Role.EDITOR, "collection").page
    open_at_wrong_one(page)
    page.keyboard.press("s")
    wrong_one(page).wait_for(state="hidden")
    settled(page, 0)
    page.get_by_role("button", name="Close").click()
    open_at_wrong_one(page)
    page.keyboard.press("y")
    settled(page, 1)
    wrong_one(page).wait_for(state="hidden")
    take_back(page, site)
    page.keyboard.press("Delete")
    settled(page, 1)
    assert len(asked(site)) == 20


def test_who_was_quicker_is_said_in_words_over_the_dialog(opened: Opened, site: Site):
    watched = opened(Role.EDITOR, "collection")
    watched.forgive("409")
    page = watched.page
    open_at_wrong_one(page)
    (wrong,) = (each for each in asked(site, shooting="morning") if each)
    other = {"pictures": [wrong], "labels": ["warm"], "said": True, "state": 2**53}
    assert site.ask("POST", f"/api/collection/{NAME}/tag", json=other).status_code == 200
    page.keyboard.press("n")
    message = page.get_by_text("1 act came first (another admin: tag 1 picture")
    message.wait_for()
    page.get_by_role("dialog").get_by_role("button", name="Close this message").click()
    message.wait_for(state="detached")


def test_who_only_looks_settles_nothing(opened: Opened, site: Site):
    page = opened(Role.VIEWER, "collection").page
    page.get_by_role("button", name=re.compile(r"Suspect ?[1-9]")).wait_for()
    assert page.get_by_role("button", name="doubted tag").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_it_is_usable_by_everybody(opened: Opened, site: Site, size: dict[str, int], scheme: str):
    page = opened(Role.EDITOR, "collection", viewport=size, color_scheme=scheme, bypass_csp=True).page
    open_at_wrong_one(page)
    page.wait_for_timeout(1500)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert found_by_axe(page) == []
