"""Makes the pictures of Teach: empty, while it learns, when it has learned, an error, and a phone.

Nothing is shown but drawings that the page's camera is given.
"""

import re
from pathlib import Path
from typing import Any

from docs.page_shots import WINDOW, keep, opened, shoot
from tests.web.page.browser import PHONE
from tests.web.page.drawn_camera import DRAWN_CAMERA

LIGHT = {"viewport": WINDOW, "color_scheme": "light"}
DARK_PHONE = {"viewport": PHONE, "color_scheme": "dark", "is_mobile": True, "has_touch": True}
HELD = 3000  # milliseconds
NO_CAMERA = """
navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('no', 'NotAllowedError') }
"""


def draw(browser: Any, link: str, folder: Path) -> None:
    """Write page-teach-*.jpg into a folder."""
    page = _teach(browser, link, LIGHT, DRAWN_CAMERA)
    page.get_by_text("Teach it what you like").wait_for()
    shoot(page, folder / "page-teach-empty.jpg")
    page.get_by_label("Name of a new recogniser").fill("desk")
    page.get_by_role("button", name="Make").click()
    _through_the_browser(page)
    page.get_by_text("pictures/s").wait_for()
    _held(page, "apple")
    _answered(page, "apple")
    _held(page, "book", folder / "page-teach-learning.jpg")
    _answered(page, "book")
    page.evaluate("() => { window.scene = 'apple' }")
    _answered(page, "apple")
    page.get_by_label("Show what speaks for the answer").check()
    page.locator("canvas.heat").wait_for()
    page.get_by_test_id(re.compile("version-")).get_by_text("In use").wait_for()
    _none_left(page)
    keep(page, folder / "page-teach.jpg")
    _phone(browser, link, folder)
    page = _teach(browser, link, LIGHT, NO_CAMERA)
    _through_the_browser(page)
    page.get_by_text("The camera was not allowed").wait_for()
    page.get_by_label("What it was shown").get_by_text("book", exact=True).wait_for()
    keep(page, folder / "page-teach-error.jpg")


def _phone(browser: Any, link: str, folder: Path) -> None:
    page = _teach(browser, link, DARK_PHONE, DRAWN_CAMERA)
    _through_the_browser(page)
    page.evaluate("() => { window.scene = 'book' }")
    _answered(page, "book")
    page.get_by_role("group", name="Names").get_by_role("button", name="book").click()
    page.get_by_role("button", name='Hold to teach "book"').wait_for()
    keep(page, folder / "page-teach-phone.jpg")


def _teach(browser: Any, link: str, look: dict[str, Any], camera: str) -> Any:
    page = opened(browser, link, look, camera)
    page.evaluate("() => { location.hash = '#/teach' }")
    page.get_by_role("heading", name="Teach", exact=True).wait_for()
    return page


def _through_the_browser(page: Any) -> None:
    page.get_by_label("Source").select_option("browser")


def _held(page: Any, name: str, picture: Path | None = None) -> None:
    """Show a thing, name it, and hold the button before it; the picture is taken while it is held."""
    page.evaluate("name => { window.scene = name }", name)
    field = page.get_by_label("What does it see?")
    field.fill(name)
    field.press("Enter")
    page.get_by_role("button", name=re.compile(f'Hold to teach "{name}"')).hover()
    page.mouse.down()
    page.wait_for_timeout(HELD)
    page.get_by_test_id("hold").get_by_text(re.compile(r"[1-9]\d* seen, [1-9]\d* kept")).wait_for()
    if picture:
        shoot(page, picture)
    page.mouse.up()


def _answered(page: Any, name: str) -> None:
    page.get_by_test_id("answer").get_by_text(name, exact=True).wait_for()


def _none_left(page: Any) -> None:
    """No message lies over the page any more."""
    page.locator(".toast").first.wait_for(state="detached")
