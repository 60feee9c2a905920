"""People and visitors on the page: what is known of them, and what is done about it, over fake stages."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from svod_rcgn.records import FACE, Frame, Subject, Visit
from svod_rcgn.storage.images import read_picture, write_png
from svod_rcgn.web.access.roles import Role
from tests.faces.enrolment.sitters import WHOLE_SITTING
from tests.faces.enrolment.sitters import frame as sitter
from tests.fakes import BLACK, RED, picture
from tests.web.page.conftest import Opened, saved
from tests.web.site import Site, serving

pytestmark = pytest.mark.slow


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """One that knows Ada by a picture and a visit, and Bob by a picture."""
    with serving(tmp_path) as running:
        write_png(running.paths.input_dir / "Ada" / "a.png", picture(RED))
        write_png(running.paths.input_dir / "Bob" / "b.png", picture(BLACK))
        running.journal.begin(Visit("1", Subject(FACE, "Ada"), 100.0, 200.0, 0.5), "hall")
        yield running


def person(page: Any, name: str) -> Any:
    """The dialog of somebody, opened."""
    page.get_by_label("People", exact=True).get_by_role("button", name=name).click()
    return page.get_by_role("dialog", name=name)


def test_a_person_is_renamed_and_the_card_says_so(opened: Opened):
    page = opened(place="people").page
    dialog = person(page, "Ada")
    dialog.get_by_label("Name", exact=True).fill("Ada Lovelace")
    dialog.get_by_role("button", name="Rename").click()
    page.get_by_label("People", exact=True).get_by_text("Ada Lovelace").wait_for()


def test_two_who_are_one_are_merged(opened: Opened, site: Site):
    page = opened(place="people").page
    dialog = person(page, "Bob")
    dialog.get_by_label("The same person as").select_option(label="Ada")
    dialog.get_by_text("All that there is of Bob becomes Ada's").wait_for()
    dialog.get_by_role("button", name="Merge").click()
    page.get_by_role("heading", name="People 1", exact=True).wait_for()
    assert {path.name for path in (site.paths.input_dir / "Ada").iterdir()} == {"a.png", "b.png"}


def test_a_person_is_removed_only_after_a_second_word_and_the_proof_stays_to_be_read(
    opened: Opened, site: Site
):
    page = opened(place="people").page
    dialog = person(page, "Ada")
    dialog.get_by_role("button", name="Remove this person").click()
    assert (site.paths.input_dir / "Ada").is_dir()
    dialog.get_by_role("button", name="Remove Ada").click()
    proof = page.get_by_role("dialog", name="Ada is removed")
    proof.get_by_text("found nothing more").wait_for()
    assert not (site.paths.input_dir / "Ada").exists()
    proof.get_by_role("button", name="Close").last.click()
    page.get_by_role("heading", name="People 1").wait_for()


def test_details_of_a_person_are_kept_with_their_kinds(opened: Opened, site: Site):
    page = opened(place="people").page
    dialog = person(page, "Ada")
    for place, (name, text) in enumerate((("room", "12"), ("note", "left handed"))):
        dialog.get_by_role("button", name="Add a detail").click()
        dialog.get_by_label("Name of the field").nth(place).fill(name)
        dialog.get_by_label("Text of the field").nth(place).fill(text)
    dialog.get_by_role("button", name="Save details").click()
    dialog.get_by_role("button", name="Save details").wait_for(state="detached")
    ada = site.ask("GET", "/api/people").json()["people"][0]
    assert ada["fields"] == {"room": 12, "note": "left handed"}


def test_a_person_is_found_by_a_part_of_the_name_with_the_keyboard_alone(opened: Opened):
    page = opened(place="people").page
    page.get_by_label("People", exact=True).get_by_text("Bob").wait_for()
    page.keyboard.press("/")
    page.keyboard.type("ad")
    page.get_by_label("People", exact=True).get_by_text("Bob").wait_for(state="detached")
    page.keyboard.press("Control+a")
    page.keyboard.type("nobody")
    page.get_by_text("Nobody of that name").wait_for()


def test_a_visitor_is_forgotten_only_after_a_second_word(opened: Opened, site: Site):
    folder = site.paths.clarify_dir / "visitor-001"
    write_png(folder / "001.png", picture(RED))
    np.save(folder / ".embeddings.npy", np.zeros((1, 4), np.float32))
    page = opened(place="people").page
    page.get_by_role("button", name="Forget").click()
    page.get_by_role("button", name="Keep").click()
    assert folder.exists()
    page.get_by_role("button", name="Forget").click()
    page.get_by_role("group", name="Delete them?").get_by_role("button", name="Forget").click()
    page.get_by_label("Name of this visitor").wait_for(state="detached")
    assert not folder.exists()


def test_pictures_that_are_left_out_are_not_sent(opened: Opened, site: Site, tmp_path: Path):
    page = opened(place="people").page
    page.get_by_role("button", name="Add a person").click()
    dialog = page.get_by_role("dialog", name="Add a person")
    dialog.get_by_label("Name", exact=True).fill("Cyd")
    content = (site.paths.input_dir / "Ada" / "a.png").read_bytes()
    files = [saved(tmp_path, f"{name}.png", content) for name in ("one", "two", "three")]
    dialog.locator("input[type=file]").set_input_files(files)
    dialog.get_by_role("button", name="Leave out two.png").click()
    dialog.get_by_role("button", name="Learn from 2 pictures").click()
    page.get_by_text("Cyd is being learned from 2 pictures").wait_for()
    assert len(list((site.paths.input_dir / "Cyd").glob("*.png"))) == 2


def test_a_person_who_sits_before_a_camera_of_the_server_is_led_photographed_and_learned(
    opened: Opened, site: Site
):
    page = opened(place="people").page
    page.get_by_role("button", name="Add a person").click()
    dialog = page.get_by_role("dialog", name="Add a person")
    dialog.get_by_role("button", name="Sit before hall").click()
    dialog.get_by_text("Look ahead", exact=True).wait_for()
    sat = Frame(sitter(faces=2), 0, 0.0, "hall")
    site.feed.see(sat, ())
    site.tap.see(sat, ())
    dialog.get_by_label("Picture of hall").wait_for()
    dialog.get_by_text("2 faces", exact=True).wait_for()
    taken = dialog.get_by_label("Pictures to learn from").get_by_role("listitem")
    for number, turn in enumerate(WHOLE_SITTING):
        site.tap.see(Frame(sitter(turn, number), number, number + 1.0, "hall"), ())
        taken.nth(number).wait_for()
    dialog.get_by_label("Name", exact=True).fill("Cyd")
    dialog.get_by_role("button", name="Learn from 6 pictures").click()
    page.get_by_text("Cyd is being learned from 6 pictures").wait_for()
    first = min((site.paths.input_dir / "Cyd").glob("*.png"))
    assert np.array_equal(read_picture(first), sitter(WHOLE_SITTING[0], 0))


def test_without_a_training_the_report_says_that_there_is_none(opened: Opened):
    watched = opened(Role.VIEWER, "people")
    page = watched.page
    page.get_by_role("button", name="Report").click()
    page.get_by_role("dialog").get_by_text("No report yet", exact=True).wait_for()
    watched.forgive("404")
