"""Shares of trials, and how far they can be trusted."""

import math
from dataclasses import dataclass

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
    if not trials:
        return None
    share, z2 = count / trials, _Z * _Z
    middle = (share + z2 / (2 * trials)) / (1 + z2 / trials)
    half = _Z / (1 + z2 / trials) * math.sqrt(share * (1 - share) / trials + z2 / (4 * trials * trials))
    low = 0.0 if count == 0 else middle - half
    high = 1.0 if count == trials else middle + half
    return Proportion(count, trials, share, low, high)
