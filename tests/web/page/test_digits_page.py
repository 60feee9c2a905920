"""Somebody writes a one that is read as 7, says so, and the network learns it, in a browser."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from svod_rcgn.classification.build import load_looker
from svod_rcgn.web.access.roles import Role
from tests.classification.drawn import QUICK, own_models
from tests.patience import PATIENCE
from tests.web.page.browser import PHONE
from tests.web.page.conftest import Opened
from tests.web.page.strokes import ONE_WITH_UPSTROKE, draw
from tests.web.site import Site, serving

pytestmark = [pytest.mark.slow, pytest.mark.weights]


@pytest.fixture
def site(tmp_path: Path, digits_dir: Path) -> Iterator[Site]:
    """The real network for digits, and a learning of few steps."""
    models = own_models(digits_dir, tmp_path)
    with serving(tmp_path, load=lambda name: load_looker(name, models, "CPU", 3), again=QUICK) as running:
        yield running


def moved(by: float) -> list[tuple[float, float]]:
    return [(x + by, y + by / 8) for x, y in ONE_WITH_UPSTROKE]


def corrected(page: Any, by: float, read: str | re.Pattern[str] = "7") -> None:
    draw(page, moved(by))
    page.get_by_test_id("digit").get_by_text(read, exact=True).wait_for()
    page.get_by_label("Not right? It is").fill("1")
    page.get_by_role("button", name="Keep").click()
    page.get_by_text("1 digit is new in the dataset digits").last.wait_for()


def test_a_way_of_writing_is_corrected_learned_and_read_and_rolled_back(opened: Opened):
    page = opened(Role.EDITOR, "identify?draw").page
    card = page.get_by_label("Learn from my corrections")
    card.get_by_text("Nothing is kept yet").wait_for()
    corrected(page, 0.0)
    card.get_by_test_id("drawings").get_by_text("1 drawing of 1 sitting").wait_for()
    page.get_by_role("button", name="Clear").click()
    corrected(page, 0.02)
    card.get_by_test_id("drawings").get_by_text("2 drawings of 1 sitting").wait_for()
    card.get_by_role("button", name="Learn from 2 drawings").click()
    on_paper = page.get_by_test_id("digit")
    on_paper.get_by_text("1", exact=True).wait_for(timeout=1000 * PATIENCE)
    again = card.get_by_label("Asked again").get_by_role("listitem")
    again.get_by_text("was read as 7, now 1").nth(1).wait_for()
    assert again.count() == 2
    card.get_by_test_id("worth").get_by_text("500 digits that it never learns from").wait_for()
    card.get_by_text("All drawings are of one sitting").wait_for()
    page.get_by_role("button", name="Clear").click()
    draw(page, moved(-0.05))  # another of the kind
    page.get_by_test_id("digit").get_by_text("1", exact=True).wait_for()
    card.get_by_role("button", name="Use version 1").click()
    page.get_by_test_id("digit").get_by_text("7", exact=True).wait_for()
    card.get_by_label("Asked again").get_by_text("was read as 7, now 7").first.wait_for()


def test_what_one_browser_keeps_another_sees_and_takes_out(opened: Opened):
    one = opened(Role.EDITOR, "identify?draw").page
    other = opened(Role.EDITOR, "identify?draw").page
    corrected(one, 0.0)
    other.get_by_alt_text("Drawn: 1").wait_for()
    other.wait_for_function("() => document.querySelector('img[alt=\"Drawn: 1\"]').naturalWidth > 0")
    other.get_by_role("button", name="Take out this 1").click()
    one.get_by_text("Nothing is kept yet").wait_for()


def test_who_may_only_look_is_offered_nothing_that_would_be_refused(opened: Opened):
    editor = opened(Role.EDITOR, "identify?draw").page
    corrected(editor, 0.0)
    page = opened(Role.VIEWER, "identify?draw").page
    card = page.get_by_label("Learn from my corrections")
    card.get_by_alt_text("Drawn: 1").wait_for()
    assert card.get_by_role("button").count() == 0
    assert page.get_by_label("Not right? It is").count() == 0


def test_on_a_phone_nothing_is_wider_than_the_screen(opened: Opened):
    phone = opened(Role.EDITOR, "identify?draw", viewport=PHONE, is_mobile=True, has_touch=True).page
    corrected(phone, 0.0, re.compile(r"^\s*\d+\s*$"))  # the paper of a phone is narrower
    button = phone.get_by_role("button", name=re.compile("^Learn from 1 drawing"))
    button.scroll_into_view_if_needed()
    assert phone.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
