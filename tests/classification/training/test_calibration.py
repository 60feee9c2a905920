from dataclasses import replace

import numpy as np
import pytest

from svod_rcgn.classification.training import calibration
from svod_rcgn.classification.training.calibration import LEAST, limits_of, temperature_of
from svod_rcgn.classification.training.examples import make_lessons
from tests.classification.training.makers import example, lessons_of


def _too_sure(lessons, times: float) -> np.ndarray:
    """Logits that are true to so many times what they should be."""
    chance = np.random.default_rng(3)
    logits = chance.normal(0, 1.5, lessons.targets.shape).astype(np.float32)
    powers = np.exp(logits)
    told = powers / powers.sum(1, keepdims=True)
    drawn = [chance.choice(len(row), p=row / row.sum()) for row in told.astype(float)]
    lessons.targets[:] = np.eye(told.shape[1], dtype=np.float32)[drawn]
    return logits * np.float32(times)


@pytest.mark.parametrize("times", [0.5, 2.0])
def test_answers_that_are_too_sure_or_not_sure_enough_are_mended(times: float) -> None:
    lessons = lessons_of(3, 400)
    logits = _too_sure(lessons, times)
    assert temperature_of(logits, lessons, np.arange(1200)) == pytest.approx(times, rel=0.2)


def test_a_part_of_very_many_pictures_says_what_all_of_them_do(monkeypatch: pytest.MonkeyPatch) -> None:
    lessons = lessons_of(3, 400)
    logits = _too_sure(lessons, 2.0)
    monkeypatch.setattr(calibration, "MOST", 500)
    assert temperature_of(logits, lessons, np.arange(1200)) == pytest.approx(2, rel=0.2)


def test_few_left_out_pictures_change_nothing() -> None:
    lessons = lessons_of(3, 400)
    logits = _too_sure(lessons, 3.0)
    assert temperature_of(logits, lessons, np.arange(LEAST - 1)) == 1


def _independent(targets: np.ndarray):
    """Lessons of two classes that do not exclude each other, with these targets."""
    rows = [example(str(number), "cat", "dog") for number in range(len(targets))]
    lessons = make_lessons(rows, [], [(each.picture,) for each in rows])
    return replace(lessons, targets=targets.astype(np.float32), said=np.ones_like(targets, np.float32))


def test_a_class_counts_from_where_on_it_is_told_best() -> None:
    told = np.array([0.1, 0.2, 0.3, 0.35, 0.6, 0.7], np.float32)
    targets = np.array([0, 0, 0, 1, 1, 1])
    lessons = _independent(np.stack([targets, 1 - targets], 1))
    cat, dog = limits_of(np.stack([told, 1 - told], 1), lessons, np.arange(6))
    assert 0.3 < cat < 0.35
    assert 0.65 < dog < 0.7


def test_a_class_that_all_pictures_show_keeps_the_usual_limit() -> None:
    lessons = _independent(np.array([[1, 0]] * 6))
    assert limits_of(np.full((6, 2), 0.9, np.float32), lessons, np.arange(6)) == (0.5, 0.5)


def test_no_limit_lies_between_two_pictures_of_one_probability() -> None:
    told = np.array([0.9, 0.4, 0.4, 0.4], np.float32)
    lessons = _independent(np.array([[1, 1], [1, 0], [0, 1], [0, 1]]))
    limit = limits_of(np.stack([told, told], 1), lessons, np.arange(4))[0]
    assert 0.4 < limit < 0.9 or limit < 0.4
