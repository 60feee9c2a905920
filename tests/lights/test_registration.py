"""Lights on a camera that moves a little: those that follow are still found."""

import cv2
import numpy as np
import pytest

from svod_rcgn.lights.analyzer import Light, LightPlan, SharedLights
from svod_rcgn.lights.registration import Registration
from svod_rcgn.lights.settings import LightSettings
from svod_rcgn.records import Frame, Image

WIDTH, HEIGHT, X, Y = 480, 320, 240, 160


def device(rng: np.random.Generator) -> Image:
    """A panel with labels and edges, by which it is found again."""
    image = np.full((HEIGHT, WIDTH, 3), 90, np.uint8)
    for _ in range(120):
        x, y = int(rng.integers(0, WIDTH)), int(rng.integers(0, HEIGHT))
        if max(abs(x - X), abs(y - Y)) > 40:
            level = int(rng.integers(0, 255))
            cv2.rectangle(
                image, (x, y), (x + int(rng.integers(4, 30)), y + int(rng.integers(4, 14))), [level] * 3, -1
            )
    cv2.rectangle(image, (X - 30, Y - 30), (X + 30, Y + 30), (40, 40, 40), -1)
    return image


def shifted(image: Image, x: float, y: float) -> Image:
    moved = cv2.warpAffine(
        image, np.array([[1, 0, x], [0, 1, y]], np.float32), (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(moved, np.uint8)


@pytest.mark.slow
@pytest.mark.parametrize("follows", [True, False])
def test_a_light_that_follows_is_told_after_the_camera_was_knocked(follows: bool):
    box = ((X - 8) / WIDTH, (Y - 8) / HEIGHT, (X + 8) / WIDTH, (Y + 8) / HEIGHT)
    settings = LightSettings(slowest=1.0)
    analyzer = SharedLights(LightPlan((Light("ready", box, (), follows, settings),))).analyzer()
    ground, states = device(np.random.default_rng(1)), []
    for index in range(20 * 14):
        time, image = index / 20, ground.copy()
        if time * 2 % 1 < 0.5:
            cv2.circle(image, (X, Y), 6, (60, 255, 60), -1)
        knocked = shifted(image, 22, -13) if time > 6 else image
        (seen,) = analyzer.analyze(Frame(knocked, index, time, "panel"))
        states.append(seen.attributes["state"])
    assert states[20 * 6] == "blinking"
    assert (states[-1] == "blinking") is follows


def test_a_picture_of_something_else_moves_nothing():
    rng, registration = np.random.default_rng(2), Registration()
    boxes = np.array([[10.0, 10, 20, 20]])
    registration.moved(device(rng), 0.0, boxes)
    for time, image in ((1.0, device(rng)), (2.0, np.zeros((HEIGHT, WIDTH, 3), np.uint8))):
        assert (registration.moved(image, time, boxes) == boxes).all()


def test_a_move_is_found_to_a_pixel():
    registration, boxes = Registration(), np.array([[100.0, 100, 120, 120]])
    image = device(np.random.default_rng(3))
    registration.moved(image, 0.0, boxes)
    moved = registration.moved(shifted(image, 17, 9), 1.0, boxes)
    assert moved[0] == pytest.approx(boxes[0] + [17, 9, 17, 9], abs=1.0)
