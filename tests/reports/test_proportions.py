import numpy as np
import pytest

from svod_rcgn.reports.proportions import clustered_proportion, proportion


@pytest.mark.parametrize(
    ("count", "trials", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (5, 10, 0.2366, 0.7634), (81, 263, 0.2553, 0.3662)],
)
def test_the_interval_is_that_of_wilson(count, trials, low, high):
    found = proportion(count, trials)
    assert found.share == count / trials
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-4)


def test_without_trials_there_is_no_share():
    assert proportion(0, 0) is None


def test_where_each_trial_is_for_itself_the_interval_is_wilsons():
    right = np.array([1, 0] * 50, np.float32)
    found, plain = clustered_proportion(right, np.ones(100, np.float32)), proportion(50, 100)
    assert (found.count, found.trials) == (50, 100)
    assert (found.low, found.high) == pytest.approx((plain.low, plain.high), abs=0.002)


def test_trials_that_go_the_same_way_widen_the_interval():
    of_ten = np.full(10, 10, np.float32)
    found = clustered_proportion(np.array([10, 0] * 5, np.float32), of_ten)
    assert found.trials == 100
    assert (found.low, found.high) == pytest.approx((0.23, 0.77), abs=0.03)
    sure = clustered_proportion(of_ten, of_ten)
    assert (sure.low, sure.high) == pytest.approx((proportion(10, 10).low, 1.0))


def test_without_trials_there_is_no_share_of_clusters_either():
    assert clustered_proportion(np.zeros(3, np.float32), np.zeros(3, np.float32)) is None
