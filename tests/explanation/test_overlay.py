import numpy as np

from svod_rcgn.explanation.overlay import AGAINST, FOR, overlaid
from svod_rcgn.records import Box


def test_orange_speaks_for_blue_against_and_what_is_not_seen_is_dark() -> None:
    image = np.full((60, 100, 3), 128, np.uint8)
    heat = np.zeros((4, 4), np.float32)
    heat[0, 0], heat[3, 3] = 2.0, -2.0
    before = image.copy()
    drawn = overlaid(image, heat, Box(20, 0, 80, 60))
    np.testing.assert_array_equal(image, before)
    assert drawn.shape == image.shape
    assert (drawn[:, :20] < 60).all()
    assert (drawn[:, 80:] < 60).all()
    for place, colour in (((2, 22), FOR), ((57, 77), AGAINST)):
        mixed = drawn[place].astype(int)
        assert np.abs(mixed - colour).sum() < np.abs(np.array([128] * 3) - colour).sum() / 2
    np.testing.assert_allclose(drawn[30, 50], 128, atol=2)


def test_an_even_map_leaves_the_picture_grey_and_large_ones_are_made_smaller() -> None:
    image = np.full((1000, 3200, 3), (10, 100, 200), np.uint8)
    drawn = overlaid(image, np.zeros((7, 7), np.float32), Box(0, 0, 3200, 1000))
    assert drawn.shape == (500, 1600, 3)
    assert np.ptp(drawn[0, 0].astype(int)) < np.ptp(image[0, 0].astype(int))


def test_the_part_that_is_seen_stays_in_its_place_where_the_picture_is_made_smaller() -> None:
    image = np.full((2000, 3200, 3), 200, np.uint8)
    drawn = overlaid(image, np.zeros((3, 3), np.float32), Box(600, 0, 2600, 2000))
    assert (drawn[:, 305:1295] > 190).all()
    assert (drawn[:, :295] < 100).all()
    assert (drawn[:, 1305:] < 100).all()
