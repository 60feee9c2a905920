"""The camera of a browser as video, in a real browser, over the fakes; and where there is no video."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from svod_rcgn.web import build
from svod_rcgn.web.access.roles import Role
from svod_rcgn.web.live.browser_video import is_installed
from tests.fakes import RED, picture
from tests.patience import PATIENCE
from tests.web.page.browser import Watched, browsing, write_camera_film
from tests.web.site import Site, serving

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not is_installed(), reason="WebRTC comes with [webrtc]"),
]
SENT, NO_WAY = "Sent by WebRTC", "No way for video; sent as pictures"
TIMES = 5  # a machine with much to do may need more than three seconds to connect


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    film = write_camera_film(tmp_path_factory.mktemp("camera") / "red.y4m", [picture(RED, 320, 240)] * 15)
    with browsing(film, "--allow-loopback-in-peer-connection") as running:
        yield running


def watching(browser: Any, site: Site) -> Watched:
    """Somebody at the live pictures of the own camera, which sees the red person of the fakes."""
    watched = Watched(browser, site.url)
    name, value = site.cookie(Role.EDITOR)["Cookie"].split("=", 1)
    watched.page.context.add_cookies([{"name": name, "value": value, "url": site.url}])
    watched.page.goto(site.url)
    watched.page.get_by_label("Source").select_option("browser")
    go_on(watched)
    return watched


def go_on(watched: Watched) -> None:
    """Wait for known faces on pictures that are newer than the one that is shown."""
    for _ in range(3):
        number = watched.page.locator("[data-number]").get_attribute("data-number")
        newer = "number => document.querySelector('[data-number]')?.dataset.number !== number"
        watched.page.wait_for_function(newer, arg=number)
    watched.page.locator(".view .box.known").first.wait_for()


def connect(watched: Watched) -> None:
    """Ask for video until it is there."""
    wished, state = watched.page.get_by_label("As video"), watched.page.get_by_role("status")
    for _ in range(TIMES):
        wished.check()
        state.get_by_text(SENT).or_(state.get_by_text(NO_WAY)).wait_for()
        if state.get_by_text(SENT).count():
            return
        wished.uncheck()
    pytest.fail(f"there was no video in {TIMES} times three seconds")


def receivers() -> list[psutil.Process]:
    return [each for each in psutil.Process().children() if is_receiver(each)]


def is_receiver(process: psutil.Process) -> bool:
    """Also one that has ended and that nobody has waited for yet, whose command is not known any more."""
    try:
        return "video_receiver" in " ".join(process.cmdline())
    except psutil.ZombieProcess:
        return process.name().startswith("python")
    except psutil.NoSuchProcess:
        return False


def test_video_is_answered_as_pictures_are_and_these_go_on_when_its_process_is_killed(
    browser: Any, tmp_path: Path
):
    with serving(tmp_path) as site:
        watched = watching(browser, site)
        connect(watched)
        go_on(watched)
        (process,) = receivers()
        process.kill()
        watched.page.get_by_text(NO_WAY).wait_for()
        go_on(watched)
        watched.page.get_by_label("As video").uncheck()
        watched.page.get_by_text(NO_WAY).wait_for(state="detached")
        go_on(watched)
        watched.close()


def test_where_there_is_no_way_for_video_pictures_go_on_meanwhile_and_after(
    browser: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(build, "listened_on", lambda _: ())
    with serving(tmp_path) as site:
        watched = watching(browser, site)
        watched.page.get_by_label("As video").check()
        watched.page.get_by_text("Connecting").wait_for()
        go_on(watched)
        watched.page.get_by_text(NO_WAY).wait_for()
        go_on(watched)
        watched.close()
        end = time.monotonic() + PATIENCE
        while receivers() and time.monotonic() < end:
            time.sleep(0.05)
        assert not receivers()


def test_where_the_extra_is_missing_no_video_is_offered(
    browser: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(build, "is_installed", lambda: False)
    with serving(tmp_path) as site:
        watched = watching(browser, site)
        watched.page.get_by_label("Keep visits").wait_for()
        assert not watched.page.get_by_label("As video").count()
        watched.close()
