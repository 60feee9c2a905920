"""Events on the page: a timeline over days, filters, a long list, and files of what is shown, over fakes."""

import csv
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from svod_rcgn.history.outbox import Delivery
from svod_rcgn.records import FACE, OBJECT, Subject, Visit
from svod_rcgn.storage.images import encode_jpeg
from tests.fakes import RED, event, picture, write_film
from tests.web.page.conftest import Opened
from tests.web.site import CAMERA, Site, serving

pytestmark = pytest.mark.slow
DAY = 86_400.0
LIST = "Visits, the newest first"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Ada came yesterday and now, and a cat came now."""
    with serving(tmp_path) as running:
        now = time.time()
        come(running, Subject(FACE, "Ada"), now - DAY)
        come(running, Subject(FACE, "Ada"), now - 2)
        come(running, Subject(OBJECT, "cat", 1), now - 1)
        yield running


def come(site: Site, subject: Subject, at: float, **more: Any) -> None:
    visit = Visit(str(at), subject, at, at + 0.5, 0.9)
    site.journal.begin(visit, CAMERA, picture=encode_jpeg(picture(RED)), **more)


def bars(page: Any, name: str) -> Any:
    """The events of somebody on the timeline."""
    return page.get_by_label("Timeline").get_by_role("group", name=name).get_by_role("button")


def test_the_timeline_shows_a_day_the_day_before_and_a_week(opened: Opened):
    page = opened(place="events").page
    bars(page, "Ada, 1 event").wait_for()
    bars(page, "cat, 1 event").wait_for()
    page.get_by_role("button", name="Earlier").click()
    bars(page, "cat").wait_for(state="detached")
    bars(page, "Ada, 1 event").wait_for()
    page.get_by_role("button", name="Later").click()
    page.get_by_role("button", name="Week").click()
    bars(page, "Ada, 2 events").first.wait_for()


def test_along_the_timeline_goes_an_arrow_key_and_enter_opens_the_visit(opened: Opened):
    page = opened(place="events").page
    page.get_by_role("button", name="Week").click()
    bars(page, "Ada, 2 events").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.get_by_role("dialog", name="Ada").wait_for()


def test_things_are_filtered_by_their_class_and_the_files_hold_what_is_shown(opened: Opened):
    page = opened(place="events").page
    page.get_by_label(LIST).get_by_role("button", name="cat").wait_for()
    page.get_by_label("Who or what").select_option(label="cat")
    page.get_by_label(LIST).get_by_role("button", name="Ada").first.wait_for(state="detached")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    lines = list(csv.reader(Path(download.value.path()).read_text(encoding="utf-8").splitlines()))
    assert [line[2] for line in lines[1:]] == ["cat 1"]


def test_a_filter_that_finds_nothing_is_taken_away_again(opened: Opened):
    page = opened(place="events?person=Nobody").page
    page.get_by_text("Nothing of that kind").wait_for()
    page.get_by_role("button", name="Show all").click()
    page.get_by_label(LIST).get_by_role("button", name="cat").wait_for()


def test_a_visit_leads_to_the_older_one_and_back_by_arrow_keys(opened: Opened):
    page = opened(place="events").page
    page.get_by_label(LIST).get_by_role("button", name="cat").click()
    page.get_by_role("dialog", name="cat").wait_for()
    page.keyboard.press("ArrowRight")
    page.get_by_role("dialog", name="Ada").wait_for()
    page.keyboard.press("ArrowLeft")
    page.get_by_role("dialog", name="cat").wait_for()


def test_what_became_of_each_announcement_is_told(opened: Opened, site: Site):
    come(site, Subject(FACE, "Bob"), time.time(), deliveries=[Delivery(event("Bob"), "slack")])
    page = opened(place="events").page
    page.get_by_label(LIST).get_by_role("button", name="Bob").click()
    announced = page.get_by_role("dialog", name="Bob").get_by_role("listitem")
    announced.get_by_text("slack").wait_for()


def test_a_long_list_is_walked_to_its_end_and_holds_few_lines_at_a_time(opened: Opened, site: Site):
    begin = time.time() - 2 * DAY
    for number in range(250):
        come(site, Subject(FACE, f"P{number}"), begin + number)
    page = opened(place="events").page
    region = page.get_by_label(LIST)
    region.get_by_role("button", name="cat").wait_for()
    last = region.get_by_role("button", name="P0 ")
    while not last.count():
        region.evaluate("each => each.scrollTo(0, each.scrollHeight)")
        page.wait_for_timeout(100)
    last.wait_for()
    assert region.get_by_role("listitem").count() < 60


def test_arrow_keys_go_through_the_list(opened: Opened):
    page = opened(place="events").page
    region = page.get_by_label(LIST)
    region.get_by_role("button", name="cat").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_role("dialog", name="Ada").wait_for()


def test_a_clip_is_played_in_the_page(opened: Opened, site: Site):
    clips = site.journal.clips
    assert clips
    clips.mkdir(exist_ok=True)
    write_film(clips / "c.mp4", [picture(RED, 96, 72)] * 5)
    site.journal.film(3, "c.mp4")
    page = opened(place="events").page
    page.get_by_label(LIST).get_by_role("button", name="cat").click()
    dialog = page.get_by_role("dialog", name="cat")
    dialog.get_by_role("button", name="Play the clip").click()
    dialog.get_by_alt_text("Clip of cat").wait_for()
    page.wait_for_function("() => document.querySelector('dialog img').naturalWidth === 96")
    dialog.get_by_role("button", name="Picture").click()
    dialog.get_by_alt_text("Picture of cat").wait_for()
