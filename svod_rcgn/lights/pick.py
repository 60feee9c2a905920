"""The colour of a light that somebody points at."""

from typing import Any, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from ..records import Box, Image
from .hue import LINEAR, SATURATED, glow_of, text_of
from .photometry import CORE_POINTS, sample

Floats: TypeAlias = npt.NDArray[np.floating[Any]]

_NEAR = 3  # pixels by which a click may be beside the light
_AROUND = 0.4  # of the picture's height, in which the surroundings lie
_GROUND = 25  # per cent of these are darker than what counts as unlit; a large light may fill half
_LEAST_STEP = 20  # grey levels that it is brighter than these
_LEAST_SIDE = 4  # pixels


def light_at(image: Image, point: tuple[float, float]) -> Box | None:
    """The light at a point, (x, y) in shares of the picture: what is brighter there than half way.

    Returns:
        None where nothing is brighter than its surroundings.
    """
    column, row = _peak_near(image, point)
    levels, reach = image.max(axis=2), max(int(_AROUND * image.shape[0]), 4 * _NEAR)
    around = levels[max(row - reach, 0) : row + reach + 1, max(column - reach, 0) : column + reach + 1]
    peak, ground = float(levels[row, column]), float(np.percentile(around, _GROUND))
    if peak - ground < _LEAST_STEP:
        return None
    lit = (levels > (peak + ground) / 2).view(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(lit)
    left, top, wide, high, _ = stats[labels[row, column]].tolist()
    side = max(wide, high, _LEAST_SIDE) / 2
    return Box(left + wide / 2 - side, top + high / 2 - side, left + wide / 2 + side, top + high / 2 + side)


def level_at(image: Image, point: tuple[float, float]) -> int:
    """How bright a light at a point is, in grey levels; (x, y) in shares of the picture."""
    column, row = _peak_near(image, point)
    return int(image[row, column].max())


def _peak_near(image: Image, point: tuple[float, float]) -> tuple[int, int]:
    """The column and row of what is brightest next to a point."""
    height, width = image.shape[:2]
    x, y = min(int(point[0] * width), width - 1), min(int(point[1] * height), height - 1)
    top, left = max(y - _NEAR, 0), max(x - _NEAR, 0)
    near = image[top : y + _NEAR + 1, left : x + _NEAR + 1].max(axis=2)
    row, column = np.unravel_index(int(near.argmax()), near.shape)
    return left + int(column), top + int(row)


def colour_at(image: Image, box: Box, white: tuple[float, float, float] = (1.0, 1.0, 1.0)) -> str | None:
    """The colour of a light on one picture, by its glow against its surroundings, as #rrggbb.

    Args:
        image: (height, width, 3) uint8, BGR.
        box: Where the light is, in pixels.
        white: What the camera makes of white, linear BGR of any scale.

    Returns:
        None where it is too bright to tell.
    """
    points = sample(image, np.array([[box.left, box.top, box.right, box.bottom]])).points[0]
    lit = LINEAR[points]
    dark = np.broadcast_to(np.median(lit[CORE_POINTS:], axis=0), lit.shape)
    glow = glow_of(lit, dark, (points.max(axis=1) < SATURATED).astype(float), white)
    return None if glow is None else text_of(glow)
