"""Probabilities that mean what they say, and limits of independent classes, from left-out answers."""

import math

import numpy as np

from ...records import FloatArray
from .examples import Lessons, Numbers
from .head import losses, probabilities

LEAST = 100  # left-out pictures; of fewer, a temperature makes more worse than better
MOST = 20_000  # by which a temperature is found; of more, evenly drawn ones
USUAL_LIMIT = 0.5
_TEMPERATURES = tuple(float(2**each) for each in np.linspace(-2, 2, 41))


def temperature_of(logits: FloatArray, lessons: Lessons, rows: Numbers) -> float:
    """What logits are to be divided by (Guo et al., "On Calibration of Modern Neural Networks", 2017).

    Args:
        logits: (n, columns) left-out logits.
        lessons: What is true.
        rows: Those that count.

    Returns:
        1 where they are too few, or where what suits four folds makes the fifth worse.
    """
    if len(rows) < LEAST:
        return 1.0
    rows = rows[:: math.ceil(len(rows) / MOST)]
    table = np.stack([_losses(logits[rows] / each, lessons, rows) for each in _TEMPERATURES])
    folds = lessons.folds[rows]
    foretold = sum(
        float(table[_best(table[:, folds != fold]), folds == fold].sum()) for fold in np.unique(folds)
    )
    plain = float(table[_TEMPERATURES.index(1.0)].sum())
    return _TEMPERATURES[_best(table)] if foretold < plain else 1.0


def temperatures_by_fold(logits: FloatArray, lessons: Lessons, rows: Numbers) -> FloatArray:
    """For each picture (n,) the temperature that the other folds say, so that its own answer has no part."""
    found = np.ones(len(logits), np.float32)
    for fold in np.unique(lessons.folds):
        found[lessons.folds == fold] = temperature_of(logits, lessons, rows[lessons.folds[rows] != fold])
    return found


def _best(table: FloatArray) -> int:
    return int(table.sum(1).argmin())


def _losses(logits: FloatArray, lessons: Lessons, rows: Numbers) -> FloatArray:
    told = probabilities(logits, len(lessons.labels), independent=lessons.independent)
    return losses(told, lessons.targets[rows], lessons.said[rows], lessons)


def limits_of(told: FloatArray, lessons: Lessons, rows: Numbers) -> tuple[float, ...]:
    """For each class the probability from which it counts: what gives the best F1 on left-out pictures.

    Args:
        told: (n, classes) left-out probabilities.
        lessons: What is true.
        rows: Those that count.
    """
    return tuple(
        _limit(
            told[rows, place][lessons.said[rows, place] > 0],
            lessons.targets[rows, place][lessons.said[rows, place] > 0],
        )
        for place in range(len(lessons.labels))
    )


def _limit(told: FloatArray, shows: FloatArray) -> float:
    if not 0 < shows.sum() < len(shows):
        return USUAL_LIMIT
    order = np.argsort(-told, kind="stable")
    ordered, found = told[order], np.cumsum(shows[order])
    f1 = 2 * found / (np.arange(1, len(told) + 1) + shows.sum())
    f1[:-1][ordered[:-1] == ordered[1:]] = 0  # no limit lies between two that are equal
    best = int(f1.argmax())
    below = ordered[best + 1] if best + 1 < len(ordered) else 0.0
    return round(float(np.clip((ordered[best] + below) / 2, 0.01, 0.99)), 4)
