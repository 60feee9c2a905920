from dataclasses import replace

from svod_rcgn.objects.training.doubtful_boxes import suspects
from svod_rcgn.objects.training.records import ClassScores, DetectorRecord, FoundBox, LeftOutPicture
from svod_rcgn.records import Box

CAT, DOG = 0, 1
RECORD = DetectorRecord(
    1, "pets", "1", "", "pets", 1, "", "", "", (96, 128), 8, 0.6,
    tuple(ClassScores(label, 1, 1, None, limit, 1.0) for label, limit in (("cat", 0.2), ("dog", 0.8))),
    1, 1, None, None, (), (), 0.0, 0.0,
)  # fmt: skip


def _box(index, score, left, side=20):
    return FoundBox(index, score, left, 0, left + side, side)


def _of(found, there):
    return suspects(replace(RECORD, left_out=(LeftOutPicture("ab", "a.png", 0, tuple(found), tuple(there)),)))


def test_what_is_surely_found_where_nothing_is_drawn_may_have_been_forgotten():
    (only,) = _of([_box(CAT, 0.9, 50), _box(CAT, 0.95, 0), _box(CAT, 0.4, 90)], [_box(CAT, 1, 0)])
    assert (only.said, only.told, only.score, only.box) == (None, "cat", 0.9, Box(50, 0, 70, 20))
    assert only.name == "a.png"


def test_what_is_found_as_another_class_may_be_called_wrong():
    (only,) = _of([_box(DOG, 0.9, 2)], [_box(CAT, 1, 0)])
    assert (only.said, only.told) == ("cat", "dog")


def test_what_is_found_as_both_as_surely_is_no_suspect_and_neither_is_what_is_missed():
    assert _of([_box(DOG, 0.85, 2), _box(CAT, 0.9, 0)], [_box(CAT, 1, 0), _box(DOG, 1, 60)]) == ()


def test_a_score_below_the_limit_of_its_class_says_nothing():
    assert _of([_box(DOG, 0.7, 50)], [_box(CAT, 1, 0)]) == ()


def test_the_surest_come_first():
    found = _of([_box(CAT, 0.6, 30), _box(CAT, 0.9, 60), _box(CAT, 0.7, 90)], [])
    assert [each.score for each in found] == [0.9, 0.7, 0.6]
