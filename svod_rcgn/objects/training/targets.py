"""What the cells of a picture should answer.

Round the middle of an object cells count as much as an elliptic bell says, and the smallest object has a cell
that several would have: Liu et al., "Training-Time-Friendly Network for Real-Time Object Detection", 2020.
"""

from dataclasses import dataclass

import numpy as np

from ...records import FloatArray
from ..records import Rows
from .input_size import InputSize

SHOWN, HARDLY = 0.6, 0.1
"""From the first bell on a cell shows the object's middle, below the second it does not; else nobody asks."""

_SPREAD = 0.54 / 6  # of a side, by that work
_LEAST_SPREAD = 0.35  # cells


@dataclass(frozen=True, slots=True, eq=False)
class CellTargets:
    """What the cells of a picture should answer.

    `bells` (classes, rows, columns) are 0..1, and `nearness` (rows, columns) is the largest bell of any
    class; `ways` (4, rows, columns) are how far that object reaches from the cell's middle to the left, top,
    right and bottom, in cells.
    """

    bells: FloatArray
    nearness: FloatArray
    ways: FloatArray


def targets_of(boxes: FloatArray, classes: Rows, count: int, size: InputSize) -> CellTargets:
    """What cells should answer.

    Args:
        boxes: (n, 4) in pixels of the input.
        classes: (n,) numbers of classes.
        count: How many classes there are.
        size: Of the input.
    """
    rows, columns = size.height // size.stride, size.width // size.stride
    down, across = np.arange(rows, dtype=np.float32) + 0.5, np.arange(columns, dtype=np.float32) + 0.5
    bells = np.zeros((count, rows, columns), np.float32)
    nearness, ways = np.zeros((rows, columns), np.float32), np.ones((4, rows, columns), np.float32)
    cells = boxes / np.float32(size.stride)
    areas = (cells[:, 2:] - cells[:, :2]).prod(1)
    for place in np.argsort(-areas, kind="stable"):
        left, top, right, bottom = cells[place]
        bell = _bell(down, top, bottom)[:, None] * _bell(across, left, right)
        own = bells[classes[place]]
        np.maximum(own, bell, out=own)
        inside = bell > nearness
        nearness[inside] = bell[inside]
        sides = np.broadcast_arrays(
            across - left, (down - top)[:, None], right - across, (bottom - down)[:, None]
        )
        ways[:, inside] = np.stack([np.broadcast_to(each, (rows, columns)) for each in sides])[:, inside]
    return CellTargets(bells, nearness, ways)


def _bell(places: FloatArray, low: float, high: float) -> FloatArray:
    """1 at the cell that holds the middle."""
    middle = min(max(int((low + high) / 2), 0), len(places) - 1) + 0.5
    spread = max(_SPREAD * (high - low), _LEAST_SPREAD)
    bell: FloatArray = np.exp(-((places - np.float32(middle)) ** 2) / np.float32(2 * spread * spread))
    return bell
