"""Boxes of lights held still: a detector's boxes tremble, a camera's shake moves all of them alike."""

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.floating[Any]]

_RATE = 0.15  # of a new box in the mean
_FAR = 0.4  # of a box's size; one that is further off has moved
_ENOUGH = 3  # boxes whose median says how the camera moved


class Stabilisation:
    """The mean of each light's last boxes, moved with the camera."""

    def __init__(self, count: int) -> None:
        self._mean = np.full((count, 4), np.nan)

    def steadied(self, boxes: Floats) -> Floats:
        """The boxes of a frame, (n, 4) with nan where there is none, without their tremble."""
        if np.array_equal(boxes, self._mean):  # fixed places, none of which is missed
            return boxes
        known = np.isfinite(boxes[:, 0]) & np.isfinite(self._mean[:, 0])
        difference = np.where(known[:, None], boxes - self._mean, 0.0)
        if known.sum() >= _ENOUGH:
            shift = np.median((difference[known, :2] + difference[known, 2:]) / 2, axis=0)
            self._mean += np.tile(shift, 2)
            difference[known] -= np.tile(shift, 2)
        size = np.maximum(self._mean[:, 2:] - self._mean[:, :2], 1.0)
        middle = (difference[:, :2] + difference[:, 2:]) / 2
        moved = ~known | (np.abs(middle) > _FAR * size).any(axis=1)
        present = np.isfinite(boxes[:, 0])
        self._mean[moved & present] = boxes[moved & present]
        self._mean[~moved] += _RATE * difference[~moved]
        return np.where(present[:, None], self._mean, np.nan)
