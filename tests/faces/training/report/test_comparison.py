from dataclasses import replace

import pytest

from svod_rcgn.faces.training.report.comparison import compare, comparison_lines
from svod_rcgn.faces.training.report.measures import LeftOutTrial
from tests.faces.training.report.fakes import reported


@pytest.fixture
def before(tmp_path):
    return reported(tmp_path, {"A_a": 3, "B_b": 3, "C_c": 3})[0]


def answered(report, source, named):
    """The report as if one left-out picture had been given this name."""
    changed = [
        replace(each, known=LeftOutTrial("A_a", 0.5, named)) if each.source == source else each
        for each in report.pictures
    ]
    return replace(report, pictures=changed)


def test_the_same_answers_are_no_change(before):
    comparison = compare(before, before)
    assert comparison.pictures == 9
    assert comparison.changes == ()
    assert comparison_lines(comparison) == ("As before on the 9 left-out pictures that both trainings have.",)


@pytest.mark.parametrize("named", [None, "B_b"])
def test_a_picture_that_is_missed_or_misnamed_now_makes_its_person_worse(before, named):
    comparison = compare(before, answered(before, "A_a/0.png", named))
    assert [(change.person, change.right_before, change.right_now) for change in comparison.worse] == [
        ("A a", 3, 2)
    ]
    assert comparison_lines(comparison) == ("A a: worse: 2 of 3 left-out pictures named rightly, 3 before",)


def test_a_picture_that_is_named_now_makes_its_person_better(before):
    comparison = compare(answered(before, "A_a/0.png", None), before)
    assert comparison.worse == ()
    assert "better" in comparison_lines(comparison)[0]


def test_new_pictures_and_people_do_not_count_and_are_not_held_against_anybody(before):
    new = replace(before.pictures[0], sha256="new", known=LeftOutTrial("A_a", 0.1, None))
    gone = before.pictures[1:]
    comparison = compare(before, replace(before, pictures=[new, *gone]))
    assert comparison.pictures == 8
    assert comparison.changes == ()


def test_a_picture_is_known_by_its_content_wherever_it_lies(before):
    moved = [replace(each, source=f"elsewhere/{each.source}") for each in before.pictures]
    assert compare(before, replace(before, pictures=moved)).pictures == 9


def test_without_pictures_in_common_there_is_nothing_to_tell(before):
    nothing = compare(before, replace(before, pictures=[]))
    assert comparison_lines(nothing) == comparison_lines(None) == ()
