"""Two versions, picture by picture."""

import pytest

from svod_rcgn.classification.training import records
from svod_rcgn.classification.training.version_comparison import (
    BETTER,
    OTHER,
    WORSE,
    compare,
    compare_with_used,
    comparison_lines,
)
from svod_rcgn.errors import WorseError
from svod_rcgn.networks.card import CARD
from tests.classification.training.report.makers import answer, record_of

LABELS = ("cat", "dog", "fox")


def said(*places: int, labels=LABELS, **more):
    """A record in which picture 0, 1, ... shows a cat and was called so or otherwise."""
    return record_of(labels, [answer(n, 0, (place, 0.8)) for n, place in enumerate(places)], **more)


def test_answers_that_differ_are_better_worse_or_other():
    found = compare(said(1, 0, 1, 0, version="1"), said(0, 1, 2, 0))
    assert [(each.picture[-1], each.kind) for each in found.changes] == [
        ("0", BETTER),
        ("1", WORSE),
        ("2", OTHER),
    ]
    assert (found.before.count, found.now.count, found.pictures) == (2, 2, 4)
    lines = comparison_lines(found)
    assert lines[0] == "3 answers differ from version 1: 1 better, 1 worse, 1 other."
    assert found.changes[0].before == "dog"
    assert found.changes[0].now_probability == 0.8


def test_pictures_that_only_one_of_them_has_are_not_compared():
    found = compare(said(0, 0), said(0, 1, 1, 1, 1))
    assert found.pictures == 2
    assert len(found.changes) == 1


def test_worse_is_what_chance_does_not_explain():
    before = said(*[0] * 40)
    assert not compare(before, said(*[1] * 4, *[0] * 36)).worse
    found = compare(before, said(*[1] * 5, *[0] * 35))
    assert found.worse
    assert found.chance == pytest.approx(1 / 32)
    assert found.fallen == (("cat", 40, 35, 40),)


def test_one_shooting_that_fares_worse_is_no_proof():
    answers = [answer(n, 0, (0, 0.8), shooting=n // 10) for n in range(40)]
    fallen = [answer(n, 0, (int(n < 10), 0.8), shooting=n // 10) for n in range(40)]
    found = compare(record_of(LABELS, answers), record_of(LABELS, fallen))
    assert found.now.count == 30
    assert found.chance == 0.5
    assert not found.worse


def test_a_tag_that_was_mended_counts_for_both():
    before = record_of(LABELS, [answer(0, 1, (0, 0.9))])
    found = compare(before, record_of(LABELS, [answer(0, 0, (0, 0.9))]))
    assert (found.before.count, found.now.count, found.changes) == (1, 1, ())


def test_a_class_that_one_of_them_lacks_is_passed_over():
    before = said(0, 1, labels=("cat", "wolf", "fox"))
    found = compare(before, said(0, 1))
    assert (found.pictures, found.passed_over) == (1, 1)
    assert found.changes[0].kind == OTHER
    assert found.changes[0].before == "wolf"


def test_without_pictures_in_common_there_is_nothing_to_tell():
    found = compare(record_of(LABELS, []), said(0))
    assert (found.before, found.worse, comparison_lines(found)) == (None, False, ())
    assert comparison_lines(None) == ()
    assert comparison_lines(compare(said(0), said(0)))[0] == "No answer differs from version 2."


@pytest.fixture
def directory(tmp_path):
    """Version 1 of a network, which was right of 40 pictures."""
    (tmp_path / "net" / "1").mkdir(parents=True)
    (tmp_path / "net" / "1" / CARD).write_text("{}")
    records.write(tmp_path / "net" / "1", said(*[0] * 40, version="1"))
    return tmp_path / "net"


def test_a_worse_version_is_refused_with_one_line_that_names_the_way_out(directory):
    worse = said(*[1] * 10, *[0] * 30)
    with pytest.raises(WorseError) as caught:
        compare_with_used(directory, worse, refuse_worse=True)
    line = str(caught.value)
    assert line.startswith(
        f"{directory}: kept as it was; worse: 30 of 40 left-out pictures right, 40 before; cat:"
    )
    assert line.endswith("or run without --refuse_worse")
    assert "\n" not in line
    assert compare_with_used(directory, worse).worse


@pytest.mark.parametrize("harm", ["none in use", "missing", "damaged", "of another format"])
def test_a_record_that_cannot_be_read_is_no_reason_to_stop(directory, harm):
    path = directory / "1" / records.FILE
    if harm == "none in use":
        (directory / "1" / CARD).unlink()
    elif harm == "missing":
        path.unlink()
    else:
        text = path.read_text().replace('"format_version": 1', '"format_version": 99')
        path.write_text("[" if harm == "damaged" else text)
    assert compare_with_used(directory, said(*[1] * 40), refuse_worse=True) is None
