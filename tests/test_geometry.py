import numpy as np
import pytest

from svod_rcgn import geometry
from svod_rcgn.records import Box


def test_a_box_overlaps_itself_wholly_and_a_distant_one_not_at_all():
    box = Box(0, 0, 10, 20)
    assert geometry.intersection_over_union(box, box) == 1
    assert geometry.intersection_over_union(box, Box(10, 0, 20, 20)) == 0
    assert geometry.intersection_over_union(box, Box(50, 50, 60, 60)) == 0


def test_half_overlapping_boxes_share_a_third_of_their_union():
    assert geometry.intersection_over_union(Box(0, 0, 2, 1), Box(1, 0, 3, 1)) == pytest.approx(1 / 3)


def test_the_square_keeps_the_middle_and_widens_the_longer_side():
    assert geometry.square_around(Box(10, 0, 30, 40), margin=0.25) == Box(-10, -10, 50, 50)


def test_a_crop_inside_the_picture_is_that_part_of_it():
    image = np.arange(20 * 20 * 3, dtype=np.uint8).reshape(20, 20, 3)
    assert np.array_equal(geometry.crop(image, Box(4, 6, 12, 14), 8), image[6:14, 4:12])


def test_a_crop_over_the_border_repeats_the_border_and_keeps_the_scale():
    image = np.zeros((10, 10, 3), np.uint8)
    image[:, 0] = 200
    crop = geometry.crop(image, Box(-5, 0, 5, 10), 10)
    assert (crop[:, :6] == 200).all()
    assert (crop[:, 6:] == 0).all()


@pytest.mark.parametrize("box", [Box(3, 3, 3, 3), Box(-50, -50, -40, -40), Box(2.4, 2.4, 2.6, 2.6)])
def test_an_empty_or_outlying_box_still_gives_a_crop_of_the_size_asked_for(box):
    assert geometry.crop(np.zeros((10, 10, 3), np.uint8), box, 16).shape == (16, 16, 3)


def test_pictures_are_made_smaller_to_fit_and_never_larger():
    assert geometry.fit_within(2000, 1000, 640, 640) == pytest.approx(0.32)
    assert geometry.fit_within(1000, 2000, 640, 500) == pytest.approx(0.25)
    assert geometry.fit_within(100, 100, 640, 640) == 1


def test_rows_become_unit_vectors_and_zeros_stay_zeros():
    rows = geometry.unit_rows(np.array([[3, 4], [0, 0]], np.float32))
    assert rows.dtype == np.float32
    assert np.allclose(rows, [[0.6, 0.8], [0, 0]])


def test_a_similarity_finds_the_turn_scale_and_shift_that_were_made():
    points = np.random.default_rng(0).uniform(0, 100, (5, 2)).astype(np.float32)
    made = np.float32([[0.8, -0.3, 12], [0.3, 0.8, -7]])
    moved = points @ made[:, :2].T + made[:, 2]
    np.testing.assert_allclose(geometry.similarity(points, moved), made, atol=1e-4)


def test_a_similarity_never_mirrors_a_face():
    points = np.float32([[0, 0], [10, 0], [5, 5], [1, 9], [9, 9]])
    matrix = geometry.similarity(points, points * [-1, 1])
    assert np.linalg.det(matrix[:, :2]) > 0


@pytest.mark.parametrize("box", [Box(-50, -50, -40, -40), Box(900, 900, 950, 950), Box(5, 5, 5, 5)])
def test_a_part_of_a_picture_is_never_empty(box):
    image = np.arange(20 * 30 * 3, dtype=np.uint8).reshape(20, 30, 3)
    part = geometry.cut(image, box, 0.1)
    assert part.size
    assert part.shape[0] <= 20
