from dataclasses import replace

import pytest

from svod_rcgn.faces.training.report.summary import summary
from svod_rcgn.reports.proportions import proportion
from tests.faces.training.report.fakes import reported


def test_lines_say_the_wished_rate_and_that_it_could_not_be_measured(tmp_path):
    report, _ = reported(tmp_path, {"A_a": 2, "B_b": 2})
    accuracy, strangers, known, _ = summary(report)
    assert "4 of 4 pictures" in accuracy
    assert "about 10 of 1,000 strangers' frames would be named (wished, too few pictures" in strangers
    assert "About 0 of 100 frames of enrolled people would be called unknown" in known


def test_where_there_is_nothing_to_measure_it_says_so(tmp_path):
    report, _ = reported(tmp_path, {"A_a": 1})
    accuracy, strangers, known, _ = summary(report)
    assert "could not be measured" in accuracy
    assert "no second person" in strangers
    assert "could not be measured" in known


def test_a_rate_measured_on_enough_pictures_is_said_with_its_interval_and_the_wish(tmp_path):
    report, _ = reported(tmp_path, {"A_a": 2, "B_b": 2})
    measured = replace(report.decision, measured=True)
    lines = summary(replace(report, decision=measured, strangers_named=proportion(6, 500)))
    assert lines[1] == (
        "At this setting about 12 of 1,000 strangers' frames would be named (6-26 at 95 %; 10 were wished)."
    )


def test_forty_pictures_say_nothing_about_one_in_a_hundred(tmp_path):
    report, _ = reported(tmp_path, {"A_a": 2, "B_b": 2})
    measured = replace(report.decision, measured=True)
    line = summary(replace(report, decision=measured, strangers_named=proportion(0, 40)))[1]
    assert "about 10 of 1,000" in line
    assert "0 of 40" in line


@pytest.mark.parametrize(
    ("shares", "line"),
    [
        (
            [(0.7, 0.9), (0.9, 0.98)],
            "With one more picture of each about 94 of 100 such frames would be named, 80 now.",
        ),
        (
            [(0.99, 0.995)],
            "One more picture of each would gain little: about 99 of 100 such frames are named now.",
        ),
    ],
)
def test_what_one_more_picture_of_each_would_gain_is_said(tmp_path, shares, line):
    report, _ = reported(tmp_path, {f"{letter}_a": 2 for letter in "AB"[: len(shares)]})
    persons = [
        replace(person, expected=now, one_more=more)
        for person, (now, more) in zip(report.persons, shares, strict=True)
    ]
    assert summary(replace(report, persons=persons))[3] == line


def test_whose_pictures_were_all_refused_does_not_count_in_what_is_gained(tmp_path):
    report, _ = reported(tmp_path, {"A_a": 2})
    refused = replace(report.persons[0], used=0, expected=0.0, one_more=0.9)
    assert summary(replace(report, persons=[*report.persons, refused])) == summary(report)
