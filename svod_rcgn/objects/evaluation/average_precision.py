"""Average precision: the mean precision over recalls of 0, 0.01 .. 1, as COCO has it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from ..records import Candidates, Rows
from .matching import EVERY_SIZE, OVERLAPS, Matched, Truth, matched

Doubles: TypeAlias = npt.NDArray[np.float64]

RECALLS = np.linspace(0, 1, 101)
_DRAWS = 200
_SURE = (2.5, 97.5)  # percent


@dataclass(frozen=True, slots=True)
class AveragePrecision:
    """The average precision, 0..1, of boxes that overlap by half, and over ten overlaps up to 0.95."""

    half: float
    mean: float


@dataclass(frozen=True, slots=True, eq=False)
class PrecisionRecall:
    """How many are found of those there (recall), and right (precision), from each score on, falling."""

    scores: Doubles
    recall: Doubles
    precision: Doubles

    @property
    def best(self) -> tuple[float, float]:
        """The score from which the harmonic mean of both (F1) is highest, and that mean; else 1 and 0."""
        both = self.recall + self.precision
        means = 2 * self.recall * self.precision / np.maximum(both, 1e-12)
        if not means.size or not means.max():
            return 1.0, 0.0
        best = int(means.argmax())
        return float(self.scores[best]), float(means[best])


def curve(found: Matched, overlap: int = 0) -> PrecisionRecall:
    """Precision and recall at one of the overlaps."""
    order = np.argsort(-found.scores, kind="mergesort")
    order = order[found.counts[overlap][order]]
    hits = np.cumsum(found.hits[overlap][order])
    there = max(int(found.there.sum()), 1)
    return PrecisionRecall(
        found.scores[order].astype(np.float64), hits / there, hits / np.arange(1, len(hits) + 1)
    )


def average_precision(found: Matched) -> AveragePrecision | None:
    """Of one class; None where no object of it is there."""
    if not found.there.sum():
        return None
    every = [_area(curve(found, row)) for row in range(len(found.hits))]
    return AveragePrecision(every[0], float(np.mean(every)))


def _area(told: PrecisionRecall) -> float:
    """The mean over recalls of the highest precision at that recall or a higher one."""
    if not len(told.recall):
        return 0.0
    highest = np.maximum.accumulate(told.precision[::-1])[::-1]
    places = np.searchsorted(told.recall, RECALLS, side="left")
    return float(np.append(highest, 0)[places].sum() / len(RECALLS))


def mean_of(several: Sequence[AveragePrecision | None]) -> AveragePrecision | None:
    """The mean over classes of which there are objects."""
    told = [each for each in several if each is not None]
    if not told:
        return None
    return AveragePrecision(
        float(np.mean([each.half for each in told])), float(np.mean([each.mean for each in told]))
    )


def of_classes(
    found: Sequence[Candidates],
    truths: Sequence[Truth],
    classes: int,
    size: tuple[float, float] = EVERY_SIZE,
    least: Sequence[float] = OVERLAPS,
) -> list[Matched]:
    """What was found in pictures, matched class by class; see `matched`."""
    return [matched(found, truths, index, size, least) for index in range(classes)]


def interval(several: Sequence[Matched], groups: Sequence[int], seed: int = 0) -> tuple[float, float] | None:
    """Where 95 % of the mean precisions (overlap 0.5) lie of pictures drawn anew by whole groups.

    Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, the percentile interval; groups of
    pictures that were taken together are drawn as one (Field and Welsh, "Bootstrapping clustered data",
    2007).

    Args:
        several: Of each class.
        groups: The group of each picture.
        seed: Of the draws.

    Returns:
        None where there are fewer than two groups.
    """
    names, places = np.unique(np.asarray(groups), return_inverse=True)
    if len(names) < 2:  # noqa: PLR2004 - one says nothing of another
        return None
    generator = np.random.default_rng(seed)
    ordered = [_sorted(each) for each in several]
    drawn = []
    for _ in range(_DRAWS):
        times = np.bincount(generator.integers(0, len(names), len(names)), minlength=len(names))[places]
        told = [area for each in ordered if (area := _drawn_area(*each, times)) is not None]
        drawn.append(float(np.mean(told)) if told else 0.0)
    low, high = np.percentile(drawn, _SURE)
    return float(low), float(high)


def _sorted(found: Matched) -> tuple[npt.NDArray[np.bool_], Rows, Rows]:
    """Hits and pictures of the boxes that count, the surest first, and how many objects each picture has."""
    order = np.argsort(-found.scores, kind="mergesort")
    order = order[found.counts[0][order]]
    return found.hits[0][order], found.pictures[order], found.there


def _drawn_area(hits: npt.NDArray[np.bool_], pictures: Rows, there: Rows, times: Rows) -> float | None:
    """The average precision where each picture counts so many times."""
    total = int((there * times).sum())
    if not total:
        return None
    weights = times[pictures]
    right = np.cumsum(hits * weights)
    precision = right / np.maximum(np.cumsum(weights), 1)
    told = PrecisionRecall(np.zeros(0), right / total, precision)
    return _area(told)
