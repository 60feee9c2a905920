"""What a detector found on a frame is there for what looks at the same frame after it."""

import numpy as np

from svod_rcgn.app.frame_objects import DetectedObjects
from svod_rcgn.records import FACE, OBJECT, Box, Frame, Observation

CAR = Observation(kind=OBJECT, label="car", score=0.9, box=Box(1, 2, 3, 4))


class Eyes:
    def analyze(self, frame: Frame) -> tuple[Observation, ...]:
        return (CAR,) if frame.index else ()


def frame(index: int) -> Frame:
    return Frame(np.zeros((4, 4, 3), np.uint8), index, index / 10, "yard")


def test_objects_of_this_frame_are_known_and_of_no_other():
    detected = DetectedObjects()
    analyzer = detected.watched(OBJECT, Eyes)
    assert detected.on(frame(0)) == ()
    assert analyzer.analyze(frame(1)) == (CAR,)
    assert list(detected.on(frame(1))) == [CAR]
    assert list(detected.on(frame(2))) == []


def test_faces_are_no_objects():
    detected = DetectedObjects()
    detected.watched(FACE, Eyes).analyze(frame(1))
    assert list(detected.on(frame(1))) == []
