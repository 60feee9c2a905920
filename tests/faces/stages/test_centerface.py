import numpy as np
import pytest

from svod_rcgn.faces.settings import DetectionSettings
from svod_rcgn.faces.stages.centerface import FaceDetector
from tests.networks.fakes import FakeNetwork, centerface_maps

SETTINGS = DetectionSettings(longer_side=128, min_score=0.5, max_overlap=0.3)


def detector(*faces):
    return FaceDetector(FakeNetwork(lambda batch: centerface_maps(batch, faces)), SETTINGS)


def test_a_picture_with_nothing_in_it_has_no_faces():
    assert detector().detect(np.zeros((64, 128, 3), np.uint8)) == ()


def test_a_face_comes_back_in_the_pixels_of_the_picture():
    (face,) = detector((60, 30, 20, 28, 0.9)).detect(np.zeros((128, 256, 3), np.uint8))
    assert (face.box.left, face.box.top, face.box.right, face.box.bottom) == pytest.approx((100, 32, 140, 88))
    assert face.score == pytest.approx(0.9)


def test_landmarks_lie_in_the_box_in_the_order_eyes_nose_mouth():
    (face,) = detector((60, 30, 20, 28, 0.9)).detect(np.zeros((64, 128, 3), np.uint8))
    assert np.allclose(face.landmarks[0], [50 + 6, 16 + 11.2], atol=0.01)
    assert np.allclose(face.landmarks[2], [50 + 10, 16 + 16.8], atol=0.01)
    assert face.landmarks.dtype == np.float32


def test_the_surest_face_comes_first_and_doubtful_ones_not_at_all():
    faces = detector((20, 20, 10, 10, 0.6), (60, 20, 10, 10, 0.9), (100, 20, 10, 10, 0.4)).detect(
        np.zeros((64, 128, 3), np.uint8)
    )
    assert [round(face.score, 1) for face in faces] == [0.9, 0.6]


def test_of_two_boxes_on_one_face_the_surer_stays():
    (face,) = detector((60, 30, 20, 20, 0.8), (64, 30, 20, 20, 0.9)).detect(np.zeros((64, 128, 3), np.uint8))
    assert face.score == pytest.approx(0.9)


def test_a_face_at_the_border_keeps_its_size():
    (face,) = detector((4, 30, 20, 20, 0.9)).detect(np.zeros((64, 128, 3), np.uint8))
    assert face.box.left == pytest.approx(-6)
    assert face.box.width == pytest.approx(20)


@pytest.mark.parametrize(
    ("height", "width", "shape"),
    [
        (64, 128, (64, 128)),
        (256, 256, (128, 128)),
        (50, 70, (64, 96)),
        (1, 1, (32, 32)),
        (3000, 10, (128, 32)),
    ],
)
def test_the_network_gets_the_picture_made_to_fit_in_rgb(height, width, shape):
    network = FakeNetwork(lambda batch: centerface_maps(batch, ()))
    FaceDetector(network, SETTINGS).detect(np.full((height, width, 3), (1, 2, 3), np.uint8))
    (batch,) = network.asked
    assert batch.shape == (1, 3, *shape)
    assert batch[0, :, 0, 0].tolist() == [3, 2, 1]
