"""The page, opened in a window of a size and look, and its picture as a JPEG."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.web.page.browser import WAIT

QUALITY = 82
WINDOW = {"width": 1280, "height": 720}


def opened(browser: Any, link: str, look: Mapping[str, Any], script: str = "") -> Any:
    """The page by the link that signs in; `script` runs before its own."""
    page = browser.new_context(**look).new_page()
    page.set_default_timeout(WAIT)
    if script:
        page.add_init_script(script)
    page.goto(link)
    page.get_by_role("navigation", name="Pages").wait_for()
    return page


def keep(page: Any, target: Path) -> None:
    """Write what is seen, and close the page."""
    shoot(page, target)
    page.context.close()


def shoot(page: Any, target: Path) -> None:
    """Write what is seen, from the top of the page."""
    page.evaluate("() => scrollTo(0, 0)")
    page.screenshot(path=target, type="jpeg", quality=QUALITY)
