"""Curves of heads that learned from parts of the shootings."""

from dataclasses import replace

import numpy as np
import pytest

from svod_rcgn.classification.training import learning_curve as curves
from svod_rcgn.classification.training.examples import Lessons, make_lessons
from svod_rcgn.classification.training.learning_curve import learning_curve
from tests.classification.training.makers import example, features_of, lessons_of


def hard(classes: int, each: int, together: int = 1, noise: float = 2.5, length: int = 96):
    """Lessons of classes that overlap, and their features: the more is learned from, the fewer the errors."""
    lessons = lessons_of(classes, each, together)
    return features_of(lessons, length, noise, views=1), lessons


def test_errors_fall_with_more_shootings_and_every_number_has_its_interval():
    curve = learning_curve(*hard(4, 48))
    shares = [each.errors.share for each in curve.points]
    assert [each.shootings[0] for each in curve.points] == [3, 6, 12, 24, 48]
    assert shares[-1] < shares[0] - 0.1
    assert all(each.errors.low <= each.errors.share <= each.errors.high for each in curve.points)
    assert all(one.trials == 48 for each in curve.points for one in each.class_errors)
    assert curve.points[-1].pictures == 4 * 48


def wide(classes: int, each: int) -> tuple[np.ndarray, Lessons]:
    """Lessons whose classes lie apart in many directions that only many pictures tell from chance."""
    lessons, chance = lessons_of(classes, each), np.random.default_rng(5)
    places = chance.normal(0, 3 / 512**0.5, (classes, 512))
    features = lessons.targets @ places + chance.normal(0, 1, (len(lessons.targets), 512))
    return features[:, None].astype(np.float16), lessons


def test_a_forecast_is_borne_out_when_the_shootings_come():
    features, lessons = wide(3, 300)
    rows = np.flatnonzero(np.arange(900) % 3 == 0)
    part = replace(
        lessons, examples=tuple(lessons.examples[row] for row in rows), targets=lessons.targets[rows],
        said=lessons.said[rows], shootings=lessons.shootings[rows], folds=lessons.folds[rows],
    )  # fmt: skip
    told = next(each for each in learning_curve(features[rows], part).forecasts if each.label is None)
    assert (told.shootings, told.more) == (100, 100)
    assert told.low <= told.later <= told.high
    assert told.later < told.now
    half, whole = learning_curve(features, lessons).points[-2:]
    assert (half.shootings[0], whole.shootings[0]) == (150, 300)
    assert told.low <= half.errors.high
    assert told.high >= whole.errors.low


def test_of_classes_that_no_number_of_pictures_tells_apart_nothing_is_foretold():
    lessons = lessons_of(2, 60)
    features = np.random.default_rng(3).normal(0, 1, (120, 1, 32)).astype(np.float16)
    curve = learning_curve(features, lessons)
    assert curve.forecasts == ()
    assert set(curve.untold) == {"class 0", "class 1"}


def test_where_nothing_goes_wrong_nothing_is_foretold_and_nobody_is_untold():
    curve = learning_curve(*hard(2, 20, noise=0.01))
    assert curve.points[-1].errors.count == 0
    assert (curve.forecasts, curve.untold) == ((), ())


def test_pictures_of_one_shooting_are_taught_together_or_not_at_all():
    features, lessons = hard(2, 40, together=10)
    curve = learning_curve(features, lessons)
    assert [each.shootings for each in curve.points] == [(2, 2), (3, 3), (4, 4)]
    assert [each.pictures for each in curve.points] == [40, 60, 80]


def test_a_class_with_few_shootings_keeps_two_of_them():
    many = [example(f"a{number}", "many") for number in range(40)]
    few = [example(f"b{number}", "few") for number in range(4)]
    lessons = make_lessons(many + few, [], [(each.picture,) for each in many + few])
    curve = learning_curve(features_of(lessons, 32, 1.0, 1), lessons)
    assert lessons.labels == ("few", "many")
    assert [each.shootings[0] for each in curve.points][:: len(curve.points) - 1] == [2, 4]
    assert curve.points[-1].shootings == (4, 40)


@pytest.mark.parametrize(
    "lessons", [lessons_of(2, 6, together=6), lessons_of(1, 12), lessons_of(3, 2)], ids=str
)
def test_without_shootings_to_spare_there_is_no_curve(lessons: Lessons):
    assert learning_curve(features_of(lessons, 16, 1.0, 1), lessons) is None


def test_several_classes_a_picture_and_pictures_of_none_are_judged_too():
    names = [(("a", "b") if number % 3 == 0 else (("a", "b")[number % 2],)) for number in range(60)]
    every = [example(f"p{number}", *shows) for number, shows in enumerate(names)]
    every += [example(f"n{number}", lacks=("a",)) for number in range(20)]
    negatives = [example(f"x{number}") for number in range(9)]
    groups = [(each.picture,) for each in (*every, *negatives)]
    lessons = make_lessons(every, negatives, groups)
    assert lessons.independent
    curve = learning_curve(features_of(lessons, 24, 1.0, 1), lessons)
    assert curve.points[-1].errors.trials == 60
    assert curve.points[-1].pictures == 80


def test_of_very_many_pictures_whole_shootings_are_drawn_and_that_is_said(monkeypatch):
    monkeypatch.setattr(curves, "MOST_PICTURES", 100)
    features, lessons = hard(2, 120, together=3)
    curve = learning_curve(features, lessons)
    assert not curve.whole
    assert 90 <= curve.points[-1].pictures <= 100
    assert curve.points[-1].pictures == 3 * sum(curve.points[-1].shootings)
    assert curve.forecasts == ()


@pytest.mark.slow
def test_a_hundred_classes_are_measured():
    curve = learning_curve(*hard(100, 6, noise=0.5))
    assert len(curve.points[-1].class_errors) == 100


def test_the_same_lessons_give_the_same_curve_which_is_read_as_it_was_written(tmp_path):
    features, lessons = hard(3, 30)
    curve = learning_curve(features, lessons)
    assert learning_curve(features, lessons) == curve
    curves.write(tmp_path, curve)
    assert curves.read(tmp_path) == curve
