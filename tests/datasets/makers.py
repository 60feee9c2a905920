"""Pictures made up on the spot, and datasets of them."""

from functools import partial

import cv2
import numpy as np

from svod_rcgn.datasets.records import NewBox, NewPicture
from svod_rcgn.records import Box
from svod_rcgn.storage.images import PictureFile

CAT, DOG = "cat", "dog"
ANY_NAMES = (
    "Мой кот",
    "犬",
    "ñandú",
    "a.b",
    "..",
    ".hidden",
    "with space",
    "a/b\\c",
    "CON",
    "50% off",
    "a%2Fb",
    "Cat",
    "cat",
    'x:y*?"<>|',
    "🐈",
    "'; DROP TABLE acts; --",
    "=1+1",
    "ends.",
    "a,b;c|d",
)


def noise(number, width=96, height=80):
    """A picture of coloured patches that no other number gives."""
    chance = np.random.default_rng(number)
    patches = chance.integers(0, 256, (10, 12, 3), np.uint8)
    return cv2.resize(patches, (width, height), interpolation=cv2.INTER_NEAREST)


def png(image):
    return cv2.imencode(".png", image)[1].tobytes()


def given(name, data):
    return PictureFile(name, data)


def new(number, *, yes=(), no=(), boxes=None, shooting="", name=None, width=96, height=80):
    name = name or f"picture-{number}.png"
    read = partial(given, name, png(noise(number, width, height)))
    return NewPicture(name, read, tuple(yes), tuple(no), boxes, shooting)


def box(label, *corners):
    return NewBox(label, Box(*corners))


def said(dataset, at=None):
    """All that is said of the pictures, by the names of their files."""
    return {
        each.name: (
            each.yes,
            each.no,
            None if each.boxes is None else tuple((one.label, one.box) for one in each.boxes),
        )
        for each in dataset.pictures(at=at)
    }
