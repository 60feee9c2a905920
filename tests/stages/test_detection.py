import numpy as np
import pytest

from svod_rcgn import pictures, weights
from svod_rcgn.entities import Box, Face
from svod_rcgn.geometry import intersection_over_union
from svod_rcgn.settings import DetectionSettings, NearSettings
from svod_rcgn.stages.detection import FaceDetector, NearFirst
from tests.networks import FakeNetwork, centerface_maps

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


class Looks:
    """Stands in for a detector at one size: what it finds, and how often it was asked."""

    def __init__(self, *widths: int) -> None:
        self.faces = tuple(
            Face(Box(0, 0, width, width), np.zeros((5, 2), np.float32), 0.9) for width in widths
        )
        self.asked = 0

    def detect(self, _image: np.ndarray) -> tuple[Face, ...]:
        self.asked += 1
        return self.faces


@pytest.mark.parametrize(
    ("near", "found", "asked"),
    [
        ((300, 110), (300, 110), 0),
        ((250,), (250,), 0),
        ((249, 100), (240, 100, 30), 1),
        ((), (240, 100, 30), 1),
    ],
)
def test_a_photograph_is_looked_at_closely_only_where_its_widest_face_is_small(near, found, asked):
    small, close = Looks(*near), Looks(240, 100, 30)
    photograph = np.zeros((700, 1000, 3), np.uint8)
    faces = NearFirst(small, close, NearSettings(share=0.25)).detect(photograph)
    assert [face.box.width for face in faces] == list(found)
    assert (small.asked, close.asked) == (1, asked)


@pytest.mark.weights
def test_both_looks_find_the_same_portrait(detection_dir, demo_dir):
    network = weights.load_model(detection_dir, "detection").network
    portrait = pictures.read_picture(demo_dir / "probes/obama3.jpg")
    near, close = (FaceDetector(network, DetectionSettings(longer_side=side)) for side in (320, 640))
    (small,), (large,) = near.detect(portrait), close.detect(portrait)
    assert intersection_over_union(small.box, large.box) > 0.8  # as between other sizes
