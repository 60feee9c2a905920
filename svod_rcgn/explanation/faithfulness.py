"""Whether a map points at what counts: the answer falls when its best parts go, and rises when they come."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ..records import FloatArray
from .records import Faithfulness
from .trial import Trial

Places = npt.NDArray[np.int64]
Curve = npt.NDArray[np.float64]


def try_maps(trial: Trial, maps: Sequence[FloatArray], steps: int) -> list[Faithfulness]:
    """Hide and show the parts of a picture in the order of maps.

    Args:
        trial: What is asked.
        maps: Each (height, width); among pixels of one value the order is by chance, and the same for all.
        steps: In so many equal steps of area.
    """
    ties = np.random.default_rng(0).permutation(trial.image.shape[0] * trial.image.shape[1])
    whole, hidden, blurred = _ends(trial)
    return [_tried(trial, each, ties, steps, (whole, hidden, blurred)) for each in maps]


def _ends(trial: Trial) -> tuple[float, float, float]:
    """The answer on the whole picture, and on what is left of it at the end of hiding, and before showing."""
    both = np.stack([np.ones(trial.size, np.float32), np.zeros(trial.size, np.float32)])
    whole, hidden = trial.hide(both)
    (blurred,) = trial.show(both[1:])
    return float(whole), float(hidden), float(blurred)


def _tried(
    trial: Trial, heat: FloatArray, ties: Places, steps: int, ends: tuple[float, float, float]
) -> Faithfulness:
    order = np.lexsort((ties, -heat.ravel()))
    rank = np.empty(order.size, np.int64)
    rank[order] = np.arange(order.size)
    limits = np.arange(1, steps)[:, None] * order.size / steps
    best = (rank < limits).reshape(-1, *trial.size).astype(np.float32)
    whole, hidden, blurred = ends
    deletion = np.array([whole, *trial.hide(1 - best), hidden])
    insertion = np.array([blurred, *trial.show(best), whole])
    return Faithfulness(_area(deletion), _area(insertion))


def _area(curve: Curve) -> float:
    """The mean over equal steps, by trapezoids."""
    return float((curve[1:] + curve[:-1]).mean() / 2)
