"""Lights on things that a detector finds, whose boxes tremble, fail and go with the thing."""

import cv2
import numpy as np
import pytest

from svod_rcgn.lights.analyzer import Light, LightPlan, SharedLights
from svod_rcgn.lights.detected_place import DetectedPlace
from svod_rcgn.lights.settings import LightSettings
from svod_rcgn.records import Box, Frame, Observation

RATE, SECONDS = 20, 14
WIDTH, HEIGHT = 320, 240
UPPER = (0.25, 0.05, 0.75, 0.35)


def thing(left: float, top: float, score: float = 0.8, label: str = "lamp") -> Observation:
    return Observation(kind="object", label=label, score=score, box=Box(left, top, left + 40, top + 80))


def test_of_several_the_surest_is_taken_and_then_the_one_that_is_nearest():
    place = DetectedPlace("lamp", UPPER)
    assert np.isnan(place.row([thing(0, 0, label="car")])).all()
    assert place.row([thing(0, 0), thing(100, 0, 0.9)]).tolist() == [110, 4, 130, 28]
    assert place.row([thing(0, 0, 0.95), thing(104, 0, 0.3)]).tolist() == [114, 4, 134, 28]
    assert np.isnan(place.row([])).all()
    assert place.row([thing(0, 0, 0.95), thing(108, 0, 0.3)])[0] == 118


@pytest.mark.slow
def test_a_lamp_on_a_thing_that_moves_blinks_though_the_detector_misses_a_fifth():
    rng = np.random.default_rng(4)
    finds: dict[int, list[Observation]] = {}
    light = Light("upper", UPPER, settings=LightSettings(slowest=1.0), detected="lamp")
    analyzer = SharedLights(LightPlan((light,))).analyzer(lambda frame: finds[frame.index])
    states = []
    for index in range(RATE * SECONDS):
        time, image = index / RATE, np.full((HEIGHT, WIDTH, 3), 60, np.uint8)
        left, top = 60 + 10 * time, 60.0  # the box goes 140 pixels to the right
        if time * 2 % 1 < 0.5:
            cv2.circle(image, (round(left) + 20, round(top) + 16), 8, (60, 255, 60), -1)
        trembling = thing(left + rng.normal(0, 1), top + rng.normal(0, 1))
        finds[index] = [] if rng.random() < 0.2 else [trembling]
        (seen,) = analyzer.analyze(Frame(image, index, time, "yard"))
        states.append(seen.attributes["state"])
        frequency = seen.attributes.get("frequency")
    assert states[-1] == "blinking"
    assert frequency == pytest.approx(2.0, rel=0.05)
    assert "on" not in states
