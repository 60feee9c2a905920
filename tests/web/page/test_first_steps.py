"""What somebody does first, with the real networks; and all of it without any network to the outside."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.patience import PATIENCE
from tests.web.page.browser import Watched, browsing, write_camera_film
from tests.web.page.real_site import CAMERA, ROOT, frames, started
from tests.web.page.strokes import SEVEN, draw

pytestmark = [pytest.mark.slow, pytest.mark.weights]
ALONE = "ip link set lo up && exec"
INSIDE = "SVOD_ALONE"  # set where the tests run with no interface but lo
NAME = "Грейс Hopper"


@pytest.fixture
def watched(tmp_path: Path, demo_dir: Path, digits_dir: Path, detection_dir: Path) -> Iterator[Watched]:
    """A page that came in by the link; the browser's camera plays the demo film over and over."""
    camera = write_camera_film(tmp_path / "camera.y4m", frames(demo_dir / "demo.mp4", every=6))
    folder = tmp_path / "site"
    folder.mkdir()
    with browsing(camera) as browser, started(folder, demo_dir, digits_dir.parent) as link:
        watched = Watched(browser, link.partition("/?")[0])
        watched.page.goto(link)
        yield watched
        watched.close()


def test_a_known_face_is_named_live_on_the_browsers_camera_and_on_a_picture_and_a_digit_is_read(
    watched: Watched, demo_dir: Path
):
    page = watched.page
    page.locator(".box.known").first.wait_for()
    page.get_by_label("Source").select_option("browser")
    page.locator(".name", has_text="This browser's camera").wait_for()
    page.locator(".box.known").first.wait_for()
    watched.go("identify")
    face = next(iter(sorted((demo_dir / "faces").rglob("*.jpg"))))
    page.set_input_files("input[type=file] >> nth=0", str(face))
    page.locator(f".box[data-label='{face.parent.name.replace('_', ' ')}']").wait_for()
    page.get_by_role("button", name="Draw a digit").click()
    draw(page, SEVEN)
    page.get_by_test_id("digit").get_by_text("7", exact=True).wait_for()
    page.keyboard.press("Control+z")
    page.get_by_test_id("digit").get_by_text("Draw a digit").wait_for()


def test_a_visitor_who_is_given_a_name_bears_it_on_the_live_picture(watched: Watched):
    page = watched.page
    watched.go("people")
    visitor = page.get_by_label("Name of this visitor").first
    while not visitor.count():  # kept once the film has shown the face for long enough
        page.wait_for_timeout(500)
        page.reload()
        page.get_by_role("heading", name="People").wait_for()
        page.wait_for_load_state("networkidle")
    visitor.fill(NAME)
    visitor.press("Enter")
    page.get_by_label("People", exact=True).get_by_text(NAME).wait_for()
    page.get_by_text(re.compile(r"persons of \d+ pictures learned")).wait_for()
    watched.go("live")
    page.get_by_label("Source").select_option("browser")
    page.locator(f".box[data-label='{NAME}']").first.wait_for()


def test_a_wrong_name_of_a_visit_or_a_picture_is_corrected_shown_and_taken_back(
    watched: Watched, demo_dir: Path
):
    page = watched.page
    watched.go("events")
    visit = page.get_by_label("Visits, the newest first").get_by_role("button").first
    visit.wait_for()
    visit.click()
    page.get_by_role("dialog").get_by_text(CAMERA).wait_for()
    page.get_by_role("button", name="This is not").click()
    page.get_by_role("dialog").get_by_text("Corrected: this is not").wait_for()
    page.keyboard.press("Escape")
    page.get_by_label("Visits, the newest first").get_by_text("corrected").wait_for()
    watched.go("people")
    page.get_by_role("button", name="Take back").click()
    page.get_by_role("button", name="Take back").wait_for(state="detached")
    watched.go("identify")
    picture = next(iter(sorted((demo_dir / "faces").rglob("*.jpg"))))
    page.set_input_files("input[type=file] >> nth=0", str(picture))
    page.locator(".box.known").click()
    page.get_by_role("button", name="This is not").click()
    page.locator(".box.stranger").wait_for()
    page.get_by_role("button", name="Undo").last.click()
    page.locator(".box.known").wait_for()


@pytest.mark.skipif(INSIDE in os.environ, reason="runs inside of itself")
def test_all_of_it_works_with_no_network_interface_but_lo(
    demo_dir: Path, digits_dir: Path, detection_dir: Path
):
    alone = ["unshare", "--net", "sh", "-c"]
    if (
        not shutil.which("unshare")
        or subprocess.run([*alone, "ip link set lo up"], check=False, capture_output=True).returncode
    ):
        pytest.skip("a network namespace of one's own is not permitted here")
    line = f"{ALONE} {sys.executable} -m pytest -q -p no:cacheprovider {Path(__file__)}"
    done = subprocess.run(
        [*alone, line],
        check=False,
        cwd=ROOT,
        env={**os.environ, INSIDE: "1"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stdout
