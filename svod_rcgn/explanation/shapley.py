"""KernelSHAP: what each piece of a picture adds to an answer, on the average over all orders of adding them.

Lundberg and Lee, "A Unified Approach to Interpreting Model Predictions", 2017; coalitions in pairs as in
Covert and Lee, "Improving KernelSHAP", 2021. The package shap does the same, and brings numba, llvmlite,
pandas and scikit-image with it, some 300 megabytes, for the few lines below.
"""

import numpy as np
import numpy.typing as npt

from ..records import FloatArray
from .segments import Labels, segments
from .trial import Deadline, Trial, log_odds

Chosen = npt.NDArray[np.bool_]

PIECES = 30


def shapley(trial: Trial, deadline: Deadline, generator: np.random.Generator) -> FloatArray:
    """Shapley values of the pieces of a picture, by log-odds, spread over their pixels.

    One batch is looked at, whatever the time.

    Args:
        trial: What is asked.
        deadline: When to end.
        generator: Draws the coalitions.

    Returns:
        (height, width), whose mean is the log-odds of the picture over those of an empty one.
    """
    pieces = segments(trial.image, PIECES)
    count = int(pieces.max()) + 1
    ends = log_odds(trial.hide(_shown(np.array([[0], [1]], bool).repeat(count, 1), pieces)))
    chosen: list[Chosen] = []
    found: list[FloatArray] = []
    while not chosen or not deadline.passed:
        drawn = coalitions(max(1, trial.batch // 2), count, generator)
        drawn = np.concatenate([drawn, ~drawn])
        chosen.append(drawn)
        found.append(log_odds(trial.hide(_shown(drawn, pieces))) - ends[0])
    values = solve(np.concatenate(chosen), np.concatenate(found), float(ends[1] - ends[0]))
    return (values * pieces.size / np.bincount(pieces.ravel()))[pieces].astype(np.float32)


def _shown(chosen: Chosen, pieces: Labels) -> FloatArray:
    return chosen.astype(np.float32)[:, pieces]


def coalitions(draws: int, count: int, generator: np.random.Generator) -> Chosen:
    """Sets of pieces, (draws, count) bool, each as often as Shapley's kernel weighs it; count >= 1."""
    sizes = np.arange(1, max(2, count))
    weights = 1 / (sizes * np.maximum(1, count - sizes))
    drawn = generator.choice(sizes, draws, p=weights / weights.sum())
    ranks = generator.random((draws, count)).argsort(1).argsort(1)
    return np.asarray(ranks < drawn[:, None])


def solve(chosen: Chosen, gains: FloatArray, total: float) -> FloatArray:
    """The values that explain gains best by least squares, and sum to the total.

    While looks are few, values are drawn towards their mean, as a ridge of a look a piece does.

    Args:
        chosen: (n, pieces) bool, which were shown.
        gains: (n,) over showing none.
        total: The gain of showing all.

    Returns:
        (pieces,) values.
    """
    shown = chosen.astype(np.float64)
    square = shown.T @ shown / len(shown)
    square += np.trace(square) / len(shown) * np.eye(len(square))
    free, shift = np.linalg.solve(square, np.stack([shown.T @ gains / len(shown), np.ones(len(square))], 1)).T
    return np.asarray(free + shift * (total - free.sum()) / shift.sum(), np.float32)
