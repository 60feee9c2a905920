"""What one more picture gains is what unit vectors do, and what was measured outweighs what is usual."""

import numpy as np
import pytest

from svod_rcgn.faces.training.bells import WeighedBell
from svod_rcgn.faces.training.calibrate import UNSAID
from svod_rcgn.faces.training.one_more import likeness_of_two, share_named
from svod_rcgn.geometry import unit_rows

LENGTH = 512


def persons(count: int, pictures: int, spread: float) -> tuple[np.ndarray, np.ndarray]:
    """Embeddings that lie about each person's middle, and labels."""
    chance = np.random.default_rng(0)
    middles = np.repeat(unit_rows(chance.standard_normal((count, LENGTH))), pictures, axis=0)
    rows = middles + spread * unit_rows(chance.standard_normal(middles.shape))
    return unit_rows(rows.astype(np.float32)), np.repeat(np.arange(count), pictures)


@pytest.mark.parametrize("pictures", [1, 2, 5])
@pytest.mark.parametrize("spread", [0.5, 1.0, 2.0])
def test_half_of_the_frames_lie_above_the_cosine_that_such_vectors_have(pictures: int, spread: float):
    rows, labels = persons(60, pictures + 1, spread)
    asked = np.arange(len(rows)) % (pictures + 1) == 0
    means = unit_rows(rows[~asked].reshape(60, pictures, -1).mean(1))
    cosines = (rows[asked] * means).sum(1)
    bell = likeness_of_two(rows, labels, UNSAID.known)
    usual = WeighedBell(1 / (1 + spread**2), bell.deviation, 1)
    assert share_named(usual, pictures, float(np.median(cosines))) == pytest.approx(0.5, abs=0.05)


def test_what_is_measured_of_many_persons_outweighs_what_is_usual():
    rows, labels = persons(200, 3, 1.0)
    assert likeness_of_two(rows, labels, UNSAID.known).mean == pytest.approx(0.5, abs=0.02)


def test_where_nobody_has_two_pictures_what_is_usual_tells():
    rows, labels = persons(5, 1, 1.0)
    bell = likeness_of_two(rows, labels, (0.82, 0.15))
    assert bell.mean < 0.82
    assert share_named(bell, 2, 0.82) == pytest.approx(0.5, abs=1e-6)


def test_each_further_picture_gains_and_gains_less_and_none_names_nobody():
    bell = WeighedBell(0.6, 0.15, 4)
    shares = [share_named(bell, pictures, 0.5) for pictures in range(5)]
    gains = np.diff(shares)
    assert shares[0] == 0
    assert (gains > 0).all()
    assert (np.diff(gains) < 0).all()
