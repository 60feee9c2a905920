"""Which look decides on a photograph: the coarse one where it shows one good face, the full one else."""

import numpy as np
import pytest

from svod_rcgn.errors import InputError
from svod_rcgn.faces.enrolment import FaceCutter
from svod_rcgn.faces.records import Face
from svod_rcgn.faces.settings import CoarseSettings, EnrolmentSettings
from svod_rcgn.faces.stages.coarse import CoarseDetector
from svod_rcgn.records import Box
from tests.fakes import FakeInspector

SIDE = 400
COARSE = CoarseSettings(longer_side=100)
WIDE = Box(10, 10, 50, 50)  # of the small picture; at four times its size Box(40, 40, 200, 200)
TALL = Box(100, 100, 200, 300)


class Detector:
    """Finds some faces in a small picture, and others in a large one."""

    def __init__(self, small, large):
        self.found = {100: small, SIDE: large}
        self.looks = []

    def detect(self, image):
        self.looks.append(max(image.shape[:2]))
        points = np.zeros((5, 2), np.float32)
        return tuple(Face(box, points, 0.9) for box in self.found[self.looks[-1]])


class Doubting(FakeInspector):
    """Finds something wrong with what lies there."""

    def __init__(self, *boxes):
        self.boxes = boxes

    def inspect(self, image, face):
        found = super().inspect(image, face)
        return found.with_reasons(("covered",)) if face.box in self.boxes else found


class Aligner:
    def align(self, image, face):
        return np.zeros((8, 8, 3), np.uint8)


def taken(small, large, inspector=None):
    """The box of the face that is cut, and the sizes that were looked at."""
    detector = Detector(small, large)
    cutter = FaceCutter(
        detector,
        inspector or FakeInspector(),
        Aligner(),
        EnrolmentSettings(),
        "recipe",
        coarse=CoarseDetector(detector, COARSE),
    )
    return cutter.take(np.zeros((SIDE, SIDE, 3), np.uint8))[0].box, detector.looks


def test_one_good_large_face_is_taken_at_the_first_look():
    assert taken([WIDE], [TALL]) == (Box(40, 40, 200, 200), [100])


def test_people_in_the_background_do_not_ask_for_another_look():
    assert taken([WIDE, Box(80, 80, 90, 90)], [TALL]) == (Box(40, 40, 200, 200), [100])


@pytest.mark.parametrize("small", [[], [Box(10, 10, 25, 25)], [WIDE, Box(60, 10, 90, 50)]])
def test_with_no_face_a_small_one_or_several_the_full_look_tells(small):
    assert taken(small, [TALL]) == (TALL, [100, SIDE])


def test_a_face_with_something_wrong_is_looked_at_in_full_so_that_nobody_is_lost():
    assert taken([WIDE], [TALL], Doubting(Box(40, 40, 200, 200))) == (TALL, [100, SIDE])


@pytest.mark.parametrize(
    ("large", "message"), [([], "no face"), ([TALL, TALL], "2 faces"), ([TALL], "covered")]
)
def test_what_the_full_look_finds_wrong_is_the_reason(large, message):
    with pytest.raises(InputError, match=message):
        taken([], large, Doubting(TALL))
