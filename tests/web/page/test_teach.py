"""Somebody teaches a recogniser in a real browser, with a camera before which things are drawn."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from svod_rcgn.records import Frame
from svod_rcgn.web.access.roles import Role
from tests.fakes import RED, picture
from tests.patience import PATIENCE
from tests.web.page.browser import PHONE, Watched, browsing, found_by_axe, write_camera_film
from tests.web.page.drawn_camera import DRAWN_CAMERA
from tests.web.site import CAMERA, Site, serving

pytestmark = [pytest.mark.slow, pytest.mark.weights]
WAIT = PATIENCE * 1000
COUNTED = """
window.asked = 0
const given = navigator.mediaDevices.getUserMedia
navigator.mediaDevices.getUserMedia = (...wished) => { window.asked += 1; return given(...wished) }
"""
REFUSED_ONCE = """
const allowed = navigator.mediaDevices.getUserMedia
navigator.mediaDevices.getUserMedia = async (...wished) => {
  navigator.mediaDevices.getUserMedia = allowed
  throw new DOMException('no', 'NotAllowedError')
}
"""


@pytest.fixture
def site(tmp_path: Path, imagenet_dir: Path) -> Iterator[Site]:
    (tmp_path / "networks").mkdir()
    (tmp_path / "networks" / "imagenet").symlink_to(imagenet_dir)
    with serving(tmp_path, backbones=tmp_path / "networks") as running:
        yield running


@pytest.fixture
def watched(tmp_path: Path, site: Site) -> Iterator[Watched]:
    film = write_camera_film(tmp_path / "red.y4m", [picture(RED, 320, 240)] * 3)
    with browsing(film) as browser:
        watched = Watched(browser, site.url)
        name, value = site.cookie(Role.EDITOR)["Cookie"].split("=", 1)
        watched.page.context.add_cookies([{"name": name, "value": value, "url": site.url}])
        watched.page.add_init_script(DRAWN_CAMERA + COUNTED)
        watched.page.goto(f"{site.url}/#/teach")
        yield watched
        watched.close()


def begin(watched: Watched) -> None:
    """Make a recogniser and wait for the first picture of the browser's camera."""
    made(watched, "desk")
    look_through_the_browser(watched)


def made(watched: Watched, name: str) -> None:
    page = watched.page
    page.get_by_label("Name of a new recogniser").fill(name)
    page.get_by_role("button", name="Make").click()
    page.get_by_label("Source").wait_for()


def look_through_the_browser(watched: Watched) -> None:
    watched.page.get_by_label("Source").select_option("browser")
    watched.page.get_by_text("pictures/s").wait_for()


def source(watched: Watched) -> str:
    chosen: str = watched.page.get_by_label("Source").locator("option:checked").inner_text()
    return chosen


def show(watched: Watched, scene: str) -> None:
    watched.page.evaluate("scene => { window.scene = scene }", scene)


def hold(watched: Watched, name: str, scene: str, seconds: float = 2.5, *, by_key: bool = False) -> None:
    """Name what is seen and hold the button before it."""
    page = watched.page
    show(watched, scene)
    page.wait_for_timeout(400)  # what was drawn before is on its way
    field = page.get_by_label("What does it see?")
    field.fill(name)
    field.press("Enter")
    button = page.get_by_role("button", name=re.compile("Hold to teach|Keeping"))
    button.wait_for()
    if by_key:
        page.get_by_role("heading", name="Teach", exact=True).click()
        page.keyboard.down(" ")
    else:
        button.hover()
        page.mouse.down()
    page.wait_for_timeout(seconds * 1000)
    page.keyboard.up(" ") if by_key else page.mouse.up()
    page.get_by_test_id("hold").get_by_text(re.compile(r"[1-9]\d* seen, [1-9]\d* kept")).wait_for()


def answered(watched: Watched, name: str, within: float = WAIT) -> None:
    watched.page.get_by_test_id("answer").get_by_text(name, exact=True).wait_for(timeout=within)


def test_two_things_are_taught_by_holding_the_answer_follows_and_undo_and_roll_back_unlearn(watched: Watched):
    page = watched.page
    begin(watched)
    hold(watched, "apple", "apple")
    answered(watched, "apple")
    page.get_by_test_id("version-1").get_by_text("In use").wait_for()
    hold(watched, "Buch 書", "book", by_key=True)
    answered(watched, "Buch 書")
    show(watched, "apple")
    answered(watched, "apple")
    page.get_by_test_id("version-2").get_by_text("In use").wait_for()

    page.keyboard.press("Control+z")  # the book was never shown
    show(watched, "book")
    answered(watched, "apple")
    page.get_by_label("Acts").get_by_text("undo").first.wait_for()
    page.get_by_label("What it was shown").get_by_text("Buch 書", exact=True).wait_for(state="detached")

    page.get_by_test_id("version-3").get_by_text("In use").wait_for()
    page.get_by_test_id("version-2").get_by_role("button", name="Roll back to it").click()
    page.get_by_test_id("version-2").get_by_text("In use").wait_for()
    answered(watched, "Buch 書")


def test_names_are_chosen_by_their_keys_and_another_browser_sees_what_is_taught(watched: Watched, site: Site):
    page = watched.page
    begin(watched)
    hold(watched, "apple", "apple", 1.5)
    hold(watched, "book", "book", 1.5)
    page.get_by_role("heading", name="Teach", exact=True).click()
    page.keyboard.press("1")
    page.get_by_role("button", name='Hold to teach "apple"').wait_for()
    page.keyboard.press("m")
    heat = page.locator("canvas.heat[width='640']")  # lies over the picture as large as that
    heat.wait_for()
    assert heat.get_attribute("height") == "480"
    other = page.context.new_page()
    other.goto(f"{site.url}/#/teach")
    other.get_by_label("What it was shown").get_by_text("book", exact=True).wait_for()
    page.keyboard.press("Control+z")
    other.get_by_label("What it was shown").get_by_text("book", exact=True).wait_for(state="detached")


def test_it_looks_through_the_servers_camera_until_somebody_chooses_another_which_is_remembered(
    watched: Watched, site: Site
):
    page = watched.page
    site.feed.see(Frame(picture(RED, 64, 48), 0, 1.0, CAMERA), ())
    made(watched, "desk")
    page.get_by_label("What it sees", exact=True).locator("canvas").wait_for()
    assert (source(watched), page.evaluate("window.asked")) == (CAMERA, 0)
    look_through_the_browser(watched)
    page.reload()
    page.get_by_text("pictures/s").wait_for()
    assert (source(watched), page.evaluate("window.asked")) == ("This browser's camera", 1)
    page.get_by_role("button", name="New recogniser").click()
    made(watched, "shelf")
    page.get_by_label("Recogniser", exact=True).locator("option:checked", has_text="shelf").wait_for(
        state="attached"
    )
    assert source(watched) == CAMERA


def test_a_name_that_is_taken_is_said_where_it_was_written_and_another_is_made(watched: Watched):
    page = watched.page
    watched.forgive("422")
    made(watched, "desk")
    page.get_by_role("button", name="New recogniser").click()
    page.keyboard.type("desk")  # the field has the focus
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_role("alert").wait_for()
    made(watched, "shelf")
    page.get_by_role("dialog").wait_for(state="detached")
    assert page.get_by_label("Recogniser", exact=True).input_value() == "shelf"


def test_a_camera_that_was_refused_is_asked_for_again(watched: Watched):
    page = watched.page
    page.add_init_script(REFUSED_ONCE)
    page.reload()
    made(watched, "desk")
    page.get_by_label("Source").select_option("browser")
    page.get_by_role("alert").get_by_text("The camera was not allowed").wait_for()
    page.get_by_role("button", name="Try again").click()
    page.get_by_text("pictures/s").wait_for()


@pytest.mark.parametrize("size", [{"width": 1440, "height": 900}, PHONE], ids=["desktop", "phone"])
def test_the_page_can_be_used_by_everybody_and_fits(watched: Watched, size: dict[str, int]):
    page = watched.page
    page.set_viewport_size(size)
    begin(watched)
    hold(watched, "apple", "apple", 1.0)
    answered(watched, "apple")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert found_by_axe(page) == []
