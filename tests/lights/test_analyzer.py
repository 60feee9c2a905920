"""Lights of a camera as observations, while the plan of them changes."""

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from svod_rcgn.lights.analyzer import Light, LightAnalyzer, LightPlan, SharedLights
from svod_rcgn.lights.settings import LightSettings
from svod_rcgn.records import Frame, Observation

RATE = 30
SETTINGS = LightSettings(slowest=1.0)
LEFT = Light("left", (0.2, 0.4, 0.3, 0.6), settings=SETTINGS)
RIGHT = Light("right", (0.7, 0.4, 0.8, 0.6), settings=SETTINGS)


def watch(analyzer: LightAnalyzer, start: float, seconds: float) -> Sequence[Observation]:
    """What is seen at last of two lamps that blink twice a second."""
    seen: Sequence[Observation] = ()
    for step in range(round(RATE * seconds)):
        time = start + step / RATE
        image = np.full((120, 240, 3), 40, np.uint8)
        if time * 2 % 1 < 0.5:
            for column in (60, 180):
                cv2.circle(image, (column, 60), 8, (60, 255, 60), -1)
        seen = analyzer.analyze(Frame(image, round(RATE * time), time, "yard"))
    return seen


def states(seen: Sequence[Observation]) -> dict[str | None, str | None]:
    return {each.label: each.attributes["state"] for each in seen}


def test_what_is_known_of_a_light_that_stays_the_same_outlasts_another_plan():
    shared = SharedLights(LightPlan((LEFT,)))
    analyzer = shared.analyzer()
    assert states(watch(analyzer, 0, 4)) == {"left": "blinking"}
    shared.replace(LightPlan((replace(LEFT), RIGHT)))
    assert states(watch(analyzer, 4, 0.1)) == {"left": "blinking", "right": None}
    shared.replace(LightPlan((replace(RIGHT),)))
    assert states(watch(analyzer, 4.1, 4)) == {"right": "blinking"}


def test_a_light_that_is_elsewhere_now_is_looked_at_anew():
    shared = SharedLights(LightPlan((LEFT, RIGHT)))
    analyzer = shared.analyzer()
    watch(analyzer, 0, 4)
    shared.replace(LightPlan((replace(LEFT, box=(0.1, 0.4, 0.2, 0.6)), RIGHT)))
    assert states(watch(analyzer, 4, 0.1)) == {"right": "blinking", "left": None}


def test_another_white_of_the_camera_is_taken_at_once():
    shared = SharedLights(LightPlan((LEFT,)))
    analyzer = shared.analyzer()
    watch(analyzer, 0, 4)
    shared.replace(LightPlan((LEFT,), whites={"yard": (0.5, 0.8, 1.0)}))
    assert states(watch(analyzer, 4, 0.1)) == {"left": None}
