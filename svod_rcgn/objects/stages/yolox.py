"""The answers of YOLOX: one box a cell of three grids.

Ge et al., "YOLOX: Exceeding YOLO Series in 2021"; decoded as in Megvii-BaseDetection/YOLOX,
yolox/utils/demo_utils.py.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np

from ...records import FloatArray
from ..records import Candidates

NAME = "yolox"
STRIDES = (8, 16, 32)
BEFORE_CLASSES = 5  # x, y, width, height, and whether there is an object


def decode(outputs: Sequence[FloatArray], least: float, size: tuple[int, int]) -> Candidates:
    """Read the objects of one picture out of a network's answer.

    Args:
        outputs: One of (1, cells, 5 + classes), cells of strides 8, 16 and 32 row by row: x and y of the
            middle in cells from their cell's, logarithms of width and height in cells, whether there is an
            object, and how likely each class is then.
        least: The score from which a box counts: the product of the last two.
        size: Height and width of the input, in pixels.
    """
    cells = outputs[0][0]
    rows = np.flatnonzero(cells[:, 4] >= least)  # no product is larger
    scores = cells[rows, 4:5] * cells[rows, BEFORE_CLASSES:]
    near, classes = np.nonzero(scores >= least)
    places, strides = _grid(*size)
    rows_of = rows[near]
    told, stride = cells[rows_of, :4], strides[rows_of]
    middles = (told[:, :2] + places[rows_of]) * stride
    halves = np.exp(told[:, 2:]) * stride / 2
    return Candidates(np.hstack([middles - halves, middles + halves]), scores[near, classes], classes)


@cache
def _grid(height: int, width: int) -> tuple[FloatArray, FloatArray]:
    """Column and row of each cell, (cells, 2), and its stride, (cells, 1)."""
    places, strides = [], []
    for stride in STRIDES:
        rows, columns = np.indices((height // stride, width // stride), np.float32)
        places.append(np.stack([columns.ravel(), rows.ravel()], 1))
        strides.append(np.full((rows.size, 1), stride, np.float32))
    return np.concatenate(places), np.concatenate(strides)
