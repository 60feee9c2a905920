"""Digits that are drawn, and a film that goes on after a restart, with the real networks."""

import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.page.browser import Watched, browsing, write_camera_film
from tests.web.page.real_site import frames, started
from tests.web.page.strokes import ONE, SCRIBBLE, SEVEN, draw

pytestmark = [pytest.mark.slow, pytest.mark.weights]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "site"
    made.mkdir()
    return made


@pytest.fixture
def watched(folder: Path, tmp_path: Path, demo_dir: Path, digits_dir: Path) -> Iterator[Watched]:
    camera = write_camera_film(tmp_path / "camera.y4m", frames(demo_dir / "demo.mp4", most=15))
    with browsing(camera) as browser, started(folder, demo_dir, digits_dir.parent) as link:
        watched = Watched(browser, link.partition("/?")[0])
        watched.page.goto(link)
        watched.page.get_by_role("navigation", name="Pages").wait_for()
        yield watched
        watched.close()


def test_digits_are_read_side_by_side_undone_cleared_and_corrected(watched: Watched, folder: Path):
    page = watched.page
    watched.go("identify?draw")
    answer = page.get_by_test_id("digit")
    answer.get_by_text("Draw a digit").wait_for()
    draw(page, ONE)
    answer.get_by_text("1", exact=True).wait_for()
    draw(page, SEVEN)
    answer.get_by_text("17", exact=True).wait_for()
    page.get_by_role("button", name="Undo stroke").click()
    answer.get_by_text("1", exact=True).wait_for()
    page.get_by_label("Not right? It is").fill("7")
    page.get_by_role("button", name="Keep").click()
    page.get_by_text("1 digit is new in the dataset digits").wait_for()
    page.get_by_role("button", name="Clear").click()
    answer.get_by_text("Draw a digit").wait_for()
    draw(page, SCRIBBLE)
    answer.get_by_text("No digit").wait_for()


def test_visits_to_the_camera_of_the_browser_are_kept_where_somebody_chooses_it(watched: Watched):
    page = watched.page
    page.get_by_label("Source").select_option("browser")
    page.locator(".view .box.known").first.wait_for()
    page.get_by_label("Keep visits").check()
    page.locator(".view .box.known").first.wait_for()
    page.get_by_label("Latest visits").get_by_text(re.compile("^browser ·")).wait_for()


def test_a_film_goes_on_by_itself_where_a_restart_broke_it_off(
    folder: Path, tmp_path: Path, demo_dir: Path, digits_dir: Path
):
    port = free_port()
    camera = write_camera_film(tmp_path / "camera.y4m", frames(demo_dir / "demo.mp4", most=15))
    with browsing(camera) as browser:
        with started(folder, demo_dir, digits_dir.parent, port) as link:
            watched = Watched(browser, link.partition("/?")[0])
            page = watched.page
            page.goto(link)
            watched.go("films")
            page.set_input_files("input[type=file]", str(demo_dir / "demo.mp4"))
            page.locator("[data-state=running]").wait_for()
        page.get_by_text("The connection to the server is lost").wait_for()
        with started(folder, demo_dir, digits_dir.parent, port):
            page.locator("[data-state=done]").wait_for()
            page.get_by_text("The connection to the server is lost").wait_for(state="detached")
            page.get_by_role("button", name="Who and when").click()
            with page.expect_download() as download:
                page.get_by_role("button", name="JSON lines").click()
            lines = Path(download.value.path()).read_text(encoding="utf-8").splitlines()
            assert [json.loads(line)["frame"] for line in lines] == list(range(len(lines)))
            page.get_by_text(f"{len(lines)} frames", exact=True).wait_for()
            page.get_by_label("Films", exact=True).get_by_role("button", name=", watch").first.click()
            page.get_by_alt_text("The film with all drawn on it").wait_for()
            page.wait_for_function("() => document.querySelector('dialog img').naturalWidth > 0")
            page.keyboard.press("Escape")
            with page.expect_download() as film:
                page.get_by_role("link", name="Film", exact=True).click()
            assert Path(film.value.path()).stat().st_size > 10_000
            watched.forgive("ERR_CONNECTION_REFUSED")
            watched.close()
