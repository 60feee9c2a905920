"""The cascade, with networks that see a face where the test puts one."""

import numpy as np
import pytest

from svod_rcgn.faces import build
from svod_rcgn.faces.networks import catalogue
from svod_rcgn.faces.settings import CascadeSettings
from svod_rcgn.faces.stages.mtcnn import CascadeDetector
from svod_rcgn.geometry import intersection_over_union
from svod_rcgn.storage import images
from tests.networks.fakes import FakeNetwork

SETTINGS = CascadeSettings(longer_side=128, smallest_face=24)
NOWHERE = (0.0, 0.0, 0.0, 0.0)


def proposals(*cells, correction=NOWHERE):
    """P-Net that sees faces in the cells (x, y, score) of the first picture of the pyramid alone."""
    asked = []

    def answer(batch):
        _, width, height, _ = batch.shape
        shape = (1, (width - 12) // 2 + 1, (height - 12) // 2 + 1)
        corrections, odds = np.zeros((*shape, 4), np.float32), np.zeros((*shape, 2), np.float32)
        for x, y, score in cells if not asked else ():
            odds[0, x, y, 1] = score
            corrections[0, x, y] = correction
        asked.append(batch.shape)
        return corrections, odds

    return FakeNetwork(answer)


def judge(*scores, correction=NOWHERE):
    """R-Net, which gives the crops these scores in their order."""

    def answer(batch):
        rows = np.resize(np.float32(scores), len(batch))
        return np.tile(np.float32(correction), (len(batch), 1)), np.stack([1 - rows, rows], 1)

    return FakeNetwork(answer)


def finisher(*scores, correction=NOWHERE):
    """O-Net, whose landmarks lie in the crop like those of a face."""
    points = np.float32([0.3, 0.7, 0.5, 0.35, 0.65, 0.4, 0.41, 0.6, 0.8, 0.81])

    def answer(batch):
        corrections, odds = judge(*scores, correction=correction).run(batch)
        return corrections, np.tile(points, (len(batch), 1)), odds

    return FakeNetwork(answer)


def detector(first, second=None, third=None):
    networks = first, second or judge(0.9), third or finisher(0.95)
    return CascadeDetector(networks, catalogue.MTCNN.card, SETTINGS)


def picture(width=128, height=64):
    return np.zeros((height, width, 3), np.uint8)


def corners(face):
    return face.box.left, face.box.top, face.box.right, face.box.bottom


def test_a_picture_with_nothing_in_it_has_no_faces():
    assert detector(proposals()).detect(picture()) == ()


def test_a_picture_that_is_smaller_than_the_smallest_face_has_no_faces():
    assert detector(proposals((0, 0, 0.9))).detect(picture(20, 20)) == ()


def test_a_face_comes_back_in_the_pixels_of_the_picture():
    # a cell of 12 pixels at half the size of a picture that itself is shown at half its size
    (face,) = detector(proposals((10, 3, 0.9))).detect(picture(256, 128))
    assert corners(face) == pytest.approx((80, 24, 128, 72))
    assert face.score == pytest.approx(0.95)


def test_landmarks_lie_in_the_box_in_the_order_eyes_nose_mouth():
    (face,) = detector(proposals((10, 3, 0.9))).detect(picture())
    assert face.landmarks.dtype == np.float32
    shares = [(0.3, 0.4), (0.7, 0.41), (0.5, 0.6), (0.35, 0.8), (0.65, 0.81)]
    assert np.allclose(face.landmarks, [[40 + 24 * x, 12 + 24 * y] for x, y in shares], atol=0.01)


def test_each_network_corrects_the_box_and_squares_are_what_it_is_shown():
    wider = (-0.5, 0.0, 0.5, 0.0)
    third = finisher(0.9, correction=(0.25, 0.0, -0.25, 0.0))
    (face,) = detector(proposals((10, 10, 0.9), correction=wider), judge(0.9), third).detect(
        picture(128, 128)
    )
    assert corners(face) == pytest.approx((40, 28, 64, 76))


@pytest.mark.parametrize(
    ("scores", "count"), [((0.61, 0.71, 0.71), 1), ((0.59, 1, 1), 0), ((1, 0.69, 1), 0), ((1, 1, 0.69), 0)]
)
def test_each_network_may_reject_a_face(scores, count):
    first, second, third = scores
    faces = detector(proposals((10, 3, first)), judge(second), finisher(third)).detect(picture())
    assert len(faces) == count


def test_the_surest_face_comes_first():
    three = proposals((0, 0, 0.7), (10, 0, 0.9), (20, 0, 0.8))
    faces = detector(three, judge(0.9), finisher(0.8, 0.75, 0.99)).detect(picture())
    assert [round(face.score, 2) for face in faces] == [0.99, 0.8, 0.75]


def test_of_two_boxes_on_one_face_the_surer_stays():
    (face,) = detector(proposals((10, 3, 0.8), (11, 3, 0.9))).detect(picture())
    assert face.box.left == pytest.approx(44)


def test_a_box_within_another_is_the_same_face():
    inner = (0.25, 0.25, -0.25, -0.25)

    def answer(batch):
        corrections, points, odds = finisher(0.9, 0.8).run(batch)
        corrections[1] = inner
        return corrections, points, odds

    two = proposals((10, 3, 0.9), (14, 3, 0.8))
    pulled = (0, 0, 0, 0), (-1 / 3, 0, -1 / 3, 0)

    def pull(batch):
        return np.float32(pulled), np.float32([[0.1, 0.9], [0.2, 0.8]])

    # R-Net keeps both where they overlap by less than its limit, and moves the second onto the first.
    (face,) = detector(two, FakeNetwork(pull), FakeNetwork(answer)).detect(picture())
    assert corners(face) == pytest.approx((40, 12, 64, 36))


def test_the_networks_get_pictures_with_width_before_height():
    first, second, third = proposals((10, 3, 0.9)), judge(0.9), finisher(0.9)
    image = picture()
    image[:] = (0, 0, 255)
    detector(first, second, third).detect(image)
    assert [batch.shape for batch in first.asked][:2] == [(1, 64, 32, 3), (1, 46, 23, 3)]
    assert [batch.shape for batch in (second.asked[0], third.asked[0])] == [(1, 24, 24, 3), (1, 48, 48, 3)]
    assert first.asked[0][0, 0, 0].tolist() == pytest.approx([127.5 / 128, -127.5 / 128, -127.5 / 128])


@pytest.mark.weights
def test_the_real_cascade_finds_the_faces_that_centerface_finds(mtcnn_dir, detection_dir, demo_dir):
    cascade, other = (build.build_detector(folder, "CPU") for folder in (mtcnn_dir, detection_dir))
    for name in ("faces/Barack_Obama/obama.jpg", "faces/Joe_Biden/biden.jpg", "probes/astronaut.png"):
        image = images.read_picture(demo_dir / name)
        (found, *_), (expected,) = cascade.detect(image), other.detect(image)
        assert intersection_over_union(found.box, expected.box) > 0.6
        distances = np.hypot(*(found.landmarks - expected.landmarks).T)
        assert distances.max() < 0.15 * expected.box.width
