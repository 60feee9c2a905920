import cv2
import numpy as np
import pytest

from svod_rcgn.faces.records import Face
from svod_rcgn.records import Box, Frame
from svod_rcgn.tracking.motion import EveryFrame, MotionGate, MotionSettings

RATE = 30
SIZE = 640, 360
HEAD = np.random.default_rng(1).integers(0, 256, (15, 15, 3), np.uint8)


def room(seed=0, noise=0.0):
    """A place with structure, as a camera sees it: with noise of its own in every frame."""
    coarse = np.random.default_rng(7).integers(40, 200, (9, 16, 3), np.uint8)
    still = cv2.resize(coarse, SIZE, interpolation=cv2.INTER_CUBIC).astype(np.float32)
    still += np.random.default_rng(seed).normal(0, noise, still.shape)
    return np.clip(still, 0, 255).astype(np.uint8)


def with_head(x, image=None):
    image = room() if image is None else image
    image[100:160, x : x + 60] = cv2.resize(HEAD, (60, 60), interpolation=cv2.INTER_CUBIC)
    return image


class Finding:
    """A detector that sees one head where it is told, and counts how often it is asked."""

    def __init__(self, **settings):
        self.looks = 0
        self.x = 0
        self.gate = MotionGate(self, MotionSettings(**settings))
        self.frame = -1

    def detect(self, image):
        self.looks += 1
        box = Box(self.x, 100, self.x + 60, 160)
        return (Face(box, np.full((5, 2), self.x + 30, np.float32), 0.9),)

    def show(self, image, x=0, time=None):
        self.x = x
        self.frame += 1
        time = self.frame / RATE if time is None else time
        return self.gate.find(Frame(image, self.frame, time, ""), lambda: image)


def test_where_something_moves_about_ten_frames_a_second_are_looked_at():
    finding = Finding()
    for step in range(RATE):
        finding.show(with_head(100 + 6 * step), 100 + 6 * step)
    assert 8 <= finding.looks <= 12


def test_between_two_looks_a_face_goes_with_its_picture():
    finding = Finding()
    finding.show(with_head(100), 100)
    for x in (107, 114):
        (face,) = finding.show(with_head(x), -1000)
        assert face.box.left == pytest.approx(x, abs=1.5)
        assert face.box.top == pytest.approx(100, abs=1.5)
        assert face.landmarks[:, 0] == pytest.approx(x + 30, abs=1.5)
    assert finding.looks == 1


def test_a_face_that_cannot_be_followed_is_looked_for():
    finding = Finding()
    finding.show(with_head(100), 100)
    covered = room()
    covered[80:180, 80:180] = 30
    finding.show(covered, 100)
    assert finding.looks == 2


@pytest.mark.slow
def test_a_still_room_with_noise_is_looked_at_now_and_then_only():
    finding = Finding(still_interval=2.0)
    for step in range(4 * RATE + 1):
        finding.show(room(seed=step, noise=8), 100)
    assert finding.looks == 3


@pytest.mark.slow
def test_a_still_person_is_not_forgotten():
    finding = Finding()
    for _ in range(5 * RATE):
        (face,) = finding.show(with_head(100), 100)
        assert face.box.left == 100


def test_somebody_small_who_comes_into_a_still_room_is_looked_at():
    finding = Finding()
    for _ in range(RATE):
        finding.show(room(), 100)
    image = room()
    image[200:230, 300:316] = 20
    finding.show(image, 100)
    assert finding.looks == 2


def test_a_cut_is_looked_at_at_once():
    finding = Finding()
    finding.show(with_head(100), 100)
    finding.show(255 - with_head(100), 300)
    assert finding.looks == 2


@pytest.mark.parametrize("later", [-1.0, -0.02])
def test_a_time_that_steps_back_is_looked_at(later):
    finding = Finding()
    finding.show(with_head(100), 100, time=5.0)
    finding.show(with_head(103), 103, time=5.0 + later)
    assert finding.looks == 2


def test_a_picture_of_another_size_is_looked_at():
    finding = Finding()
    finding.show(with_head(100), 100)
    finding.show(cv2.resize(with_head(100), (480, 360)), 75)
    assert finding.looks == 2


@pytest.mark.parametrize("size", [(1, 1), (5, 2000), (4000, 3)])
def test_pictures_of_any_shape_are_taken(size):
    finding = Finding()
    for level in (0, 200):
        finding.show(np.full((*size, 3), level, np.uint8))


def test_without_intervals_every_frame_is_looked_at():
    finding = Finding(interval=0, still_interval=0)
    for _ in range(5):
        finding.show(room(), 100)
    assert finding.looks == 5


def test_photographs_are_all_looked_at():
    finding = Finding()
    each = EveryFrame(finding)
    for index in range(3):
        each.find(Frame(room(), index, float(index), ""), room)
    assert finding.looks == 3
