"""The page is parsed, as a browser would."""

import re

import pytest

from svod_rcgn.faces.training.report import page, plots
from svod_rcgn.faces.training.report.measures import Suspect
from svod_rcgn.reports import svg
from tests.faces.training.report.fakes import portrait, reported
from tests.reports.pages import Page

HOSTILE = "<script>alert(1)<\u2215script>$x_{"


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shown")
    counts = {HOSTILE: 3, "Анна_Ли": 3, "李雷": 3, "D_d": 1}
    refused = [
        portrait(folder, HOSTILE, 7, reason="2 faces"),
        portrait(folder, "D_d", 8, reason="cannot be read as a picture", readable=False),
    ]
    suspect = Suspect(f"{HOSTILE}/1.png", HOSTILE, "D d", 0.2, 0.7)
    report, used = reported(folder, counts, refused, suspects=[suspect])
    return page.render(report, used, refused)


def test_the_page_is_whole_and_asks_nobody_for_anything(shown):
    parsed = Page(shown)
    assert parsed.addresses
    assert all(address.startswith(("data:image/", "#")) for address in parsed.addresses)
    assert not re.search(r"url\((?!#)", shown)
    assert "@import" not in shown
    assert not {"script", "link", "iframe", "object", "embed", "base"} & set(parsed.tags)
    assert "default-src 'none'" in shown


def test_a_hostile_folder_name_is_shown_and_not_run(shown):
    parsed = Page(shown)
    assert "script" not in parsed.tags
    assert any(HOSTILE in text for text in parsed.text)


def test_ids_occur_once(shown):
    ids = Page(shown).ids
    assert ids
    assert len(ids) == len(set(ids))


def test_plots_take_the_colour_of_the_page_and_say_what_they_show(shown):
    assert Page(shown).tags.count("svg") == 3
    assert "currentColor" in shown
    assert svg.INK not in shown
    assert shown.count('role="img" aria-label=') == 3
    assert "prefers-color-scheme: dark" in shown


def test_every_picture_has_an_alt_text_and_refused_ones_their_reason(shown):
    parsed = Page(shown)
    assert len(parsed.images) == 11
    assert all(image["alt"] for image in parsed.images)
    text = " ".join(parsed.text)
    assert "refused: 2 faces" in text
    assert "cannot be shown" in text
    assert "lean on what is usual" in text


def test_names_in_any_script_are_lettering_in_the_confusion_matrix(shown):
    assert re.search(r"<text[^>]*>李雷</text>", shown)


def test_one_person_with_one_picture_gives_a_page_that_says_there_is_nothing_to_measure(tmp_path):
    report, used = reported(tmp_path, {"A_a": 1})
    html = page.render(report, used, [])
    assert "svg" not in Page(html).tags
    assert "Nothing to measure" in html


def test_many_people_are_bounded_and_what_is_left_out_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(page, "MOST_THUMBNAILS", 8)
    monkeypatch.setattr(plots, "MOST_PERSONS", 2)
    report, used = reported(tmp_path, {"A_a": 5, "B_b": 5, "C_c": 5, "D_d": 5}, stray=(0, 1))
    html = page.render(report, used, [])
    assert len(Page(html).images) == 8
    assert "more are not shown" in html
    assert len(plots.shown_persons(report)) <= 2
