"""Pictures of somebody who sits for a camera, and stages that read their first pixel.

Blue says how many faces there are, green how far the first is turned, red which picture of whom it is.
"""

import numpy as np

from svod_rcgn.faces.enrolment import FaceCutter
from svod_rcgn.faces.records import Face
from svod_rcgn.faces.settings import EnrolmentSettings
from svod_rcgn.geometry import unit_rows
from svod_rcgn.records import Box, FloatArray, Image
from tests.fakes import FakeInspector

SIDE = 48
PER_PERSON = 20
WHOLE_SITTING = (0, 30, -30, 0, 30, -30)
_LEVEL = 90


def frame(turn: float = 0, number: int = 0, person: int = 0, faces: int = 1) -> Image:
    image = np.zeros((SIDE, SIDE, 3), np.uint8)
    image[:] = faces, _LEVEL + turn, person * PER_PERSON + number
    return image


def landmarks(turn: float) -> FloatArray:
    """Of an upright face whose eyes are 20 pixels apart, by the formula of `turned`."""
    eyes = 20 * np.cos(np.radians(turn)) / 2
    nose = 10 * np.sin(np.radians(turn))
    points = [[-eyes, 0], [eyes, 0], [nose, 10], [-eyes, 20], [eyes, 20]]
    return np.array(points, np.float32) + 24


class SitterDetector:
    def detect(self, image: Image) -> tuple[Face, ...]:
        points = landmarks(float(image[0, 0, 1]) - _LEVEL)
        return tuple(Face(Box(n, 5, 40 + n, 45), points, 0.9) for n in range(image[0, 0, 0]))


class WholeAligner:
    def align(self, image: Image, face: Face) -> Image:
        return image


class SitterEmbedder:
    """Two pictures of one person are alike by 0.8, of two persons by 0."""

    def embed(self, crops: list[Image]) -> FloatArray:
        rows = np.zeros((len(crops), 300), np.float32)
        for row, crop in zip(rows, crops, strict=True):
            row[int(crop[0, 0, 2]) // PER_PERSON] = 2
            row[20 + int(crop[0, 0, 2])] = 1
        return unit_rows(rows)


def taker() -> FaceCutter:
    return FaceCutter(SitterDetector(), FakeInspector(), WholeAligner(), EnrolmentSettings(), "recipe")
