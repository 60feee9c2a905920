"""What is taken for what, the background among it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...geometry import overlaps
from ...records import FloatArray
from ..records import Candidates, Rows
from .matching import Truth

LEAST_OVERLAP = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Confusion:
    """`counts` (classes + 1, classes + 1): objects of a row's class found as a column's.

    The last row is the background, in which nothing is and something was found, and the last column stands
    for what was not found. `mistakes` (pictures,) are how many there are of both kinds and of wrong classes.
    """

    counts: Rows
    mistakes: Rows


def confusion(
    found: Sequence[Candidates], truths: Sequence[Truth], limits: Sequence[float], classes: int
) -> Confusion:
    """Pair objects with the boxes that reach the limits of their classes, whatever their class.

    The pairs that overlap most come first, each box and each object at most once.
    """
    counts = np.zeros((classes + 1, classes + 1), np.intp)
    mistakes = np.zeros(len(truths), np.intp)
    least = np.asarray(limits, np.float32)
    for place, (each, truth) in enumerate(zip(found, truths, strict=True)):
        own = _picture(each.at(each.scores >= least[each.classes]), truth, classes)
        counts += own
        mistakes[place] = own.sum() - np.trace(own)
    return Confusion(counts, mistakes)


def _picture(found: Candidates, truth: Truth, classes: int) -> Rows:
    counts = np.zeros((classes + 1, classes + 1), np.intp)
    pairs = _pairs(overlaps(truth.boxes[:, None], found.boxes[None]))
    for there, told in pairs:
        counts[truth.classes[there], found.classes[told]] += 1
    met, used = [there for there, _ in pairs], [told for _, told in pairs]
    for index in np.delete(truth.classes, met):
        counts[index, classes] += 1
    for index in np.delete(found.classes, used):
        counts[classes, index] += 1
    return counts


def _pairs(shares: FloatArray) -> list[tuple[int, int]]:
    """Rows and columns that go together, those that share most first."""
    pairs = []
    shares = shares.copy()
    while shares.size and shares.max() >= LEAST_OVERLAP:
        row, column = np.unravel_index(int(shares.argmax()), shares.shape)
        pairs.append((int(row), int(column)))
        shares[row], shares[:, column] = -1, -1
    return pairs
