"""Occlusion: squares of the picture are hidden, large ones first, and smaller ones where that told most.

Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks", 2014.
"""

import numpy as np
import numpy.typing as npt

from ..records import FloatArray
from .trial import Deadline, Trial, log_odds

Windows = npt.NDArray[np.int64]

_SHARES = (1 / 2, 1 / 4, 1 / 8)  # of a side; neighbours overlap by half


def occlusion(trial: Trial, deadline: Deadline, generator: np.random.Generator) -> FloatArray:
    """How much less likely the answer is without each part, by log-odds.

    The largest squares are all looked at, whatever the time.

    Args:
        trial: What is asked.
        deadline: When to end.
        generator: Places the grids.

    Returns:
        (height, width), the mean over the sizes of squares of what hiding a pixel's squares costs.
    """
    (whole,) = log_odds(trial.hide(np.ones((1, *trial.size), np.float32)))
    heat = np.zeros(trial.size, np.float32)
    levels: list[FloatArray] = []
    for share in _SHARES:
        windows = _most_promising_first(_windows(trial.size, share, generator), heat)
        total, count = np.zeros_like(heat), np.zeros_like(heat)
        for start in range(0, len(windows), trial.batch):
            if levels and deadline.passed:
                break
            part = windows[start : start + trial.batch]
            _add(total, count, part, whole - log_odds(trial.hide(_without(part, trial.size))))
        levels.append(_filled(total, count, heat))
        heat = np.mean(levels, 0, dtype=np.float32)
    return heat


def _windows(size: tuple[int, int], share: float, generator: np.random.Generator) -> Windows:
    """Squares (top, bottom, left, right) that cover the picture, from a random start."""
    sides = [max(1, round(share * side)) for side in size]
    steps = [max(1, side // 2) for side in sides]
    starts = [
        np.arange(-int(generator.integers(step)), length, step)
        for length, step in zip(size, steps, strict=True)
    ]
    tops, lefts = np.meshgrid(*starts, indexing="ij")
    corners = np.stack([tops, tops + sides[0], lefts, lefts + sides[1]], -1).reshape(-1, 4)
    return np.clip(corners, 0, np.array([size[0], size[0], size[1], size[1]]))


def _most_promising_first(windows: Windows, heat: FloatArray) -> Windows:
    promise = [
        np.abs(heat[top:bottom, left:right]).sum(dtype=np.float64) for top, bottom, left, right in windows
    ]
    return windows[np.argsort(promise, kind="stable")[::-1]]


def _without(windows: Windows, size: tuple[int, int]) -> FloatArray:
    kept = np.ones((len(windows), *size), np.float32)
    for each, (top, bottom, left, right) in zip(kept, windows, strict=True):
        each[top:bottom, left:right] = 0
    return kept


def _add(total: FloatArray, count: FloatArray, windows: Windows, costs: FloatArray) -> None:
    for (top, bottom, left, right), cost in zip(windows, costs, strict=True):
        total[top:bottom, left:right] += cost
        count[top:bottom, left:right] += 1


def _filled(total: FloatArray, count: FloatArray, before: FloatArray) -> FloatArray:
    """The mean cost of a pixel's squares; where none was looked at, what larger ones say, scaled."""
    seen = count > 0
    mean = total / np.maximum(count, 1)
    usual = np.abs(before[seen]).sum()
    scale = np.abs(mean[seen]).sum() / usual if usual else 0.0
    return np.where(seen, mean, before * np.float32(scale)).astype(np.float32)
