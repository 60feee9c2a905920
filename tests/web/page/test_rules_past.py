"""Rules tried in a real browser on what cameras saw and kept."""

from collections.abc import Iterator
from datetime import datetime
from time import time as wall_clock

import pytest

from svod_rcgn.web.access.roles import Role
from tests.app.test_rule_service import CAR, RULE, Watched
from tests.web.page.conftest import Opened
from tests.web.site import Site, serving

pytestmark = pytest.mark.slow
STAYS = ((10.0, 2.0), (30.0, 8.0), (50.0, 3.0))  # seconds after the beginning, and for how long


@pytest.fixture(scope="module")
def begin() -> float:
    """When it began, in whole seconds; long before the tests that ask for it, nothing of it would be left."""
    return float(int(wall_clock()) - 1800)


@pytest.fixture(scope="module")
def site(begin: float, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A car stayed thrice within the last hour."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "rules.toml").write_text(RULE.format(seconds=1))
    watched = Watched(folder, folder / "rules.toml")
    for start, seconds in STAYS:
        watched.show(begin + start - 3, 3)
        watched.show(begin + start, seconds, CAR)
        watched.show(begin + start + seconds, 4)
    watched.service.close(0.0)
    with serving(folder) as running:
        yield running


@pytest.fixture(autouse=True)
def _as_it_was(site: Site) -> None:
    (site.paths.history_dir / "rules.toml").write_text(RULE.format(seconds=1))


def field(seconds: float) -> str:
    """As a field of date and time takes it."""
    return datetime.fromtimestamp(seconds).isoformat(timespec="seconds")


def test_a_limit_is_set_by_looking_at_what_would_have_fired(opened: Opened, site: Site):
    page = opened(place="rules").page
    page.get_by_role("button", name="Last hour").click()
    card = page.get_by_role("region", name="What would have fired")
    page.locator("[data-count='3'][data-busy=false]").wait_for()
    slider = card.get_by_label("Value of the limit")
    assert slider.get_attribute("aria-valuetext") == "1 seconds: 3 events"
    slider.focus()
    for _ in range(25):
        if not (slider.get_attribute("aria-valuetext") or "").endswith(": 1 event"):
            page.keyboard.press("ArrowRight")
    card.get_by_role("button", name="Take this limit").click()
    page.locator("[data-count='1'][data-busy=false]").wait_for()
    seconds = float(page.get_by_role("spinbutton", name="For at least").input_value())
    assert 3 <= seconds < 8
    assert f"for = {seconds:g}" in page.get_by_label("Rules as text").input_value()
    assert site.ask("GET", "/api/rules").json()["text"] == RULE.format(seconds=1)  # nothing is saved yet
    page.get_by_role("button", name="Undo").click()
    page.locator("[data-count='3'][data-busy=false]").wait_for()


def test_another_limit_is_tried_and_each_event_can_be_asked_about(opened: Opened):
    page = opened(place="rules").page
    page.get_by_role("button", name="Look at the last 24 hours").click()
    card = page.get_by_role("region", name="What would have fired")
    card.get_by_label("Try another limit").select_option("cooldown")
    card.get_by_test_id("tried").wait_for()
    card.get_by_label("Value of the limit").press("End")
    card.get_by_text(", told ").wait_for()
    card.get_by_text("When", exact=True).click()
    card.get_by_role("button", name="Why", exact=True).first.click()
    page.get_by_role("region", name="Why not").get_by_text("holds", exact=True).wait_for()


def test_why_not_then_names_what_failed_and_by_how_much_to_whoever_looks(opened: Opened, begin: float):
    page = opened(Role.VIEWER, "rules").page
    card = page.get_by_role("region", name="Why not")
    card.get_by_label("At another time").fill(field(begin + 10.8))
    card.get_by_label("At another time").blur()
    card.get_by_text("does not hold").wait_for()
    card.get_by_text("s < 1 s").wait_for()
    assert page.get_by_role("region", name="What would have fired").count() == 0


def test_a_time_of_which_nothing_was_kept_is_told(opened: Opened, begin: float):
    watched = opened(place="rules")
    watched.forgive("422")
    card = watched.page.get_by_role("region", name="Why not")
    card.get_by_label("At another time").fill(field(begin - 90_000))
    card.get_by_label("At another time").blur()
    card.get_by_text("nothing is known of what cameras saw then").wait_for()
