"""Which face of a photograph is cut, and why there is none to cut."""

import numpy as np
import pytest

from svod_rcgn.errors import InputError
from svod_rcgn.faces.enrolment import FaceCutter
from svod_rcgn.faces.records import Face
from svod_rcgn.faces.settings import EnrolmentSettings
from svod_rcgn.records import Box
from tests.fakes import FakeInspector

WIDE = Box(40, 40, 200, 200)
SMALL = Box(320, 320, 360, 360)
BESIDE = Box(240, 40, 360, 200)


class Detector:
    """Finds these faces in any picture."""

    def __init__(self, boxes):
        self.boxes = boxes

    def detect(self, image):
        points = np.zeros((5, 2), np.float32)
        return tuple(Face(box, points, 0.9) for box in self.boxes)


class Doubting(FakeInspector):
    """Finds every face covered."""

    def inspect(self, image, face):
        return super().inspect(image, face).with_reasons(("covered",))


class Aligner:
    def align(self, image, face):
        return np.zeros((8, 8, 3), np.uint8)


def taken(boxes, inspector=None, *, keep=False):
    """The box of the face that is cut."""
    settings = EnrolmentSettings(keep_low_quality=keep)
    cutter = FaceCutter(Detector(boxes), inspector or FakeInspector(), Aligner(), settings, "recipe")
    return cutter.take(np.zeros((400, 400, 3), np.uint8))[0].box


def test_the_only_face_is_taken_and_people_in_the_background_do_not_count():
    assert taken([WIDE]) == taken([WIDE, SMALL]) == WIDE


@pytest.mark.parametrize(("boxes", "message"), [([], "no face"), ([WIDE, BESIDE], "2 faces")])
def test_a_photograph_of_nobody_or_of_several_says_so(boxes, message):
    with pytest.raises(InputError, match=message):
        taken(boxes)


def test_a_face_with_something_wrong_is_taken_on_wish_alone():
    with pytest.raises(InputError, match="covered"):
        taken([WIDE], Doubting())
    assert taken([WIDE], Doubting(), keep=True) == WIDE
