"""How many frames of an enrolled person should be named, and what one more picture of each would gain.

Two pictures of a person are alike by a normal distribution of mean m and deviation d, and a frame is asked
about with the mean of n of them. Of unit vectors each two of which have the cosine m, one has the cosine
m * sqrt(n / (1 + (n - 1) * m)) to the mean of n others. Half of the variance is the frame's own, the other
half is shared among the n. `python -m benchmarks.embeddings --faces FOLDER` prints what was expected beside
what came.
"""

import math
from statistics import NormalDist

import numpy as np

from ...networks.card import Bell
from ...records import FloatArray
from .bells import Labels, WeighedBell

USUAL_KNOWN = 4  # the persons that what is usual of a network is worth beside measured ones
_LEAST, _MOST = 0.01, 0.99
_USUAL_PICTURES = 2  # of a person in the galleries that a card's `known` is measured in: one to three


def likeness_of_two(embeddings: FloatArray, labels: Labels, usual: Bell) -> WeighedBell:
    """How alike two pictures of one person are here.

    Args:
        embeddings: (n, length), rows of unit length.
        labels: (n,) persons.
        usual: Mean and deviation of a card's `known`.
    """
    mean, deviation = usual
    bell = WeighedBell(_of_two(mean), deviation / math.sqrt((1 + 1 / _USUAL_PICTURES) / 2), USUAL_KNOWN)
    pairs = [_pairs(embeddings[labels == person]) for person in np.flatnonzero(np.bincount(labels) > 1)]
    return bell.with_measured(np.concatenate(pairs), len(pairs)) if pairs else bell


def share_named(bell: WeighedBell, pictures: int, limit: float) -> float:
    """The share, 0..1, of frames of a person with so many pictures that lies above a limit."""
    if not pictures:
        return 0.0
    mean = _to_mean(min(max(bell.mean, _LEAST), _MOST), pictures)
    deviation = bell.deviation * math.sqrt((1 + 1 / pictures) / 2)
    return 1 - NormalDist(mean, deviation).cdf(limit)


def _to_mean(likeness: float, pictures: int) -> float:
    return likeness * math.sqrt(pictures / (1 + (pictures - 1) * likeness))


def _of_two(to_mean: float) -> float:
    """The likeness m of two of which `_to_mean(m, 2)` is this: the root of 2 m^2 = to_mean^2 (1 + m)."""
    return (to_mean**2 + to_mean * math.sqrt(to_mean**2 + 8)) / 4


def _pairs(rows: FloatArray) -> FloatArray:
    rows = rows.astype(np.float32)
    cosines: FloatArray = (rows @ rows.T)[np.triu_indices(len(rows), 1)]
    return cosines
