"""What holds on every page: coming in, keys, how it looks to a screen reader, and what is missing is said."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from svod_rcgn.records import FACE, Subject, Visit
from svod_rcgn.storage.images import encode_jpeg, write_png
from svod_rcgn.web.access.roles import Role
from tests.fakes import RED, RED_PERSON, picture
from tests.web.page.browser import found_by_axe
from tests.web.page.conftest import Opened, saved
from tests.web.site import CAMERA, Site, serving

pytestmark = pytest.mark.slow
NOTICE = "nobody is known yet; name a visitor, or add somebody"
REDDISH = (40, 40, 255)  # whose likeness is 0.98
ADDRESS = "https://192.168.0.7:8050"
PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One that lacks something, knows Ada by a picture and a visit, and has a password."""
    with serving(tmp_path_factory.mktemp("site"), notices=(NOTICE,)) as running:
        write_png(running.paths.input_dir / "Ada" / "a.png", picture(RED))
        visit = Visit("1", Subject(FACE, "Ada"), time.time() - 60, time.time() - 30, 0.5)
        running.journal.begin(visit, CAMERA, picture=encode_jpeg(picture(RED)))
        running.access.passwords.set(Role.VIEWER, PASSWORD)
        yield running


def test_a_password_leads_in_with_its_role_and_a_wrong_one_is_told(opened: Opened):
    watched = opened(None)
    page = watched.page
    page.get_by_label("Password or link").fill("no")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("alert").wait_for()
    page.get_by_label("Password or link").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("navigation", name="Pages").wait_for()
    watched.go("about")
    page.get_by_text("You may look.").wait_for()
    watched.forgive("401")


def test_what_is_missing_is_said_with_the_way_out_and_can_be_closed(opened: Opened):
    page = opened(place="live").page
    page.get_by_text(NOTICE).wait_for()
    page.get_by_role("button", name="Close this notice").click()
    page.get_by_text(NOTICE).wait_for(state="detached")
    page.get_by_role("link", name="About and settings; 1 notice").click()
    page.get_by_text(NOTICE).wait_for()


def test_keys_lead_from_page_to_page_and_their_help_lists_them(opened: Opened):
    page = opened(place="live").page
    page.get_by_label("Source").wait_for()
    page.keyboard.press("2")
    page.get_by_role("heading", name="Events").wait_for()
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keyboard").get_by_text("Identify").wait_for()
    page.keyboard.press("3")  # not while a dialog lies above the page
    page.keyboard.press("Escape")
    page.get_by_role("dialog", name="Keyboard").wait_for(state="detached")
    assert page.url.endswith("#/events")


def test_keys_do_nothing_where_somebody_writes_or_has_turned_them_off(opened: Opened):
    page = opened(place="api").page
    page.get_by_label("Find an operation").press_sequentially("2")
    assert page.url.endswith("#/api")
    page.get_by_role("button", name="Keyboard").click()
    page.get_by_label("Single keys do something in this browser").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("2")
    page.reload()
    page.get_by_role("heading", name="HTTP interface").wait_for()
    page.keyboard.press("2")
    page.wait_for_timeout(200)
    assert page.url.endswith("#/api")


def test_the_first_tab_leads_past_the_bar_to_the_page(opened: Opened):
    page = opened(place="about").page
    page.get_by_role("heading", name="About and settings").wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.tagName") == "MAIN"


def test_whoever_is_signed_out_elsewhere_is_asked_to_sign_in_as_soon_as_something_is_asked(
    opened: Opened, site: Site
):
    watched = opened(place="events")
    page = watched.page
    page.get_by_role("heading", name="Events").wait_for()
    (cookie,) = page.context.cookies()
    site.access.entrance._sessions.end(cookie["value"])
    watched.go("people")
    page.get_by_role("heading", name="Sign in to svod").wait_for()
    watched.forgive("401")


def test_sliders_draw_anew_and_ask_nothing(opened: Opened, tmp_path: Path):
    page = opened(place="identify").page
    page.set_input_files(
        "input[type=file] >> nth=0", saved(tmp_path, "red.jpg", encode_jpeg(picture(REDDISH, 64, 48)))
    )
    page.locator(f".box[data-label='{RED_PERSON}']").wait_for()
    page.wait_for_load_state("networkidle")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_label("Names from a score of").fill("1")
    page.locator(".box.stranger").wait_for()
    page.get_by_label("Names from a score of").fill("0.1")
    page.locator(f".box[data-label='{RED_PERSON}']").wait_for()
    assert [url for url in asked if "/api/faces" in url] == []


def test_a_photograph_is_taken_with_the_camera_of_the_device_and_its_face_can_be_learned(opened: Opened):
    page = opened(place="identify").page
    page.get_by_role("button", name="Take a photograph").click()
    page.get_by_role("button", name="Take the picture").click()
    box = page.locator(f".box[data-label='{RED_PERSON}']")
    box.wait_for()
    box.click()
    page.get_by_role("button", name="Learn this face").click()
    dialog = page.get_by_role("dialog", name="Learn this face")
    dialog.get_by_role("button", name="Learn from 1 picture").wait_for()
    assert dialog.get_by_label("Name", exact=True).input_value() == RED_PERSON


def test_a_picture_is_pasted(opened: Opened):
    page = opened(place="identify").page
    page.get_by_role("heading", name="Identify").wait_for()
    page.evaluate(
        """async () => {
          const canvas = new OffscreenCanvas(64, 48), pen = canvas.getContext('2d')
          pen.fillStyle = 'red'
          pen.fillRect(0, 0, 64, 48)
          const data = new DataTransfer()
          data.items.add(new File([await canvas.convertToBlob()], 'pasted.png', { type: 'image/png' }))
          window.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data }))
        }"""
    )
    page.get_by_text("pasted.png").wait_for()
    page.locator(".box").first.wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_serious_stands_in_the_way_of_dialogs_nor_at_the_door(
    opened: Opened, site: Site, scheme: Any
):
    watched = opened(color_scheme=scheme, reduced_motion="reduce", bypass_csp=True)
    page = watched.page
    found: list[tuple[str, str, str]] = []

    def look(name: str) -> None:
        found.extend((name, *each) for each in found_by_axe(page, serious=True))

    def opened_by(place: str, button: Any, name: str) -> None:
        watched.go(place)
        button.click()
        page.get_by_role("dialog", name=name).wait_for()
        look(name)
        page.keyboard.press("Escape")

    opened_by("people", page.get_by_role("button", name="Ada"), "Ada")
    opened_by("people", page.get_by_role("button", name="Add a person"), "Add a person")
    visits = page.get_by_label("Visits, the newest first")
    opened_by("events", visits.get_by_role("button", name="Ada").first, "Ada")
    opened_by("live", page.get_by_role("button", name="Keyboard"), "Keyboard")
    watched.go("identify?draw")
    page.get_by_label("Paper to draw digits on").wait_for()
    look("draw")
    site.access.entrance._sessions.end(page.context.cookies()[0]["value"])
    page.reload()
    page.get_by_role("heading", name="Sign in to svod").wait_for()
    look("door")
    assert found == []


def test_a_phone_is_led_here_by_a_code_that_reads_as_the_address(opened: Opened):
    page = opened(place="about").page
    page.route("**/api/session", _reached_from_elsewhere)
    page.reload()
    code = page.get_by_role("img", name=f"Address of this page: {ADDRESS}")
    code.wait_for()
    image = cv2.imdecode(np.frombuffer(code.screenshot(), np.uint8), cv2.IMREAD_COLOR)
    assert cv2.QRCodeDetector().detectAndDecode(image)[0] == ADDRESS
    page.get_by_text("AB:CD").wait_for()


def _reached_from_elsewhere(route: Any) -> None:
    """The session as a server of a network tells it."""
    answer = route.fetch()
    route.fulfill(response=answer, json={**answer.json(), "addresses": [ADDRESS], "fingerprint": "AB:CD"})
