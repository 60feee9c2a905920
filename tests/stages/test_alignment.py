import numpy as np

from svod_rcgn.entities import Box, Face
from svod_rcgn.stages.alignment import FaceAligner


def test_the_crop_is_a_square_round_the_face_with_its_margin():
    image = np.zeros((100, 100, 3), np.uint8)
    image[40:60, 45:55] = 255
    face = Face(Box(45, 40, 55, 60), np.zeros((5, 2), np.float32), 0.9)
    crop = FaceAligner(40, margin=0.5).align(image, face)
    assert crop.shape == (40, 40, 3)
    assert (crop[11:29, 16:24] == 255).all()
    assert (crop[:9] == 0).all()
    assert (crop[:, :14] == 0).all()
