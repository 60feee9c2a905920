import numpy as np
import pytest

from svod_rcgn.reports.power_law import fitted_errors

SIZES = np.array([2.0, 4, 8, 16, 32])


@pytest.mark.parametrize(("floor", "rise", "decay"), [(0.0, 0.6, 0.5), (0.05, 0.4, 1.0), (0.1, 0.2, 0.3)])
def test_a_curve_without_noise_is_continued_as_it_is(floor, rise, decay):
    errors = (floor + rise * SIZES**-decay)[None]
    found = fitted_errors(SIZES, errors, np.ones_like(errors), np.array([8.0, 64]))
    assert found[0] == pytest.approx(floor + rise * np.array([8.0, 64]) ** -decay, abs=0.005)


def test_no_error_falls_below_none_nor_rises_with_more():
    errors = np.array([[0.5, 0.2, 0.05, 0.0, 0.0], [0.1, 0.12, 0.15, 0.2, 0.3]])
    found = fitted_errors(SIZES, errors, np.ones_like(errors), np.array([32.0, 64, 1000]))
    assert (found >= 0).all()
    assert (np.diff(found, axis=1) <= 1e-12).all()


def test_a_point_that_counts_little_bends_the_curve_little():
    errors = (0.6 * SIZES**-0.5)[None].copy()
    errors[0, 0] = 0.05
    weights = np.array([[1e-9, 1, 1, 1, 1]])
    assert fitted_errors(SIZES, errors, weights, np.array([64.0]))[0, 0] == pytest.approx(0.075, abs=0.005)
