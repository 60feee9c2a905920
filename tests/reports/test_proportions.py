import pytest

from svod_rcgn.reports.proportions import proportion


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
