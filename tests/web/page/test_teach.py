"""Somebody teaches a recogniser in a real browser, with a camera before which things are drawn."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from svod_rcgn.web.access.roles import Role
from tests.fakes import RED, picture
from tests.patience import PATIENCE
from tests.web.page.browser import PHONE, Watched, browsing, found_by_axe, write_camera_film
from tests.web.page.drawn_camera import DRAWN_CAMERA
from tests.web.site import Site, serving

pytestmark = [pytest.mark.slow, pytest.mark.weights]
WAIT = PATIENCE * 1000


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
        watched.page.add_init_script(DRAWN_CAMERA)
        watched.page.goto(f"{site.url}/#/teach")
        yield watched
        watched.close()


def begin(watched: Watched) -> None:
    """Make a recogniser and wait for the first picture."""
    page = watched.page
    page.get_by_label("Name of a new recogniser").fill("desk")
    page.get_by_role("button", name="Make").click()
    page.get_by_text("pictures/s").wait_for()


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
    page.locator("canvas.heat").wait_for()
    other = page.context.new_page()
    other.goto(f"{site.url}/#/teach")
    other.get_by_label("What it was shown").get_by_text("book", exact=True).wait_for()
    page.keyboard.press("Control+z")
    other.get_by_label("What it was shown").get_by_text("book", exact=True).wait_for(state="detached")


@pytest.mark.parametrize("size", [{"width": 1440, "height": 900}, PHONE], ids=["desktop", "phone"])
def test_the_page_can_be_used_by_everybody_and_fits(watched: Watched, size: dict[str, int]):
    page = watched.page
    page.set_viewport_size(size)
    begin(watched)
    hold(watched, "apple", "apple", 1.0)
    answered(watched, "apple")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert found_by_axe(page) == []
