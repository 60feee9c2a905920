"""Whether one of two answered better than chance would have it, asked the same things."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

_MOST_STEPS = 20_000  # of the distribution; beyond, the bell is as good


def chance_of_less(differences: Sequence[int]) -> float:
    """How often chance alone would make the sum of differences as low as it is, 0..1.

    Each difference is of what may go the same way altogether, and each was as likely to be the other way
    round (R. A. Fisher, "The Design of Experiments", 1935, on Darwin's plants). With differences of one it is
    McNemar's test, exactly ("Note on the sampling error of the difference between correlated proportions",
    1947).

    Args:
        differences: The second's successes less the first's, of each cluster of trials.
    """
    sizes = [abs(each) for each in differences if each]
    total, observed = sum(sizes), sum(differences)
    if not sizes:
        return 1.0
    if total * len(sizes) > _MOST_STEPS**2:
        from scipy.special import ndtr

        # All sums are even, or all odd: half a step is 1.
        return float(ndtr((observed + 1) / np.sqrt(np.square(np.array(sizes, float)).sum())))
    return float(min(1.0, _distribution(sizes, total)[: observed + total + 1].sum()))


def _distribution(sizes: Sequence[int], total: int) -> npt.NDArray[np.float64]:
    """The probability of each sum from -total to total where every size has either sign."""
    found = np.zeros(2 * total + 1)
    found[total] = 1.0
    for size in sizes:
        found = (np.roll(found, size) + np.roll(found, -size)) / 2
    return found
