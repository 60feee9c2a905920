"""Ink that is no digit, made to be learned from as such: letters, scribbles, and halves that do not belong.

A network that has seen what is nothing is less sure of what it has never seen (Hendrycks et al., "Deep
Anomaly Detection with Outlier Exposure", 2019). Letters that may pass for digits are left out.
"""

import cv2
import numpy as np

from ...records import FloatArray, Image
from .distort import IntArray
from .glyphs import SIDE, normalised

LETTERS = "AEHMPVXknruw&%"
_FONTS = (0, 1, 2, 3, 4, 6, 7)  # OpenCV's Hershey fonts
_CANVAS = 112


def negatives(pictures: Image, labels: IntArray, count: int, seed: int) -> Image:
    """So many of them in their frame, (count, 28, 28) uint8, the same for the same seed.

    Args:
        pictures: Digits in their frame, (n, 28, 28) uint8, to be cut up.
        labels: What each is, (n,) 0..9.
        count: How many.
        seed: Of all that is random.
    """
    generator = np.random.default_rng(seed)
    made = []
    for number in range(count):
        kind = number % 3
        if kind == 0:
            made.append(_letter(generator))
        elif kind == 1:
            made.append(_scribble(generator))
        else:
            made.append(_mixture(pictures, labels, generator))
    return np.stack([normalised(each) for each in made])


def _letter(generator: np.random.Generator) -> FloatArray:
    canvas = np.zeros((_CANVAS, _CANVAS), np.uint8)
    letter, font = generator.choice(list(LETTERS)), int(generator.choice(_FONTS))
    thickness = int(generator.integers(2, 9))
    cv2.putText(canvas, str(letter), (20, 86), font, float(generator.uniform(2, 3)), 255, thickness)
    return _as_ink(canvas)


def _scribble(generator: np.random.Generator) -> FloatArray:
    """A line that turns often, or several that cross."""
    canvas = np.zeros((_CANVAS, _CANVAS), np.uint8)
    for _ in range(int(generator.integers(1, 4))):
        corners = generator.integers(12, _CANVAS - 12, (int(generator.integers(3, 9)), 2))
        thickness = int(generator.integers(3, 9))
        cv2.polylines(canvas, [_smooth(corners)], False, 255, thickness, cv2.LINE_AA)
    return _as_ink(canvas)


def _smooth(corners: IntArray) -> "np.ndarray[tuple[int, ...], np.dtype[np.int32]]":
    """Corners cut twice, which rounds them (Chaikin, 1974)."""
    points = corners.astype(np.float64)
    for _ in range(2):
        near, far = 0.75 * points[:-1] + 0.25 * points[1:], 0.25 * points[:-1] + 0.75 * points[1:]
        points = np.stack([near, far], 1).reshape(-1, 2)
    return np.round(points).astype(np.int32)


def _mixture(pictures: Image, labels: IntArray, generator: np.random.Generator) -> FloatArray:
    """The upper or left half of a digit, with the other half of another one that lies on its side."""
    first = int(generator.integers(len(pictures)))
    second = int(generator.choice(np.flatnonzero(labels != labels[first])))
    mixed = pictures[first].copy()
    mixed[SIDE // 2 :] = np.rot90(pictures[second])[SIDE // 2 :]
    return _as_ink(mixed if generator.integers(2) else np.ascontiguousarray(mixed.T))


def _as_ink(canvas: Image) -> FloatArray:
    ink: FloatArray = canvas.astype(np.float32) / np.float32(255)
    return ink
