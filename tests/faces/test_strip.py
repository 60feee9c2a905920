"""One picture of two crops: what comes out is what was put in, and other pictures are not taken for one."""

import numpy as np
import pytest

from svod_rcgn.faces import strip

CHANCE = np.random.default_rng(0)
LARGE, SMALL = (CHANCE.integers(1, 256, (side, side, 3), np.uint8) for side in (16, 12))


def test_both_squares_come_back_to_the_pixel():
    joined = strip.joined(LARGE, SMALL)
    assert joined.shape == (16, 28, 3)
    first, second = strip.squares(joined)
    assert (first == LARGE).all()
    assert (second == SMALL).all()


@pytest.mark.parametrize("small", [SMALL, np.zeros_like(SMALL)])
def test_a_strip_is_known_and_people_see_its_larger_square(small):
    joined = strip.joined(LARGE, small)
    assert strip.is_strip(joined)
    assert (strip.shown(joined) == LARGE).all()


@pytest.mark.parametrize("shape", [(16, 16, 3), (16, 28, 3), (16, 32, 3), (28, 16, 3)])
def test_any_other_picture_is_shown_whole(shape):
    picture = np.full(shape, 7, np.uint8)
    assert not strip.is_strip(picture)
    assert strip.shown(picture) is picture
