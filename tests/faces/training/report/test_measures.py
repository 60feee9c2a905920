from dataclasses import replace

import numpy as np
import pytest

from svod_rcgn.errors import InputError
from svod_rcgn.faces.records import Decision
from svod_rcgn.faces.training.report.measures import (
    LeftOutTrial,
    PictureResult,
    Report,
    confusions,
    reliability,
)
from svod_rcgn.storage import files
from tests.faces.training.report.fakes import portrait, reported

FOUR = {"A_a": 4, "B_b": 4, "C_c": 4, "D_d": 3}


def test_people_who_are_nothing_alike_are_all_known_and_no_stranger_is_named(tmp_path):
    report, _ = reported(tmp_path, FOUR)
    assert (report.nearest_right.count, report.nearest_right.trials) == (15, 15)
    assert (report.right.count, report.unknown.count, report.misnamed.count) == (15, 0, 0)
    assert (report.strangers_named.count, report.strangers_named.trials) == (0, 15)
    assert [(person.name, person.used, person.asked, person.right) for person in report.persons] == [
        ("A a", 4, 4, 4), ("B b", 4, 4, 4), ("C c", 4, 4, 4), ("D d", 3, 3, 3),
    ]  # fmt: skip


def test_a_picture_in_the_wrong_folder_is_told_and_shares_add_up(tmp_path):
    report, _ = reported(tmp_path, FOUR, stray=(0, 1))
    stray = next(each for each in report.pictures if each.source == "B_b/0.png")
    assert stray.known.nearest == "A_a"
    assert report.right.count + report.unknown.count + report.misnamed.count == 15
    assert report.nearest_right.count == 14
    assert report.unknown.count + report.misnamed.count >= 1


def test_names_given_falsely_are_counted_by_who_it_was_and_who_was_named(tmp_path):
    report, _ = reported(tmp_path, FOUR)
    first = replace(report.pictures[0], known=LeftOutTrial("B_b", 0.9, "B_b"))
    assert confusions(replace(report, pictures=[first, *report.pictures[1:]])) == {("A_a", "B_b"): 1}


def test_one_person_with_one_picture_leaves_nothing_to_measure(tmp_path):
    report, _ = reported(tmp_path, {"A_a": 1})
    shares = (report.nearest_right, report.right, report.unknown, report.misnamed, report.strangers_named)
    assert shares == (None,) * 5
    assert report.reliability == []
    assert report.alike == []
    assert not report.decision.measured


def test_people_with_one_picture_each_are_asked_about_as_strangers_only(tmp_path):
    report, _ = reported(tmp_path, {"A_a": 1, "B_b": 1})
    assert report.right is None
    assert report.strangers_named.trials == 2


def test_a_person_without_a_usable_picture_is_listed(tmp_path):
    refused = portrait(tmp_path, "E_e", 9, reason="no face")
    report, _ = reported(tmp_path, FOUR, refused=[refused])
    assert report.persons[-1].folder == "E_e"
    assert (report.persons[-1].used, report.persons[-1].refused) == (0, 1)
    assert report.pictures[-1].reason == "no face"


def test_pairs_come_with_the_most_alike_first(tmp_path):
    report, _ = reported(tmp_path, FOUR)
    cosines = [pair.cosine for pair in report.alike]
    assert len(cosines) == 6
    assert cosines == sorted(cosines, reverse=True)


def test_the_record_is_read_back_as_it_was_written(tmp_path):
    report, _ = reported(tmp_path, FOUR)
    files.write_record(tmp_path / "report.json", report)
    assert files.read_record(tmp_path / "report.json", Report) == report


def test_a_record_of_another_shape_is_refused(tmp_path):
    (tmp_path / "report.json").write_text('{"format_version": 1}')
    with pytest.raises(InputError, match=r"report\.json"):
        files.read_record(tmp_path / "report.json", Report)


def results(known, strangers):
    """Known faces as (likeness, whether the nearest is right) and strangers by likeness."""
    rows = [
        PictureResult("A", "", "", None, LeftOutTrial("A" if right else "B", likeness, None))
        for likeness, right in known
    ]
    foreign = [
        PictureResult("A", "", "", stranger=LeftOutTrial("B", likeness, None)) for likeness in strangers
    ]
    return rows + foreign


LINE = Decision(0.5, 0.5, gap=0.05, midpoint=0.5, slope=10.0, false_accept_rate=0.01, measured=True)


def test_scores_that_were_drawn_to_be_reliable_are_found_so():
    chance = np.random.default_rng(0)
    likeness = chance.uniform(0.1, 0.9, 20_000)
    known = chance.random(20_000) < 1 / (1 + np.exp(-10 * (likeness - 0.5)))
    bins = reliability(results([(v, True) for v in likeness[known]], likeness[~known]), LINE)
    assert len(bins) == 10
    for each in bins:
        assert each.right == pytest.approx(each.score, abs=0.05)
        assert each.low_right <= each.right <= each.high_right


def test_known_faces_and_strangers_weigh_the_same_in_reliability():
    (few,) = reliability(results([(0.5, True)], [0.5]), LINE)
    (many,) = reliability(results([(0.5, True)] * 2, [0.5] * 50), LINE)
    assert few.right == many.right == pytest.approx(0.5)


def test_a_face_called_by_the_wrong_name_is_not_right():
    (found,) = reliability(results([(0.8, True), (0.8, False)], []), LINE)
    assert (found.faces, found.right) == (2, 0.5)
