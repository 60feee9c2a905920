"""Pictures with bright squares on grey patches, and datasets of them."""

from functools import partial

import cv2
import numpy as np

from svod_rcgn.datasets.records import NewBox, NewPicture
from svod_rcgn.records import Box
from svod_rcgn.storage.images import PictureFile

COLOURS = {"amber": (0, 160, 255), "blue": (255, 80, 0)}  # BGR
WIDTH, HEIGHT = 320, 240


def picture(number, *labels, boxes=None, side=70, **more):
    """A new picture that shows a square of each class; its boxes are those, unless others are said."""
    chance = np.random.default_rng(number)
    grey = np.repeat(chance.integers(0, 130, (9, 12, 1), np.uint8), 3, 2)
    image = cv2.resize(grey, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    found = []
    for place, label in enumerate(labels):
        left = int(chance.integers(0, WIDTH // max(len(labels), 1) - side)) + place * WIDTH // len(labels)
        top = int(chance.integers(0, HEIGHT - side))
        image[top : top + side, left : left + side] = COLOURS[label]
        found.append(NewBox(label, Box(left, top, left + side, top + side)))
    name, data = f"picture-{number}.png", cv2.imencode(".png", image)[1].tobytes()
    said = tuple(found) if boxes is None else boxes
    return NewPicture(name, partial(PictureFile, name, data), boxes=said, **more)


def pictures(count, first=0):
    """As many pictures, of which every fourth shows nothing."""
    sets = (("amber",), ("amber", "blue"), ("blue",), ())
    return [picture(number, *sets[number % len(sets)]) for number in range(first, first + count)]
