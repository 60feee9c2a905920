"""The page is parsed, as a browser would."""

import re
from dataclasses import replace

import pytest

from svod_rcgn.classification.training.learning_curve import learning_curve
from svod_rcgn.classification.training.records import NegativesRecord
from svod_rcgn.classification.training.report import classifier_page, thumbnails
from svod_rcgn.classification.training.report.classifier_report import measure
from svod_rcgn.classification.training.version_comparison import compare
from svod_rcgn.reports import svg
from svod_rcgn.reports.proportions import proportion
from tests.classification.training.makers import features_of, lessons_of
from tests.classification.training.report.makers import answer, drawn, record_of
from tests.reports.pages import Page

HOSTILE = '<script>alert("1")</script>{{ 7*7 }}'
RIGHT_TO_LEFT = "باب مغلق\u202eevil"
LONGEST = "犬" * 85  # 255 bytes
LABELS = (HOSTILE, RIGHT_TO_LEFT, LONGEST)


@pytest.fixture(scope="module")
def record():
    answers = [answer(n, n % 3, ((n // 2) % 3, 0.4 + n % 6 / 10), shooting=n // 2) for n in range(24)]
    answers[0] = replace(answers[0], name='"><img src=x onerror=alert(1)>.jpg')
    negatives = NegativesRecord("folder <b>paper</b>", proportion(1, 20))
    return record_of(LABELS, answers, negatives=negatives, notes=("left out: <i>x</i>",), unasked=("a", "b"))


@pytest.fixture(scope="module")
def html(record, tmp_path_factory):
    folder = tmp_path_factory.mktemp("drawn")
    lessons = lessons_of(3, 12)
    curve = learning_curve(features_of(lessons, 24, 2.0, 1), lessons)
    changed = [replace(each, answers=((each.truth[0], 0.5),), right=True) for each in record.left_out[:9]]
    before = replace(record, version="1", left_out=(*changed, *record.left_out[9:]))
    report = measure(record, curve, compare(before, record))
    return classifier_page.render(report, record, drawn(folder, record))


def test_the_page_is_whole_and_asks_nobody_for_anything(html):
    parsed = Page(html)
    assert all(address.startswith("#") for address in parsed.addresses)
    assert all(
        found.startswith(("data:image/jpeg;base64,", "#")) for found in re.findall(r"url\(([^)]*)", html)
    )
    assert "@import" not in html
    assert not {"script", "img", "link", "iframe", "object", "embed", "base", "b", "i"} & set(parsed.tags)
    assert "default-src 'none'" in html
    assert not [name for _, attrs in parsed.elements for name in attrs if name.startswith("on")]


def test_names_of_any_kind_are_shown_and_never_run(html):
    words = Page(html).words
    assert HOSTILE in words
    assert "باب مغلق\\u202eevil" in words
    assert "\u202e" not in html
    assert LONGEST in words
    assert '"><img src=x onerror=alert(1)>.jpg' in words


def test_every_number_of_the_matrix_opens_the_pictures_that_it_counts(html, record):
    parsed = Page(html)
    assert len(parsed.ids) == len(set(parsed.ids))
    links = re.findall(r'href="#cell-(\d+)"[^>]*>(\d+)<', html)
    assert sum(int(count) for _, count in links) == len(record.left_out)
    for number, count in links:
        section = html[html.index(f'<section class="cell" id="cell-{number}">') :].partition("</section>")[0]
        assert section.count("<li>") == int(count)
        assert section.count('role="img"') == int(count)
    assert all(f"#{each}" in parsed.addresses for each in parsed.ids if each.startswith("cell-"))


def test_each_picture_is_in_the_page_once_whatever_lists_it(html, record):
    assert html.count("data:image/jpeg;base64,") == len(record.left_out)
    defined = set(re.findall(r"^\.(p\d+) ", html, re.MULTILINE))
    assert set(re.findall(r'class="p (p\d+)"', html)) == defined
    assert len(defined) == len(record.left_out)


def test_changes_are_shown_side_by_side_with_both_answers(html):
    words = Page(html).words
    assert "answers differ from version 1:" in words
    assert re.search(r"before: \S.* \(50 %\) now: ", words)
    assert "worse: " in words


def test_all_parts_are_there_and_what_was_left_out_is_said(html):
    words = Page(html).words
    for part in (
        "What changed",
        "Confusions",
        "Suspects",
        "Reliability",
        "None of these",
        "Classes and shootings",
    ):
        assert part in words
    assert "left out: <i>x</i>" in words
    assert "2 pictures could not be left out" in words
    assert "it lets in 5.0 % (1 of 20 pictures;" in words
    assert "python -m svod_rcgn.datasets untag" in words


def test_plots_take_the_colour_of_the_page_and_say_what_they_show(html):
    assert Page(html).tags.count("svg") == 3
    assert "currentColor" in html
    assert svg.INK not in html
    assert html.count('<figure role="img" aria-label=') == 3
    assert "prefers-color-scheme: dark" in html


def test_too_many_pictures_are_named_only_and_that_is_said(record, tmp_path, monkeypatch):
    monkeypatch.setattr(thumbnails, "MOST", 5)
    html = classifier_page.render(measure(record), record, drawn(tmp_path, record))
    assert html.count("data:image/jpeg;base64,") == 5
    assert "5 pictures are shown; 19 more are named only" in Page(html).words


def test_lists_are_bounded_and_what_is_not_listed_is_counted(record, tmp_path, monkeypatch):
    monkeypatch.setattr(classifier_page, "MOST_OF_A_CELL", 1)
    monkeypatch.setattr(classifier_page, "MOST_SUSPECTS", 2)
    words = Page(classifier_page.render(measure(record), record, {})).words
    assert "more are not listed here; report.json has them all." in words
    assert "24 pictures are gone from the dataset or cannot be read." in words or "not shown" in words
    assert re.search(r"\d+ more are not listed here; report\.json has them all\. Reliability", words)


def test_pictures_that_are_gone_or_damaged_do_not_stop_the_page(record, tmp_path):
    files = drawn(tmp_path, record)
    first, second, *_ = files
    files[first].unlink()
    files[second].write_bytes(b"no picture")
    html = classifier_page.render(measure(record), record, files)
    assert "2 pictures are gone from the dataset or cannot be read." in Page(html).words
    assert html.count("data:image/jpeg;base64,") == len(record.left_out) - 2


def test_one_class_of_which_nothing_was_left_out_gives_a_page_that_says_so(tmp_path):
    record = record_of(("cat",), [])
    html = classifier_page.render(measure(record), record, {})
    words = Page(html).words
    assert "Accuracy could not be measured" in words
    assert "nothing could be confused" in words
    assert "svg" not in Page(html).tags


def test_several_classes_a_picture_have_four_cells_each(tmp_path):
    shown = [((0,), 0.9, 0.2), ((0, 1), 0.9, 0.8), ((1,), 0.7, 0.6), ((0, 1), 0.3, 0.9)]
    answers = [
        answer(n, truth, *sorted([(0, one), (1, other)], key=lambda each: -each[1]))
        for n, (truth, one, other) in enumerate(shown * 5)
    ]
    record = record_of(("cat", "not cat"), answers, independent=True)
    html = classifier_page.render(measure(record), record, drawn(tmp_path, record))
    counts = [int(count) for count in re.findall(r'href="#cell-\d+">(\d+)<', html)]
    assert counts == [10, 5, 5, 15, 5]
    assert "shown, not said" in Page(html).words


def test_a_hundred_classes_fit_and_of_more_the_most_confused_are_shown(tmp_path, monkeypatch):
    labels = [f"class {number:03}" for number in range(100)]
    answers = [answer(n, n % 100, ((n + n // 300) % 100, 0.5)) for n in range(400)]
    record = record_of(labels, answers)
    html = classifier_page.render(measure(record), record, {})
    assert len(html) < 2_000_000
    assert Page(html).tags.count("tr") > 100
    monkeypatch.setattr(classifier_page, "MOST_CLASSES", 10)
    assert (
        "Only the 10 classes are shown that were confused most; 90 more"
        in Page(classifier_page.render(measure(record), record, {})).words
    )


def test_thumbnails_stop_at_so_many_bytes(record, tmp_path, monkeypatch):
    files = drawn(tmp_path, record)
    monkeypatch.setattr(thumbnails, "MOST_BYTES", 9000)
    made = thumbnails.thumbnails(files, files)
    assert 0 < sum(map(len, made.images.values())) <= 9000
    assert made.crowded == len(files) - len(made.images)
    assert made.unreadable == 0
