"""Numbers that are no shares, and how far they can be trusted."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..records import FloatArray

REPEATS = 300
_TAIL = 0.025


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number, and the interval `low`..`high` that holds it at 95 %."""

    value: float
    low: float
    high: float


def estimate(
    measure: Callable[[FloatArray], float],
    clusters: npt.NDArray[np.int64],
    *,
    least: float = 0.0,
    seed: int = 0,
) -> Estimate:
    """A number of trials with its interval, where trials of a cluster may all go the same way.

    Whole clusters are drawn again and again. The interval is the bootstrap's basic one: as far as the number
    of a draw is above that of the sample, so far the sample may be above the truth (Davison and Hinkley,
    "Bootstrap Methods and their Application", 1997, 5.2). So what is never below 0, and too large in small
    samples, is not called certain.

    Args:
        measure: The number, given how often each trial counts, (n,).
        clusters: (n,) the number of each trial's cluster.
        least: What it cannot be below.
        seed: Another one draws others.
    """
    _, places = np.unique(clusters, return_inverse=True)
    count = int(places.max()) + 1
    generator = np.random.default_rng(seed)
    draws = [measure(_weights(generator, count)[places]) for _ in range(REPEATS)]
    value = measure(np.ones(len(places), np.float32))
    above, below = np.quantile(draws, [1 - _TAIL, _TAIL])
    low, high = max(least, 2 * value - float(above)), 2 * value - float(below)
    return Estimate(value, min(low, value), max(high, value))


def _weights(generator: np.random.Generator, count: int) -> FloatArray:
    """How often each cluster is drawn when as many are drawn as there are."""
    drawn = generator.integers(0, count, count)
    weights: FloatArray = np.bincount(drawn, minlength=count).astype(np.float32)
    return weights
