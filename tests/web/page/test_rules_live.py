"""A rule for a light in a real browser: drawn on the live picture, fired by it, tried on what was kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from time import time as wall_clock
from typing import Any

import pytest

from benchmarks.drawn_panels import Phase
from svod_rcgn.app.event_service import EventService, EventServiceSettings
from svod_rcgn.records import Frame
from svod_rcgn.web.access.roles import Role
from tests.app.blinking_film import SLOW, BlinkingFilm, LiveCamera
from tests.fakes import FakeNotifier
from tests.web.page.conftest import Opened
from tests.web.page.panel_film import READY, light, panel_pictures, shown
from tests.web.page.test_rules_page import Paper, begun, wait_for_text
from tests.web.site import CAMERA, Site, serving

pytestmark = pytest.mark.slow
RATE = 10.0
CYCLE, LIT = 24.0, 12.0  # seconds of the film that is shown over and over, of which it is steady at first
LATE = 10.0  # seconds until a light is known to blink, or not to any more


@dataclass
class Stage:
    """What was kept of an hour, the live film and when it began, and who would be told of rules in use."""

    hour: BlinkingFilm
    begin: float
    notifier: FakeNotifier


@pytest.fixture(scope="module")
def hour() -> BlinkingFilm:
    return BlinkingFilm(3600.0, rate=8.0, seed=3, source=CAMERA, begin=wall_clock() - 4500)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, hour: BlinkingFilm) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    hour.store(folder)
    with serving(folder) as running:
        yield running


@pytest.fixture(scope="module")
def stage(site: Site, hour: BlinkingFilm) -> Iterator[Stage]:
    """The camera shows a lamp that is lit, and then blinks once a second, and another that stays lit."""
    lamp = light("green", Phase(0, 0, 1.0), Phase(LIT, SLOW, 0.5))
    pictures = list(panel_pictures(lamp, light("red", Phase(0, 0, 1.0)), seconds=CYCLE, rate=RATE))
    notifier = FakeNotifier()
    service = EventService(EventServiceSettings(None), [], rules=site.rules)
    service.start()
    (watch,) = service.rule_watches(LiveCamera(CAMERA), [notifier])
    analyzer = watch.build_analyzer()

    def look(frame: Frame) -> None:
        watch.dispatcher.observe(frame, analyzer.analyze(frame))

    with shown(site, pictures, RATE, look) as begin:
        yield Stage(hour, begin, notifier)
    service.close(0.0)


def drawn(page: Any) -> None:
    """A light of that name where the lamp is, and a rule for it when it blinks slowly."""
    paper = Paper(page)
    paper.take("Light")
    paper.click(READY)
    page.get_by_label("Light", exact=True).fill("ready")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="New rule").first.click()
    rule = page.get_by_role("region", name="Rule", exact=True)
    rule.get_by_label("Name of the rule").fill("ready blinks")
    rule.get_by_label("At least").fill("0.7")
    rule.get_by_label("At most").fill("1.4")
    wait_for_text(page, "to = 1.4")


def times(page: Any) -> list[tuple[float, float]]:
    """When the rule began and ended, of what is over."""
    rows = page.locator("li[data-rule='ready blinks'][data-end]").all()
    return [(float(row.get_attribute("data-begin")), float(row.get_attribute("data-end"))) for row in rows]


def test_a_rule_for_a_blinking_light_fires_in_the_live_picture_and_over_a_kept_hour_as_often_as_it_was_so(
    opened: Opened, site: Site, stage: Stage
):
    page = begun(opened(Role.EDITOR)).page
    drawn(page)
    page.get_by_test_id("trial").get_by_text("Tried live").wait_for()
    page.locator("g.light.blinking", has_text="blinks 1.0/s, green").wait_for()
    page.locator("[data-rule='ready blinks']").get_by_text("holds now").wait_for()
    page.get_by_role("list", name="Holds now").get_by_text("ready blinks").wait_for()
    page.locator("g.light.alive").wait_for()
    page.locator("g.light.on", has_text="on, green").wait_for()
    now = page.get_by_role("region", name="What happens now")
    now.locator("li[data-end]").first.wait_for()
    for begin, end in times(page):
        assert LIT < (begin - stage.begin) % CYCLE < CYCLE
        assert 0 < (end - stage.begin) % CYCLE < LATE
        assert CYCLE - LIT - LATE < end - begin < CYCLE - LIT + LATE
    page.get_by_role("button", name="Look at the last 24 hours").click()
    count = len(stage.hour.spans(SLOW))
    page.locator(f"[data-count='{count}'][data-busy=false]").wait_for()
    assert count > 30
    assert stage.notifier.events == []
    assert not site.ask("GET", "/api/rules").json()["exists"]
