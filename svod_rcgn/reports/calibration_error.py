"""Whether answers are right as often as their scores say."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..records import FloatArray
from .estimates import REPEATS, Estimate, estimate
from .proportions import proportion_by_cluster

BINS = 10
_TAIL = 0.05


@dataclass(frozen=True, slots=True)
class Bin:
    """`answers` with a score in `low`..`high`: their mean score, the share that is right, and its bounds."""

    low: float
    high: float
    answers: int
    score: float
    right: float
    low_right: float
    high_right: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Answers by their score.

    `error` is the expected calibration error: the mean distance of score and share of the bins, weighed by
    their answers. One whose scores are all true would show up to `by_chance` of it in 19 of 20 such samples.
    """

    bins: tuple[Bin, ...]
    error: Estimate
    by_chance: float


def calibration(scores: FloatArray, right: FloatArray, clusters: npt.NDArray[np.int64]) -> Calibration | None:
    """Compare scores with how often they were right, in bins of equal width.

    The error is that of Naeini, Cooper and Hauskrecht, "Obtaining well calibrated probabilities using
    Bayesian binning", 2015; `by_chance` is by consistency resampling (Broecker and Smith, "Increasing the
    reliability of reliability diagrams", 2007).

    Args:
        scores: (n,) probabilities.
        right: (n,) 1 where the answer was right.
        clusters: (n,) what of may all go the same way.

    Returns:
        None where there are no answers.
    """
    if not len(scores):
        return None
    places = np.minimum((scores * BINS).astype(np.int64), BINS - 1)
    bins = tuple(
        _bin(place, scores[at], right[at], clusters[at])
        for place in range(BINS)
        if (at := places == place).any()
    )
    error = estimate(lambda weights: _error(places, scores, right, weights), clusters)
    return Calibration(bins, error, _by_chance(places, scores))


def _error(
    places: npt.NDArray[np.int64], scores: FloatArray, right: FloatArray, weights: FloatArray
) -> float:
    distances = np.bincount(places, weights * (right - scores), BINS)
    return float(np.abs(distances).sum() / max(weights.sum(), 1.0))


def _by_chance(places: npt.NDArray[np.int64], scores: FloatArray) -> float:
    generator, once = np.random.default_rng(0), np.ones(len(scores), np.float32)
    draws = [
        _error(places, scores, (generator.random(len(scores)) < scores).astype(np.float32), once)
        for _ in range(REPEATS)
    ]
    return float(np.quantile(draws, 1 - _TAIL))


def _bin(place: int, scores: FloatArray, right: FloatArray, clusters: npt.NDArray[np.int64]) -> Bin:
    bounds = proportion_by_cluster(right, clusters)
    assert bounds is not None
    return Bin(
        place / BINS,
        (place + 1) / BINS,
        len(scores),
        float(scores.mean()),
        bounds.share,
        bounds.low,
        bounds.high,
    )
