"""Shares of trials, and how far they can be trusted."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..records import FloatArray
from ..text import counted

_Z = 1.959964  # the normal deviate that 95 % of a bell lie within


@dataclass(frozen=True, slots=True)
class Proportion:
    """So many of so many trials: `share`, and the interval `low`..`high` that holds it at 95 %, all 0..1."""

    count: int
    trials: int
    share: float
    low: float
    high: float


def proportion(count: int, trials: int) -> Proportion | None:
    """The share of successes with its interval, as if trials did not depend on each other.

    The interval is Wilson's score interval: E. B. Wilson, "Probable inference, the law of succession,
    and statistical inference", 1927; it stays sound for few trials and for shares near 0 and 1.

    Returns:
        None where there was no trial.
    """
    return _proportion(count, trials, trials) if trials else None


def clustered_proportion(successes: FloatArray, trials: FloatArray) -> Proportion | None:
    """The share of successes with its interval where the trials of a cluster may all go the same way.

    The interval is Wilson's for as many independent trials as would vary as much as the clusters do: Korn and
    Graubard, "Confidence intervals for proportions with small expected number of positive counts estimated
    from survey data", 1998, for the number, and Kish, "Survey Sampling", 1965, for the variance of a ratio.

    Args:
        successes: Of each cluster.
        trials: Of each cluster.

    Returns:
        None where there was no trial.
    """
    count, asked = round(float(successes.sum())), round(float(trials.sum()))
    if not asked:
        return None
    share, number = count / asked, int((trials > 0).sum())
    squares = float(((successes - share * trials) ** 2).sum())
    independent = float(number)
    if squares and number > 1:
        variance = number / (number - 1) * squares / asked**2
        independent = min(float(asked), share * (1 - share) / variance)
    return _proportion(count, asked, independent)


def proportion_by_cluster(
    right: Sequence[float] | FloatArray, clusters: Sequence[int] | npt.NDArray[np.int64]
) -> Proportion | None:
    """As `clustered_proportion`, from whether each trial succeeded and the number of its cluster."""
    if not len(clusters):
        return None
    _, places = np.unique(clusters, return_inverse=True)
    successes, trials = np.bincount(places, right), np.bincount(places)
    return clustered_proportion(successes.astype(np.float32), trials.astype(np.float32))


def in_words(value: Proportion, noun: str) -> str:
    """A share, of how many of what, and its interval: `84.8 % (212 of 250 pictures; 80-89 % at 95 %)`."""
    bounds = f"{value.low * 100:.0f}-{value.high * 100:.0f} % at 95 %"
    of = counted(value.trials, noun)
    return f"{value.share * 100:.1f} % ({value.count:,} of {of}; {bounds})"


def _proportion(count: int, trials: int, independent: float) -> Proportion:
    """Wilson's interval as if so many of the trials were independent."""
    share, z2 = count / trials, _Z * _Z
    middle = (share + z2 / (2 * independent)) / (1 + z2 / independent)
    half = share * (1 - share) / independent + z2 / (4 * independent * independent)
    half = _Z / (1 + z2 / independent) * math.sqrt(half)
    low = 0.0 if count == 0 else middle - half
    high = 1.0 if count == trials else middle + half
    return Proportion(count, trials, share, low, high)
