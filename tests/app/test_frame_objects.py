"""What a detector found on a frame is there for what looks at the same frame after it."""

from collections.abc import Generator

import cv2
import numpy as np
import pytest

from svod_rcgn.app.frame_objects import DetectedObjects
from svod_rcgn.app.rule_trial import RuleTrial
from svod_rcgn.media.settings import VideoSettings
from svod_rcgn.records import FACE, OBJECT, Box, Frame, Observation, Phase
from svod_rcgn.rules.rule_file import parse_rules
from tests.app.car_watch import CarWing, Road

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


class Crossing(Road):
    """A lamp that blinks twice a second on a thing that goes to the right, for ten seconds."""

    name = "crossing"
    frames_per_second, frame_count = 20.0, 200

    def frames(self) -> Generator[Frame, None, None]:
        for index in range(self.frame_count):
            time, image = index / 20, np.full((120, 320, 3), 60, np.uint8)
            if time * 2 % 1 < 0.5:
                cv2.circle(image, (left_of(time) + 20, 36), 8, (60, 255, 60), -1)
            yield Frame(image, index, time, self.name)


def left_of(time: float) -> int:
    return round(40 + 15 * time)


class LampWing(CarWing):
    def analyzer(self, *, still: bool) -> "LampFinder":
        return LampFinder()


class LampFinder:
    def analyze(self, frame: Frame) -> tuple[Observation, ...]:
        left = left_of(frame.time)
        box = Box(left, 20, left + 40, 100)
        return (Observation(kind=OBJECT, label="lamp", score=0.9, box=box, track=1),)


@pytest.mark.slow
def test_rules_on_a_film_know_a_light_on_a_thing_that_moves():
    text = """
    [lights.upper]
    detected = "lamp"
    box = [0.25, 0.05, 0.75, 0.35]

    [[rules]]
    name = "upper blinks"
    look = { kind = "light", label = "upper" }
    when = { is = "blinks", from = 1.8, to = 2.2 }
    """
    trial = RuleTrial(Crossing(), [LampWing()], parse_rules(text, "rules.toml"), VideoSettings())
    assert [each.event.rule for each in trial.run() if each.event.phase is Phase.BEGUN] == ["upper blinks"]
