"""RISE: random halves of the picture are hidden, and each part is judged by the answers while it was shown.

Petsiuk et al., "RISE: Randomized Input Sampling for Explanation of Black-box Models", 2018.
"""

from itertools import cycle

import cv2
import numpy as np

from ..records import FloatArray
from .trial import Deadline, Trial, log_odds

_CELLS = (3, 5, 7)  # a side, of grids that take turns
_SHOWN = 0.5


def rise(trial: Trial, deadline: Deadline, generator: np.random.Generator) -> FloatArray:
    """How much likelier the answer is with a part than on the average, by log-odds.

    Masks come in pairs, each with what the other lacks, so that chance evens out the sooner. One batch is
    looked at, whatever the time.

    Args:
        trial: What is asked.
        deadline: When to end.
        generator: Draws the masks.

    Returns:
        (height, width), the slope of the answer over how much of a pixel is shown.
    """
    moments = np.zeros((3, *trial.size), np.float32)  # of mask times answer, mask, and mask squared
    answers, looks, grids = 0.0, 0, cycle(_CELLS)
    while not looks or not deadline.passed:
        masks = _masks(max(1, trial.batch // 2), next(grids), trial.size, generator)
        masks = np.concatenate([masks, 1 - masks])
        found = log_odds(trial.hide(masks))
        moments += np.stack([np.tensordot(found, masks, 1), masks.sum(0), (masks * masks).sum(0)])
        answers, looks = answers + float(found.sum()), looks + len(masks)
    told, shown, squared = moments / looks
    spread = np.maximum(squared - shown * shown, 1e-6)
    slope: FloatArray = (told - shown * (answers / looks)) / spread
    return slope.astype(np.float32)


def _masks(count: int, side: int, size: tuple[int, int], generator: np.random.Generator) -> FloatArray:
    """Random grids, made larger with soft borders and moved at random; (count, height, width) 0..1."""
    cells = [-(-length // side) for length in size]
    grids = (generator.random((count, side + 1, side + 1)) < _SHOWN).astype(np.float32)
    masks = np.empty((count, *size), np.float32)
    for mask, grid in zip(masks, grids, strict=True):
        large = cv2.resize(grid, ((side + 1) * cells[1], (side + 1) * cells[0]))
        top, left = (int(generator.integers(cell)) for cell in cells)
        mask[:] = large[top : top + size[0], left : left + size[1]]
    return masks
