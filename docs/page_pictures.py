"""Makes the pictures of the page of `svod web` for README.md, over the demo: public domain faces only."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from docs import teach_pictures
from docs.page_shots import WINDOW, keep, opened
from svod_rcgn.faces.settings import Paths
from tests.web.page.browser import CHROMIUM, PHONE, browsing, write_camera_film
from tests.web.page.real_site import frames, started

PROBE = "obama3.jpg"


def draw(folder: Path) -> None:
    """Write page-*.jpg into a folder; where there is no browser, say so and leave those that are there."""
    if not CHROMIUM.exists():
        click.echo("pictures of the page stay as they are: no chromium here; apt-get install chromium")
        return
    demo, models = Paths().demo_dir, Path("models")
    with tempfile.TemporaryDirectory() as made:
        camera = write_camera_film(Path(made) / "camera.y4m", frames(demo / "demo.mp4", every=3))
        link_networks(Path(made) / "models", models)
        with browsing(camera) as browser, started(Path(made), demo, models) as link:
            live(browser, link, folder / "page-live.jpg", {"viewport": WINDOW, "color_scheme": "light"})
            phone = {"viewport": PHONE, "color_scheme": "dark", "is_mobile": True, "has_touch": True}
            live(browser, link, folder / "page-phone.jpg", phone)
            identify(browser, link, demo / "probes" / PROBE, folder / "page-identify.jpg")
            teach_pictures.draw(browser, link, folder)


def link_networks(folder: Path, models: Path) -> None:
    """A folder with all networks that are there, in which others can be learned that do not stay."""
    folder.mkdir()
    for each in models.iterdir():
        if each.is_dir() and not each.name.startswith("."):
            (folder / each.name).symlink_to(each.resolve())


def live(browser: Any, link: str, target: Path, look: Mapping[str, Any]) -> None:
    """Somebody who is known, on the camera of the browser, with what is known of the face."""
    page = opened(browser, link, look)
    page.get_by_label("Latest visits").get_by_role("listitem").first.wait_for()
    page.get_by_label("Source").select_option("browser")
    page.locator(".name", has_text="This browser's camera").wait_for()
    box = page.locator(".view .box.known").first
    box.wait_for()
    box.dispatch_event("click")
    page.get_by_text("Likeness (cosine)").wait_for()
    page.get_by_text("Last visits").wait_for()
    keep(page, target)


def identify(browser: Any, link: str, picture: Path, target: Path) -> None:
    """A picture with its face, its objects and its classes."""
    page = opened(browser, link, {"viewport": WINDOW, "color_scheme": "dark"})
    page.evaluate("() => { location.hash = '#/identify' }")
    page.set_input_files("input[type=file] >> nth=0", str(picture))
    page.locator(".box.known").first.wait_for()
    page.wait_for_load_state("networkidle")
    keep(page, target)
