"""The collection of a recogniser in a real browser: found, chosen, tagged, mended, and undone."""

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from svod_rcgn.datasets.collection import create_dataset
from svod_rcgn.storage.images import encode_jpeg
from svod_rcgn.web.access.roles import Role
from tests.classification.training.makers import picture, write_backbone
from tests.fakes import RED
from tests.fakes import picture as coloured
from tests.patience import wait_for
from tests.web.page.browser import PHONE, found_by_axe
from tests.web.page.conftest import Opened
from tests.web.site import Site, serving

pytestmark = pytest.mark.slow
NAME = "colours"
MANY = 100_000
REDS, BLUES = 10, 11
ALL = REDS + BLUES


@pytest.fixture(scope="module")
def thin_backbone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_backbone(tmp_path_factory.mktemp("thin"))


@pytest.fixture
def site(tmp_path: Path, thin_backbone: Path) -> Iterator[Site]:
    """Ten red and ten blue pictures of four shootings, and a red one more that is tagged blue."""
    shutil.copytree(thin_backbone, tmp_path / "networks" / "imagenet")
    with closing(create_dataset(tmp_path / "datasets", NAME, "Ada")) as dataset:
        dataset.add([picture("red", 0, "blue", shooting="red morning")], "Ada")
        for hours, first in (("morning", 1), ("evening", 6)):
            for colour in ("red", "blue"):
                numbers = range(first, first + 5)
                dataset.add([picture(colour, each, shooting=f"{colour} {hours}") for each in numbers], "Ada")
    with serving(tmp_path, backbones=tmp_path / "networks") as running:
        yield running


def asked(site: Site, **query: Any) -> list[str]:
    answer = site.ask("GET", f"/api/collection/{NAME}", params=query)
    hashes: list[str] = answer.json()["pictures"]
    return hashes


def learned(site: Site) -> None:
    """Wait until what was learned last knows all that was said."""
    wait_for(lambda: site.has_learned(NAME))


def listed(page: Any, count: int) -> None:
    page.locator(f"[role=listbox][data-count='{count}']").wait_for()


def cells(page: Any) -> Any:
    return page.locator("[role=option]")


def chosen(page: Any, count: int) -> None:
    """Wait until so many are chosen; it is said so where something can be done with them."""
    page.get_by_test_id("chosen").get_by_text(re.compile(rf"^{count} pictures? chosen$")).wait_for()


def middle(cell: Any) -> tuple[float, float]:
    box = cell.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def small(page: Any) -> None:
    """As small pictures as there are, so that all are in sight."""
    page.get_by_label("Size of the pictures").fill("84")


def test_pictures_are_filtered_and_a_link_leads_to_the_same(opened: Opened, site: Site):
    page = opened(Role.VIEWER, "collection").page
    listed(page, ALL)
    page.get_by_role("combobox", name="Class").select_option("red")
    listed(page, REDS)
    page.get_by_role("combobox", name="Shooting").select_option("red evening")
    listed(page, 5)
    page.get_by_text(f"5 of {ALL} pictures").wait_for()
    page.reload()
    listed(page, 5)
    page.get_by_role("button", name="Untagged 0").click()
    page.get_by_text("No picture passes the filter").wait_for()
    page.get_by_role("button", name="Show all").click()
    listed(page, ALL)
    assert page.get_by_label("Chosen pictures").count() == 0  # who only looks has nothing to choose for


def test_it_is_reached_from_teach_for_the_same_recogniser(opened: Opened, site: Site):
    made = site.ask("POST", "/api/teach", json={"name": "another"})
    assert made.status_code == 200
    page = opened(Role.EDITOR, "teach").page
    page.get_by_label("Recogniser", exact=True).select_option(NAME)
    page.get_by_role("link", name="Its collection").click()
    listed(page, ALL)
    assert page.get_by_label("Collection of").input_value() == NAME
    page.get_by_label("Collection of").select_option("another")
    page.get_by_text("It was shown nothing yet").wait_for()


def test_what_is_chosen_by_mouse_is_tagged_by_one_act_and_ctrl_z_undoes_it(opened: Opened, site: Site):
    page = opened(Role.EDITOR, "collection?label=red").page
    listed(page, REDS)
    cells(page).nth(1).click()
    cells(page).nth(3).click(modifiers=["Shift"])
    cells(page).nth(5).click(modifiers=["Control"])
    cells(page).nth(2).click(modifiers=["Control"])
    chosen(page, 3)
    page.get_by_label("Class of the chosen pictures").fill("warm 暖")
    page.keyboard.press("Enter")
    page.get_by_text('"warm 暖" is said of 3 pictures.').wait_for()
    expected = [asked(site, label="red")[place] for place in (1, 3, 5)]
    assert asked(site, label="warm 暖") == expected
    cells(page).nth(3).get_by_text("red, warm 暖").wait_for()
    chosen(page, 3)  # still, for what comes next
    page.get_by_role("heading", name="Collection", exact=True).click()
    page.keyboard.press("Control+z")
    wait_for(lambda: asked(site, label="warm 暖") == [])
    cells(page).nth(3).get_by_text("red", exact=True).wait_for()


def test_everything_can_be_done_by_keys(opened: Opened, site: Site):
    page = opened(Role.EDITOR, "collection?order=oldest").page
    listed(page, ALL)
    small(page)
    hashes = asked(site, order="oldest")
    page.locator("[role=listbox]").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    chosen(page, 2)
    page.keyboard.press("Control+End")  # goes there, and chooses nothing
    chosen(page, 2)
    page.keyboard.press(" ")
    chosen(page, 3)
    page.keyboard.press("t")
    page.keyboard.type("seen")

    def tagged() -> bool:
        page.keyboard.press("Enter")  # which the browser's list of suggestions may take as it closes
        page.wait_for_timeout(500)
        return asked(site, label="seen", order="oldest") == [hashes[1], hashes[2], hashes[-1]]

    wait_for(tagged)
    page.locator("[role=listbox]").focus()
    page.keyboard.press("Delete")
    listed(page, ALL - 3)
    page.get_by_role("button", name="Undo", exact=True).last.click()  # of the message
    listed(page, ALL)
    page.locator("[role=listbox]").focus()
    page.keyboard.press("Control+a")
    chosen(page, ALL)
    page.keyboard.press("Escape")
    page.get_by_text("Choose pictures by a click").wait_for()


def test_a_number_tags_with_the_class_on_its_key_only_while_something_is_chosen(opened: Opened, site: Site):
    page = opened(Role.EDITOR, "collection?label=red").page
    listed(page, REDS)
    cells(page).nth(0).click()
    page.get_by_role("group", name="They show").get_by_role("button", name="blue").wait_for()
    label = page.get_by_role("group", name="They show").get_by_role("button").first.inner_text().split()[-1]
    before = len(asked(site, label=label))
    page.keyboard.press("1")
    page.get_by_text(f'"{label}" is said of 1 picture.').wait_for()
    assert len(asked(site, label=label)) == before + (label == "blue")
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    page.get_by_role("heading", name="Live").wait_for()


def test_pictures_are_pulled_round_and_the_list_goes_along(opened: Opened, site: Site):
    page = opened(Role.EDITOR, "collection", viewport={"width": 900, "height": 760}).page
    listed(page, ALL)
    page.get_by_label("Size of the pictures").fill("200")
    first = cells(page).first
    x, y = middle(first)
    region = page.locator("[role=listbox]")
    across = region.bounding_box()
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(across["x"] + across["width"] - 30, y + 20, steps=4)
    in_a_row = int(re.findall(r"\d+", page.get_by_test_id("chosen").inner_text())[0])
    assert 1 < in_a_row < ALL
    page.mouse.move(across["x"] + across["width"] - 30, across["y"] + across["height"] - 5, steps=4)
    page.wait_for_function(
        "() => { const all = document.querySelector('[role=listbox]'); "
        "return all.scrollTop > 0 && all.scrollTop + all.clientHeight >= all.scrollHeight - 2 }"
    )
    page.mouse.up()
    chosen(page, ALL)
    page.keyboard.press("Escape")
    page.get_by_text("Choose pictures by a click").wait_for()


def test_classes_are_renamed_and_merged_and_one_takes_the_place_of_another(opened: Opened, site: Site):
    page = opened(Role.EDITOR, "collection?label=red").page
    listed(page, REDS)
    cells(page).nth(0).click()
    page.get_by_label("Class of the chosen pictures").fill("scarlet")
    page.get_by_role("button", name="Instead of").click()
    listed(page, REDS - 1)
    assert len(asked(site, label="scarlet")) == 1
    page.get_by_role("button", name="Rename or merge blue").click()
    page.get_by_label("New name of blue").fill("sea")
    page.get_by_role("button", name="Rename", exact=True).click()
    wait_for(lambda: len(asked(site, label="sea")) == BLUES)
    page.get_by_role("button", name="Rename or merge scarlet").click()
    page.get_by_label("Class that scarlet is merged into").select_option("red")
    page.get_by_role("button", name="Merge", exact=True).click()
    listed(page, REDS)
    page.get_by_label("Acts").get_by_text("merge").wait_for()


def test_a_cell_of_the_matrix_opens_its_pictures(opened: Opened, site: Site):
    learned(site)
    page = opened(Role.VIEWER, "collection").page
    listed(page, ALL)
    page.get_by_label("Mistakes").get_by_role("button", name=re.compile("blue taken for red")).click()
    found = asked(site, shows="blue", told="red")
    listed(page, len(found))
    names = {each["name"] for each in details(site, found)}
    assert "red-0.png" in names
    page.get_by_role("button", name="blue taken for red; show all again").click()
    listed(page, ALL)


def details(site: Site, hashes: list[str]) -> list[dict[str, Any]]:
    told = site.ask("POST", f"/api/collection/{NAME}/details", json={"pictures": hashes})
    pictures: list[dict[str, Any]] = told.json()["pictures"]
    return pictures


def test_what_others_did_to_the_same_pictures_is_said_and_nothing_is_overridden(opened: Opened, site: Site):
    watched = opened(Role.EDITOR, "collection?label=red")
    page = watched.page
    listed(page, REDS)
    target = asked(site, label="red")[0]
    path = f"/api/collection/{NAME}"

    def meanwhile(route: Any) -> None:
        state = site.ask("GET", path).json()["state"]
        body = {"pictures": [target], "labels": ["odd"], "said": True, "state": state}
        assert site.ask("POST", f"{path}/tag", json=body).status_code == 200
        route.fallback()

    page.route("**/delete", meanwhile)
    cells(page).nth(0).click()
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("status").get_by_text("odd").wait_for()
    page.unroute("**/delete")
    assert target in asked(site)
    cells(page).nth(0).get_by_text("odd, red").wait_for()
    chosen(page, 1)
    page.get_by_role("button", name="Delete").click()  # now that it is known
    listed(page, REDS - 1)
    assert target not in asked(site)
    watched.forgive("409")


def test_two_browsers_see_each_others_changes(opened: Opened, site: Site):
    one, other = opened(Role.EDITOR, "collection").page, opened(Role.VIEWER, "collection").page
    listed(other, ALL)
    cells(one).nth(0).click()
    one.get_by_role("button", name="Delete").click()
    listed(other, ALL - 1)
    one.get_by_role("button", name="Undo", exact=True).last.click()
    listed(other, ALL)


def test_a_picture_is_looked_at_large_and_left_for_the_next(opened: Opened, site: Site):
    page = opened(Role.EDITOR, "collection?order=oldest").page
    listed(page, ALL)
    cells(page).nth(1).dblclick()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text(f"2 of {ALL}").wait_for()
    page.keyboard.press("ArrowLeft")
    page.get_by_role("dialog", name="red-0.png").get_by_text("red morning").wait_for()
    page.keyboard.press("Escape")
    page.locator("dialog").wait_for(state="detached")
    page.keyboard.press("Enter")  # the keyboard is where the dialog was
    page.get_by_role("dialog", name="red-0.png").wait_for()


def test_fingers_choose_by_a_long_press_and_then_by_taps(opened: Opened, site: Site):
    page = opened(Role.EDITOR, "collection", viewport=PHONE, has_touch=True, is_mobile=True).page
    listed(page, ALL)
    x, y = middle(cells(page).nth(0))
    touch = page.context.new_cdp_session(page)
    points = [{"x": x, "y": y}]
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": points})
    chosen(page, 1)
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    cells(page).nth(1).tap()
    chosen(page, 2)
    cells(page).nth(0).tap()
    cells(page).nth(1).tap()
    page.get_by_role("region", name="Chosen pictures").wait_for(state="hidden")
    cells(page).nth(1).tap()
    page.get_by_role("dialog").get_by_text(f"2 of {ALL}").wait_for()


def test_of_a_hundred_thousand_pictures_only_those_in_sight_are_in_the_page_and_asked_for(opened: Opened):
    watched = opened(Role.EDITOR, "about")
    page = watched.page
    hashes = [f"{number:064x}" for number in range(MANY)]
    told: set[str] = set()

    def view(route: Any) -> None:
        route.fulfill(json={"state": 1, "total": MANY, "pictures": hashes})

    def detailed(route: Any) -> None:
        wanted = json.loads(route.request.post_data)["pictures"]
        told.update(wanted)
        route.fulfill(json={"state": 1, "pictures": [_detail(each) for each in wanted]})

    jpeg = encode_jpeg(coloured(RED, 32, 24))
    page.route(re.compile(rf"/api/collection/{NAME}(\?|$)"), view)
    page.route("**/details", detailed)
    page.route("**/thumbnails/**", lambda route: route.fulfill(body=jpeg, content_type="image/jpeg"))
    watched.go("collection")
    listed(page, MANY)
    most = 200
    for place in (0.3, 0.9, 0.5):
        page.evaluate(
            "share => { const all = document.querySelector('[role=listbox]'); "
            "all.scrollTop = share * all.scrollHeight }",
            place,
        )
        page.wait_for_function(
            "place => { const first = document.querySelector('[role=option] img')"
            "?.closest('[role=option]').ariaPosInSet; return Math.abs(first - place) < 300 }",
            arg=place * MANY,
        )
        assert 0 < cells(page).count() < most
    page.locator("[role=listbox]").focus()
    page.keyboard.press("Control+a")
    page.get_by_test_id("chosen").get_by_text("100,000 pictures chosen").wait_for()
    page.keyboard.press("End")
    page.get_by_role("option", name="Picture 100000").or_(cells(page).last).wait_for()
    wait_for(lambda: _seen_to_end(page, told, hashes))
    assert len(told) < 8 * most


def _seen_to_end(page: Any, told: set[str], hashes: list[str]) -> bool:
    page.wait_for_timeout(20)  # lets the browser's questions in
    return hashes[-1] in told


def _detail(digest: str) -> dict[str, Any]:
    return {
        "hash": digest, "name": "drawn.png", "time": 1.7e9, "width": 32, "height": 24, "yes": ["red"],
        "no": [], "shooting": "", "told": None, "probability": None, "suspicion": None,
    }  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [{"width": 1440, "height": 900}, PHONE], ids=["desktop", "phone"])
def test_the_page_can_be_used_by_everybody_and_fits(
    opened: Opened, site: Site, size: dict[str, int], scheme: str
):
    learned(site)
    page = opened(Role.EDITOR, "collection", viewport=size, color_scheme=scheme, bypass_csp=True).page
    listed(page, ALL)
    page.get_by_label("Mistakes").wait_for()
    cells(page).nth(0).get_by_text("blue").or_(cells(page).nth(0).get_by_text("red")).wait_for()
    page.locator("[role=listbox]").focus()
    page.keyboard.press(" ")
    chosen(page, 1)
    page.get_by_role("button", name="Rename or merge blue").click()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert found_by_axe(page) == []
