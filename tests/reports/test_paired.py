import pytest
from scipy.stats import binomtest

from svod_rcgn.reports import paired
from svod_rcgn.reports.paired import chance_of_less


@pytest.mark.parametrize(("mended", "spoilt"), [(0, 5), (3, 12), (8, 8), (20, 1)])
def test_with_trials_for_themselves_it_is_mcnemars_test_exactly(mended, spoilt):
    differences = [1] * mended + [-1] * spoilt + [0] * 40
    wanted = binomtest(mended, mended + spoilt, alternative="less").pvalue
    assert chance_of_less(differences) == pytest.approx(wanted, abs=1e-12)


def test_what_goes_the_same_way_together_counts_once():
    assert chance_of_less([-10]) == 0.5
    assert chance_of_less([-1] * 10) == pytest.approx(2**-10)


def test_where_nothing_differs_chance_explains_all():
    assert chance_of_less([]) == 1.0
    assert chance_of_less([0, 0]) == 1.0


def test_of_very_many_the_bell_says_the_same(monkeypatch):
    differences = [-1] * 130 + [1] * 100 + [2, -3] * 10
    exact = chance_of_less(differences)
    monkeypatch.setattr(paired, "_MOST_STEPS", 1)
    assert chance_of_less(differences) == pytest.approx(exact, rel=0.05)
