"""The page in a real browser, over a server with fake stages."""

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from svod_rcgn.records import FACE, Box, Frame, Observation, Subject, Visit
from svod_rcgn.storage.images import encode_jpeg
from svod_rcgn.web.access.roles import Role
from tests.fakes import RED, RED_PERSON, picture, sighting, write_film
from tests.web.page.browser import DESKTOP, PHONE, found_by_axe
from tests.web.page.conftest import Opened, saved
from tests.web.site import CAMERA, Site

pytestmark = pytest.mark.slow
PLACES = ("live", "events", "rules", "people", "identify", "boxes", "films", "about", "api")
ADA = sighting("Ada", Box(16, 12, 32, 24), 0.91, track=3)
CAT = Observation(kind="object", label="cat", score=0.62, box=Box(32, 24, 60, 44))


# Sockets that can be cut, after which there is no server until it is mended.
BREAKABLE = """
const Real = WebSocket, open = []
class Open extends Real { constructor(url) { super(url); open.push(this) } }
class Away {
  readyState = 3
  constructor() { setTimeout(() => this.onclose({ code: 1006, reason: '' })) }
  close() {}
}
window.WebSocket = Open
window.breakOff = () => { window.WebSocket = Away; open.forEach((socket) => socket.close()) }
window.mend = () => { window.WebSocket = Open }
"""


@contextmanager
def showing(site: Site, ada: Observation = ADA) -> Iterator[None]:
    """A camera that shows Ada and a cat, 20 times a second."""
    over = threading.Event()

    def show() -> None:
        number = 0
        while not over.wait(0.05):
            number += 1
            site.feed.see(Frame(picture(RED, 64, 48), number, 12.5, CAMERA), (ada, CAT))

    thread = threading.Thread(target=show)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def come(site: Site) -> Visit:
    visit = Visit("1", Subject(FACE, "Ada", None), time.time() - 60, time.time(), 0.9)
    site.journal.begin(visit, CAMERA, picture=encode_jpeg(picture(RED)))
    return visit


def test_the_link_leads_in_and_leaves_a_clean_address(opened: Opened, site: Site):
    page = opened(None).page
    page.get_by_role("heading", name="Sign in to svod").wait_for()
    page.goto(f"{site.url}/?token={site.access.entrance.token}")
    page.get_by_role("navigation", name="Pages").wait_for()
    assert "token" not in page.url


def test_the_link_can_be_pasted_and_whoever_signs_out_is_out(opened: Opened, site: Site):
    page = opened(None).page
    page.get_by_label("Link or token").fill(f"{site.url}/?token={site.access.entrance.token}")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("navigation", name="Pages").wait_for()
    page.get_by_role("link", name="About and settings").click()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("heading", name="Sign in to svod").wait_for()


def test_a_live_picture_bears_boxes_and_a_click_holds_it_and_says_what_is_known(opened: Opened, site: Site):
    with showing(site):
        page = opened(place="live").page
        box = page.locator(".box[data-label=Ada]")
        box.wait_for()
        box.dispatch_event("click")
        details = page.get_by_label("In the picture", exact=True)
        details.get_by_text("Likeness (cosine)").wait_for()
        view = page.locator("[data-number]")
        held = view.get_attribute("data-number")
        assert "0.700" in details.inner_text()
        page.wait_for_timeout(300)
        assert view.get_attribute("data-number") == held
        page.keyboard.press("Escape")
        page.wait_for_function(
            "held => document.querySelector('[data-number]').dataset.number !== held", arg=held
        )


def test_boxes_are_reached_by_keyboard(opened: Opened, site: Site):
    with showing(site):
        page = opened(place="live").page
        box = page.locator(".box[data-label=Ada]")
        box.focus()
        page.keyboard.press("Enter")
        page.get_by_label("In the picture", exact=True).get_by_text("Most like").wait_for()


def test_boxes_lie_where_the_camera_saw_them(opened: Opened, site: Site):
    with showing(site):
        page = opened(place="live").page
        box = page.locator(".box[data-label=Ada]").bounding_box()
        canvas = page.locator(".view canvas").bounding_box()
    assert box["x"] - canvas["x"] == pytest.approx(canvas["width"] * 0.25, abs=2)
    assert box["y"] - canvas["y"] == pytest.approx(canvas["height"] * 0.25, abs=2)
    assert box["width"] == pytest.approx(canvas["width"] * 0.25, abs=2)


def test_a_name_that_is_wider_than_its_box_stands_whole_on_its_plate(opened: Opened, site: Site):
    far_off = replace(ADA, box=Box(24, 20, 4, 4))
    with showing(site, far_off):
        page = opened(place="live", viewport=PHONE).page
        plate = page.locator(".box[data-label=Ada] .plate")
        plate.wait_for()
        assert plate.evaluate("plate => plate.scrollWidth <= plate.clientWidth")


def test_the_camera_of_the_browser_is_answered_on_its_own_picture(opened: Opened):
    page = opened(Role.EDITOR, "live").page
    page.get_by_label("Source").select_option("browser")
    page.locator(f".box[data-label='{RED_PERSON}']").wait_for()


def test_a_viewer_is_offered_nothing_that_is_refused(opened: Opened):
    page = opened(Role.VIEWER, "live").page
    page.get_by_label("Source").wait_for()
    assert "browser" not in page.get_by_label("Source").inner_html()
    page.goto(page.url.replace("live", "people"))
    page.get_by_text("Nobody is known yet").wait_for()
    assert page.get_by_role("button", name="Add a person").count() == 0


def test_a_picture_is_identified_and_its_record_downloaded(opened: Opened, tmp_path: Path):
    page = opened(place="identify").page
    page.set_input_files(
        "input[type=file] >> nth=0", saved(tmp_path, "red.jpg", encode_jpeg(picture(RED, 64, 48)))
    )
    page.locator(f".box[data-label='{RED_PERSON}']").wait_for()
    for name, begin in (("JSON", b"{"), ("PNG", b"\x89PNG")):
        with page.expect_download() as download:
            page.get_by_role("button", name=name).click()
        assert Path(download.value.path()).read_bytes().startswith(begin)


def test_what_is_no_picture_is_told_in_a_sentence(opened: Opened, tmp_path: Path):
    page = opened(place="identify").page
    page.set_input_files("input[type=file] >> nth=0", saved(tmp_path, "notes.jpg", b"no picture"))
    page.get_by_text("notes.jpg is not a picture").wait_for()


def test_a_visit_comes_in_by_itself_and_is_opened_and_filtered(opened: Opened, site: Site):
    page = opened(place="events").page
    page.get_by_role("heading", name="Events").wait_for()
    visit = come(site)
    site.counter.ended(visit, None)
    row = page.get_by_label("Visits, the newest first").get_by_role("button", name=re.compile("Ada"))
    row.first.wait_for()
    row.first.click()
    page.get_by_role("dialog", name="Ada").get_by_text(CAMERA).wait_for()
    page.keyboard.press("Escape")
    page.get_by_label("Who or what").select_option("\0strangers")
    page.get_by_text("Nothing of that kind").wait_for()


def test_a_film_is_sent_looked_at_and_told(opened: Opened, tmp_path: Path):
    film = write_film(tmp_path / "red.mp4", [picture(RED)] * 20)
    page = opened(Role.EDITOR, "films").page
    page.get_by_label("Make an annotated film").uncheck()
    page.set_input_files("input[type=file]", str(film))
    page.locator("[data-state=done]").wait_for()
    page.get_by_role("button", name="Who and when").click()
    page.get_by_text(RED_PERSON).wait_for()
    far = page.get_by_text("20 frames").first
    far.wait_for()
    page.set_viewport_size(PHONE)
    assert far.evaluate("far => far.getClientRects()[0].width >= 100")  # not squeezed by what can be done


def test_a_lost_connection_is_told_and_comes_back_by_itself(opened: Opened):
    page = opened(place="about").page
    page.add_init_script(BREAKABLE)
    page.reload()
    page.get_by_text("Connected", exact=True).wait_for()
    page.evaluate("() => window.breakOff()")
    page.get_by_text("The connection to the server is lost").wait_for()
    page.evaluate("() => window.mend()")
    page.get_by_text("Connected", exact=True).wait_for()
    assert page.get_by_text("The connection to the server is lost").count() == 0


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_serious_stands_in_anybodys_way(
    opened: Opened, site: Site, scheme: str, size: dict[str, int]
):
    come(site)
    with showing(site):
        watched = opened(viewport=size, color_scheme=scheme, reduced_motion="reduce", bypass_csp=True)
        page = watched.page
        found = []
        for place in PLACES:
            watched.go(place)
            page.locator("main h1").wait_for(state="attached")
            page.wait_for_load_state("networkidle")
            width = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
            assert width <= 0, f"{place} is wider than the window by {width}"
            found += [(place, *each) for each in found_by_axe(page, serious=True)]
    assert found == []
