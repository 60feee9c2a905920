import cv2
import numpy as np
import pytest

from svod_rcgn.faces.records import Face
from svod_rcgn.faces.stages.alignment import FaceAligner, LandmarkAligner
from svod_rcgn.networks import templates
from svod_rcgn.records import Box


def test_the_crop_is_a_square_round_the_face_with_its_margin():
    image = np.zeros((100, 100, 3), np.uint8)
    image[40:60, 45:55] = 255
    face = Face(Box(45, 40, 55, 60), np.zeros((5, 2), np.float32), 0.9)
    crop = FaceAligner(40, margin=0.5).align(image, face)
    assert crop.shape == (40, 40, 3)
    assert (crop[11:29, 16:24] == 255).all()
    assert (crop[:9] == 0).all()
    assert (crop[:, :14] == 0).all()


def a_face_at(landmarks):
    return Face(Box(0, 0, 1, 1), np.float32(landmarks), 0.9)


def test_the_landmarks_come_to_lie_where_the_template_has_them():
    """Each landmark is a spot of its own grey on a face that is tilted and larger than the crop."""
    wanted = templates.landmarks("arcface", 112)
    turn = np.float32([[1.9, -0.6], [0.6, 1.9]])
    points = wanted @ turn.T + np.float32([80, 40])
    image = np.zeros((400, 400, 3), np.uint8)
    for grey, (x, y) in zip((50, 90, 130, 170, 210), points, strict=True):
        cv2.circle(image, (round(float(x)), round(float(y))), 9, (grey, grey, grey), -1)
    crop = LandmarkAligner(112, wanted).align(image, a_face_at(points))
    assert crop.shape == (112, 112, 3)
    greys = [int(crop[round(float(y)), round(float(x)), 0]) for x, y in wanted]
    assert greys == pytest.approx([50, 90, 130, 170, 210], abs=3)


def test_a_named_template_is_scaled_to_the_crop_and_ten_numbers_are_taken_as_they_are():
    half = templates.landmarks("arcface", 56)
    np.testing.assert_allclose(half * 2, templates.landmarks("arcface", 112), rtol=1e-6)
    assert templates.landmarks(tuple(range(10)), 56).tolist() == [[0, 1], [2, 3], [4, 5], [6, 7], [8, 9]]


def test_a_large_face_is_reduced_by_areas_and_not_by_leaving_pixels_out():
    stripes = np.zeros((960, 960, 3), np.uint8)
    stripes[:, ::2] = 255
    target = np.float32([[3, 3], [9, 3], [6, 6], [3, 9], [9, 9]])
    crop = LandmarkAligner(12, target).align(stripes, a_face_at(target * 80))
    assert (abs(crop.astype(int) - 127) < 30).all()
