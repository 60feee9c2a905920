"""Scenes before a quiet camera, drawn: a room, empty or with people who sway a little.

Every picture has the noise of a sensor of its own, so that no two are the same.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from svod_rcgn.records import Image

WIDTH, HEIGHT = 640, 360
NOISE = 2.0  # grey levels, as of a webcam in a lit room
ROUND = 120  # pictures after which the same ones come again
SWAY = 6  # pixels to each side
PERSON_HEIGHT = 200


def scene(people: Sequence[Image]) -> list[Image]:
    """A round of pictures of a room, with these portraits in it."""
    chance = np.random.default_rng(0)
    room, small = _room(), [_scaled(portrait) for portrait in people]
    return [_noisy(_peopled(room, small, number), chance) for number in range(ROUND)]


def _room() -> Image:
    """A wall that is lighter on the left, a floor, a window and a table."""
    light = np.linspace(200, 130, WIDTH, dtype=np.float32)
    wall = np.repeat(light[None, :, None], HEIGHT, axis=0) * np.array([0.9, 0.97, 1.0], np.float32)
    room = wall.astype(np.uint8)
    room[290:] = room[290:] // 2
    cv2.rectangle(room, (250, 40), (390, 160), (235, 225, 210), -1)
    cv2.rectangle(room, (200, 250), (440, 310), (50, 80, 110), -1)
    return cv2.GaussianBlur(room, (5, 5), 0).astype(np.uint8)


def _scaled(portrait: Image) -> Image:
    height, width = portrait.shape[:2]
    size = min(WIDTH // 2 - 4 * SWAY, round(width * PERSON_HEIGHT / height)), PERSON_HEIGHT
    return cv2.resize(portrait, size, interpolation=cv2.INTER_AREA).astype(np.uint8)


def _peopled(room: Image, people: Sequence[Image], number: int) -> Image:
    """The room with people side by side, each at a place of its own in its sway."""
    picture = room.copy()
    for place, person in enumerate(people):
        height, width = person.shape[:2]
        sway = SWAY * np.sin(2 * np.pi * (number / ROUND + place / 3))
        left = round((2 * place + 1) * WIDTH / (2 * len(people)) - width / 2 + sway)
        top = HEIGHT - height - SWAY + round(sway / 2)
        picture[top : top + height, left : left + width] = person
    return picture


def _noisy(picture: Image, chance: np.random.Generator) -> Image:
    noise = chance.normal(0, NOISE, picture.shape)
    return np.clip(picture + noise, 0, 255).astype(np.uint8)
