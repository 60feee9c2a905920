import numpy as np
import pytest

from svod_rcgn.reports.calibration_error import calibration


def answers(true_to: float, number: int = 400, seed: int = 0):
    """Scores, and answers that are right as often as the score to a power; each is its own cluster."""
    chance = np.random.default_rng(seed)
    scores = chance.uniform(0.5, 1, number).astype(np.float32)
    right = (chance.random(number) < scores**true_to).astype(np.float32)
    return scores, right, np.arange(number)


def test_scores_that_are_true_are_within_chance():
    found = calibration(*answers(true_to=1))
    assert found.error.value <= found.by_chance
    assert found.error.low == 0


def test_scores_that_promise_too_much_are_beyond_chance():
    found = calibration(*answers(true_to=4))
    assert found.error.low > found.by_chance
    assert all(each.right < each.score for each in found.bins)


def test_the_interval_holds_what_very_many_answers_show():
    truth = calibration(*answers(3, 100_000)).error.value
    held = [calibration(*answers(3, 300, seed)).error for seed in range(1, 21)]
    assert sum(each.low <= truth <= each.high for each in held) >= 17


def test_answers_that_go_the_same_way_widen_the_interval():
    scores, right, alone = answers(3, 60)
    copies = [np.repeat(each, 10) for each in (scores, right, alone)]
    told, doubled = calibration(scores, right, alone).error, calibration(*copies).error
    assert doubled.value == pytest.approx(told.value)
    assert doubled.high - doubled.low == pytest.approx(told.high - told.low, rel=0.1)


def test_a_score_of_one_has_a_bin_and_no_answers_have_none():
    found = calibration(np.ones(3, np.float32), np.ones(3, np.float32), np.arange(3))
    assert [(each.low, each.answers, each.right) for each in found.bins] == [(0.9, 3, 1.0)]
    assert calibration(*(np.zeros(0, kind) for kind in (np.float32, np.float32, np.int64))) is None
