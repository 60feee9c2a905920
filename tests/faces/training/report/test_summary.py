from dataclasses import replace

from svod_rcgn.faces.training.report.summary import summary
from svod_rcgn.reports.proportions import proportion
from tests.faces.training.report.fakes import reported


def test_three_lines_say_the_wished_rate_and_that_it_could_not_be_measured(tmp_path):
    report, _ = reported(tmp_path, {"A_a": 2, "B_b": 2})
    accuracy, strangers, known = summary(report)
    assert "4 of 4 pictures" in accuracy
    assert "about 10 of 1,000 strangers' frames would be named (wished, too few pictures" in strangers
    assert "About 0 of 100 frames of enrolled people would be called unknown" in known


def test_where_there_is_nothing_to_measure_it_says_so(tmp_path):
    report, _ = reported(tmp_path, {"A_a": 1})
    accuracy, strangers, known = summary(report)
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
