import numpy as np
import pytest

from svod_rcgn.faces.records import Face
from svod_rcgn.faces.settings import CoarseSettings
from svod_rcgn.faces.stages.coarse import CoarseDetector
from svod_rcgn.records import Box

SETTINGS = CoarseSettings(longer_side=100, min_width=0.2, worth=1.5)


class FakeDetector:
    """Finds faces of these widths in every picture, and keeps the shapes it was given."""

    def __init__(self, *widths):
        self.widths, self.shapes = widths, []

    def detect(self, image):
        self.shapes.append(image.shape)
        points = np.full((5, 2), 15, np.float32)
        return tuple(Face(Box(10, 20, 10 + width, 50), points, 0.9) for width in self.widths)


def looked(*widths, shape=(200, 400, 3)):
    detector = FakeDetector(*widths)
    return CoarseDetector(detector, SETTINGS).detect(np.zeros(shape, np.uint8)), detector.shapes


def test_a_large_face_comes_back_in_the_pixels_of_the_picture():
    (face,), shapes = looked(25)
    assert shapes == [(50, 100, 3)]
    assert face.box == Box(40, 80, 140, 200)
    assert (face.landmarks == 60).all()
    assert (face.landmarks.dtype, face.score) == (np.float32, 0.9)


@pytest.mark.parametrize("widths", [(), (19,), (19, 10)])
def test_faces_that_are_all_too_small_to_be_seen_well_are_left_to_the_full_look(widths):
    assert looked(*widths)[0] == ()


def test_beside_a_large_face_small_ones_are_told_too():
    assert len(looked(25, 9)[0]) == 2


def test_a_picture_that_is_small_already_is_not_looked_at_twice():
    assert looked(25, shape=(100, 149, 3)) == ((), [])
