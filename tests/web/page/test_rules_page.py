"""Rules drawn and written in a real browser: the form, the drawings and the text say the same."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.drawn_panels import Phase
from svod_rcgn.rules.rule_file import read_rules
from svod_rcgn.rules.vocabulary import RulesText
from svod_rcgn.web.access.roles import Role
from tests.web.page.browser import DESKTOP, PHONE, Watched, found_by_axe
from tests.web.page.conftest import Opened
from tests.web.page.panel_film import ALARM, light, panel_pictures, shown
from tests.web.site import Site

pytestmark = pytest.mark.slow
RATE = 10.0
TEXT = """# What matters in the hall.
quota = 30

[zones]
bay = [[0.55, 0.45], [0.95, 0.45], [0.95, 0.95], [0.55, 0.95]] # behind the gate

[lights.ready]
box = [0.2, 0.3, 0.4, 0.7]

[[rules]]
name = "in the bay"
look = { kind = "object", label = "person" }
when = { is = "in", zone = "bay", for = 3 }
"""


@pytest.fixture(scope="module", autouse=True)
def camera(site: Site) -> Iterator[None]:
    """One that shows a panel whose lights are steady."""
    pictures = panel_pictures(
        light("green", Phase(0, 0, 1.0)), light("red", Phase(0, 0, 1.0)), seconds=1, rate=RATE
    )
    with shown(site, list(pictures), RATE):
        yield


@pytest.fixture
def file(site: Site) -> Path:
    path = site.paths.history_dir / "rules.toml"
    path.write_text(TEXT)
    return path


@pytest.fixture
def watched(opened: Opened, file: Path) -> Watched:
    return begun(opened())


def begun(watched: Watched) -> Watched:
    """At the page, with a picture to draw on."""
    watched.go("rules")
    watched.page.locator("[data-testid=hint][data-picture]").wait_for()
    return watched


class Paper:
    """The picture, by shares of its sides."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.picture = page.locator("svg[data-tool]")

    def take(self, tool: str) -> None:
        self.page.get_by_role("toolbar", name="Tools").get_by_role("button", name=tool).click()
        self.picture.scroll_into_view_if_needed()

    def at(self, x: float, y: float) -> tuple[float, float]:
        where = self.picture.bounding_box()
        return where["x"] + x * where["width"], where["y"] + y * where["height"]

    def click(self, *points: tuple[float, float]) -> None:
        for point in points:
            self.page.mouse.click(*self.at(*point))

    def pull(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        self.page.mouse.move(*self.at(*start))
        self.page.mouse.down()
        self.page.mouse.move(*self.at(*end), steps=5)
        self.page.mouse.up()


def text_of(page: Any) -> str:
    return page.get_by_label("Rules as text").input_value()


def wait_for_text(page: Any, words: str) -> None:
    page.wait_for_function(
        "words => document.querySelector('textarea[aria-label=\"Rules as text\"]').value.includes(words)",
        arg=words,
    )


def save(page: Any) -> None:
    page.get_by_role("button", name="Save", exact=True).click()
    page.locator("[data-testid=state]", has_text=re.compile("^Saved$")).wait_for()


def saved(file: Path) -> RulesText:
    return read_rules(file)


def test_a_zone_is_drawn_by_its_corners_bent_and_saved_and_what_was_not_changed_stays(
    watched: Watched, file: Path
):
    page, paper = watched.page, Paper(watched.page)
    paper.take("Zone")
    paper.click((0.1, 0.1), (0.4, 0.1), (0.4, 0.25), (0.1, 0.25), (0.1, 0.1))
    page.get_by_label("Zone", exact=True).fill("shelf")
    page.keyboard.press("Enter")
    paper.pull((0.25, 0.1), (0.25, 0.02))
    paper.pull((0.4, 0.25), (0.45, 0.25))
    wait_for_text(page, "shelf")
    save(page)
    zone = saved(file).zones["shelf"]
    wished = [(0.1, 0.1), (0.25, 0.02), (0.4, 0.1), (0.45, 0.25), (0.1, 0.25)]
    assert list(zone) == [pytest.approx(point, abs=0.01) for point in wished]
    assert "# behind the gate" in file.read_text()
    assert file.read_text().startswith("# What matters in the hall.\nquota = 30\n")


def test_a_line_is_pulled_and_turned_round_and_a_rule_made_of_it(watched: Watched, file: Path):
    page, paper = watched.page, Paper(watched.page)
    paper.take("Line")
    paper.pull((0.5, 0.9), (0.5, 0.1))
    page.get_by_role("button", name=re.compile("Turn round")).click()
    page.get_by_role("button", name="New rule").click()
    page.get_by_test_id("says").get_by_text("When a person crosses line.").wait_for()
    page.get_by_label("Which way").select_option("right")
    page.get_by_label("Name of the rule").fill("out by the door")
    wait_for_text(page, "out by the door")
    save(page)
    rules = saved(file)
    assert [y for _, y in rules.lines["line"]] == pytest.approx([0.1, 0.9], abs=0.02)
    assert [rule.name for rule in rules.rules] == ["in the bay", "out by the door"]
    assert rules.rules[1].when.to == "right"


def test_a_light_is_placed_by_a_click_and_its_colour_named_by_another(watched: Watched, file: Path):
    page, paper = watched.page, Paper(watched.page)
    paper.take("Light")
    paper.click(ALARM)
    name = page.get_by_label("Light", exact=True)
    name.fill("alarm")
    page.keyboard.press("Enter")
    paper.take("Colour")
    paper.click(ALARM)
    page.get_by_label("Colour", exact=True).first.fill("our red")
    page.keyboard.press("Enter")
    wait_for_text(page, "our red")
    save(page)
    rules = saved(file)
    left, top, right, bottom = rules.lights["alarm"].box
    assert ((left + right) / 2, (top + bottom) / 2) == pytest.approx(ALARM, abs=0.02)
    assert 0.05 < right - left < 0.3
    red, green, blue = (int(rules.colours["our red"][place : place + 2], 16) for place in (1, 3, 5))
    assert red > 2 * max(green, blue)


def test_where_nothing_is_lit_a_light_is_a_small_place_that_grows_by_keys(watched: Watched, file: Path):
    page, paper = watched.page, Paper(watched.page)
    watched.forgive("422")
    paper.take("Light")
    paper.click((0.5, 0.1))
    page.get_by_role("region", name="Light light").wait_for()
    page.keyboard.press("Shift+Control+ArrowRight")
    page.keyboard.press("ArrowUp")
    wait_for_text(page, "[lights.light]")
    save(page)
    left, top, right, bottom = saved(file).lights["light"].box
    assert (left + right) / 2 == pytest.approx(0.51, abs=0.005)
    assert (top + bottom) / 2 == pytest.approx(0.098, abs=0.005)


def test_all_of_it_goes_by_the_keyboard(watched: Watched, file: Path):
    page = watched.page
    for key in ("z", "Enter", "]", "ArrowLeft", "i"):
        page.keyboard.press(key)
    for key in ("l", "Enter", "r", "Control+ArrowRight", "Escape", ".", "Delete"):
        page.keyboard.press(key)
    page.keyboard.press("Control+z")
    wait_for_text(page, "line = ")
    page.keyboard.press("Control+s")
    page.locator("[data-testid=state]", has_text=re.compile("^Saved$")).wait_for()
    rules = saved(file)
    assert len(rules.zones["zone"]) == 5
    assert rules.zones["zone"][0] == (0.348, 0.35)
    assert rules.lines["line"] == ((0.52, 0.65), (0.52, 0.35))
    assert "bay" in rules.zones


def test_the_form_follows_the_text_and_a_mistake_is_told_at_its_line_while_the_form_stays(watched: Watched):
    page = watched.page
    text = page.get_by_label("Rules as text")
    text.fill(TEXT.replace("for = 3 }", "for = "))
    page.get_by_role("button", name="Line 13").wait_for()
    assert page.get_by_test_id("says").inner_text() == "When a person is in bay for 3 s."
    assert page.get_by_role("button", name="Save", exact=True).is_disabled()
    page.get_by_role("button", name="Line 13").click()
    assert page.evaluate("() => document.activeElement.tagName") == "TEXTAREA"
    text.fill(TEXT.replace("for = 3 }", "for = 7 }"))
    page.get_by_test_id("says").get_by_text("for 7 s").wait_for()
    assert page.get_by_label("For at least").input_value() == "7"
    assert page.get_by_role("button", name="Line 13").count() == 0


def test_a_rule_about_a_light_is_made_by_the_form_alone(watched: Watched, file: Path):
    page = watched.page
    page.get_by_role("button", name="New rule").click()
    rule = page.get_by_role("region", name="Rule", exact=True)
    rule.get_by_label("Name of the rule").fill("ready blinks green")
    rule.get_by_label("At least").fill("1.5")
    rule.get_by_label("At most").fill("2.5")
    rule.get_by_role("button", name="And something else").click()
    rule.get_by_label("What has to be so").nth(2).select_option("colour")
    rule.get_by_role("button", name="Alarm").click()
    says = "When the light ready blinks 1.5 to 2.5 times a second and is green."
    page.get_by_test_id("says").get_by_text(says).wait_for()
    wait_for_text(page, 'severity = "alarm"')
    save(page)
    made = saved(file).rules[1]
    assert (made.name, made.severity, made.look.label) == ("ready blinks green", "alarm", "ready")
    blinks, colour = made.when.of
    assert (blinks.slowest, blinks.fastest, colour.colour) == (1.5, 2.5, "green")


def test_what_the_form_lacks_is_told_in_plain_words(watched: Watched):
    page = watched.page
    page.get_by_label("What to watch").select_option("person")
    page.get_by_role("alert").get_by_text("in the bay: say whom to look for.").wait_for()
    page.get_by_role("combobox", name="Who", exact=True).fill("Ada")
    wait_for_text(page, 'person = "Ada"')
    page.get_by_role("alert").wait_for(state="detached")


def test_another_name_goes_into_the_rules_and_steps_go_back_on_both_sides(watched: Watched):
    page = watched.page
    page.get_by_role("group", name="What is drawn").get_by_role("button", name="Zone bay").click()
    page.get_by_label("Zone", exact=True).fill("dock")
    page.keyboard.press("Enter")
    wait_for_text(page, 'zone = "dock"')
    page.get_by_test_id("says").get_by_text("in dock").wait_for()
    page.get_by_role("button", name="Undo").click()
    page.get_by_test_id("says").get_by_text("in bay").wait_for()
    assert text_of(page) == TEXT
    page.get_by_role("button", name="Do it again").click()
    page.get_by_test_id("says").get_by_text("in dock").wait_for()


def test_what_somebody_else_saved_meanwhile_is_shown_and_either_can_be_taken(
    watched: Watched, opened: Opened, file: Path
):
    page = watched.page
    other = begun(opened()).page
    other.get_by_label("Name of the rule").fill("theirs")
    wait_for_text(other, "theirs")
    save(other)
    page.get_by_label("Name of the rule").fill("mine")
    wait_for_text(page, "mine")
    watched.forgive("409")
    page.get_by_role("button", name="Save", exact=True).click()
    dialog = page.get_by_role("dialog", name="Somebody else has saved these rules meanwhile")
    dialog.get_by_text("theirs", exact=True).wait_for()
    dialog.get_by_role("button", name="Take theirs").click()
    page.get_by_test_id("says").wait_for()
    assert page.get_by_label("Name of the rule").input_value() == "theirs"
    page.get_by_role("button", name="Undo").click()
    assert page.get_by_label("Name of the rule").input_value() == "mine"
    save(page)
    assert saved(file).rules[0].name == "mine"


def test_a_viewer_looks_and_an_editor_tries_but_only_an_admin_saves(opened: Opened, file: Path):
    page = begun(opened(Role.VIEWER)).page
    page.get_by_test_id("says").wait_for()
    assert page.get_by_role("button", name="Save", exact=True).count() == 0
    assert page.get_by_role("button", name="New rule").count() == 0
    assert page.get_by_label("Name of the rule").is_disabled()
    assert page.get_by_label("Rules as text").get_attribute("readonly") is not None
    page = begun(opened(Role.EDITOR)).page
    page.get_by_label("Name of the rule").fill("tried")
    wait_for_text(page, "tried")
    page.get_by_text("Only an admin may save them").wait_for()
    assert page.get_by_role("button", name="Save", exact=True).is_disabled()
    assert file.read_text() == TEXT


def test_on_a_phone_the_rule_that_was_made_is_seen_whole_in_the_row_of_rules(opened: Opened, file: Path):
    page = begun(opened(viewport=PHONE)).page
    page.get_by_role("button", name="New rule").first.click()
    made = page.locator("[data-rule][aria-pressed=true]")
    made.wait_for()
    page.wait_for_function(
        "made => { const at = made.getBoundingClientRect(); return at.left >= 0 && at.right <= innerWidth }",
        arg=made.element_handle(),
    )


def test_what_is_not_saved_is_there_after_a_look_at_another_page(watched: Watched):
    page = watched.page
    page.get_by_label("Name of the rule").fill("kept in mind")
    wait_for_text(page, "kept in mind")
    watched.go("events")
    page.get_by_role("heading", name="Events").wait_for()
    begun(watched)
    assert page.get_by_label("Name of the rule").input_value() == "kept in mind"
    page.get_by_role("button", name="Discard").click()
    page.locator("[data-testid=state]", has_text=re.compile("^Saved$")).wait_for()
    assert page.get_by_label("Name of the rule").input_value() == "in the bay"


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_serious_stands_in_the_way_of_whoever_makes_rules(
    opened: Opened, file: Path, scheme: str, size: dict[str, int]
):
    watched = opened(viewport=size, color_scheme=scheme, reduced_motion="reduce", bypass_csp=True)
    page = watched.page
    page = begun(watched).page
    drawn = page.get_by_role("group", name="What is drawn")
    found = []
    for name in ("Zone bay", "Light ready"):
        drawn.get_by_role("button", name=name).click()
        page.get_by_role("region", name=name).wait_for()
        assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
        found += [(name, *each) for each in found_by_axe(page, serious=True)]
    assert found == []
