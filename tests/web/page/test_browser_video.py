"""The camera of a browser as video, in a real browser, over the fakes; and its way without WebRTC."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from svod_rcgn.web.access.roles import Role
from tests.fakes import RED, picture
from tests.web.page.browser import Watched, browsing, write_camera_film
from tests.web.site import Site

pytestmark = pytest.mark.slow
ICE = pytest.importorskip("aioice.ice", reason="WebRTC comes with [webrtc]")
LOOPBACK = "--allow-loopback-in-peer-connection"


@pytest.fixture
def watched(tmp_path: Path, site: Site) -> Iterator[Watched]:
    """Somebody at the live pictures of the own camera, which sees the red person of the fakes."""
    film = write_camera_film(tmp_path / "red.y4m", [picture(RED, 320, 240)] * 15)
    with browsing(film, LOOPBACK) as browser:
        watched = Watched(browser, site.url)
        name, value = site.cookie(Role.EDITOR)["Cookie"].split("=", 1)
        watched.page.context.add_cookies([{"name": name, "value": value, "url": site.url}])
        watched.page.goto(site.url)
        watched.page.get_by_label("Source").select_option("browser")
        yield watched
        watched.close()


def go_on(watched: Watched) -> None:
    """Wait for known faces on pictures that are newer than the one that is shown."""
    watched.page.locator(".view .box.known").first.wait_for()
    number = int(watched.page.locator("[data-number]").get_attribute("data-number") or 0)
    newer = "number => Number(document.querySelector('[data-number]')?.dataset.number) > number + 3"
    watched.page.wait_for_function(newer, arg=number)
    watched.page.locator(".view .box.known").first.wait_for()


def test_video_is_answered_as_pictures_are_and_where_there_is_no_way_for_it_pictures_go_on(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
):
    page = watched.page
    go_on(watched)
    monkeypatch.setattr(ICE, "get_host_addresses", lambda *_, **__: ["127.0.0.1"])
    page.get_by_label("As video").check()
    page.get_by_text("Sent by WebRTC").wait_for()
    go_on(watched)
    page.get_by_label("As video").uncheck()
    page.get_by_text("Sent by WebRTC").wait_for(state="detached")
    monkeypatch.setattr(ICE, "get_host_addresses", lambda *_, **__: [])
    page.get_by_label("As video").check()
    page.get_by_text("No way for video; sent as pictures").wait_for()
    go_on(watched)
