"""The colour of a light by one click, its core saturated."""

import numpy as np
import pytest

from benchmarks.drawn_panels import Camera, DrawnLight, DrawnPanel, Phase
from svod_rcgn.lights.hue import COLOURS, LINEAR, ColourNames, hue_of, linear_of
from svod_rcgn.lights.pick import colour_at, light_at


@pytest.mark.parametrize("colour", COLOURS)
def test_a_click_on_a_saturated_light_finds_its_colour(colour: str):
    bgr = LINEAR[[int(COLOURS[colour][place : place + 2], 16) for place in (5, 3, 1)]]
    light = DrawnLight((Phase(0, 0, 1.0),), colour, tuple(bgr.tolist()), 6.0, 5.0)
    frame = next(iter(DrawnPanel([light], Camera(rate=20.0), 1.0, seed=3, columns=1).frames()))
    height, width = frame.image.shape[:2]
    left, top, right, bottom = frame.boxes[0]
    box = light_at(frame.image, ((left + right) / 2 / width, (top + bottom) / 2 / height))
    assert box is not None
    found = colour_at(frame.image, box)
    assert found is not None
    assert ColourNames().name(hue_of(np.array(linear_of(found)))) == colour


def test_a_place_without_a_light_is_none():
    assert light_at(np.full((90, 120, 3), 70, np.uint8), (0.5, 0.5)) is None


def test_a_light_that_fills_all_with_white_is_too_bright():
    image = np.full((90, 120, 3), 20, np.uint8)
    image[20:70, 40:90] = 255
    box = light_at(image, (0.5, 0.5))
    assert box is not None
    assert colour_at(image, box) is None
