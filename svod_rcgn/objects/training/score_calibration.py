"""Scores that say how often a box is right: Platt's scaling, by what was found in pictures left out.

J. Platt, "Probabilistic outputs for support vector machines", 1999. Of itself the head says how likely a
single cell holds the middle of an object, which is never sure.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ...networks.convert.cell_head import CellHead
from ...records import FloatArray
from ..evaluation.boxed_pictures import BoxedPictures
from ..evaluation.matching import matched
from ..records import Candidates
from .cell_regression import logistic

ENOUGH = 20  # boxes that are right, and that are not, by which a class can be told
_LEAST_SLOPE, _MOST_SLOPE = 0.25, 4.0
_TINY = 1e-6


def scaling(found: Sequence[Candidates], pictures: BoxedPictures) -> FloatArray:
    """(classes, 2) slope and shift of the logits of each class; 1 and 0 where too few were found to tell."""
    truths = [each.truth for each in pictures.pictures]
    rows = np.tile(np.array([1.0, 0.0], np.float32), (len(pictures.labels), 1))
    for index in range(len(rows)):
        told = matched(found, truths, index, least=(0.5,))
        hits = told.hits[0].astype(np.float32)
        if min(hits.sum(), (1 - hits).sum()) >= ENOUGH:
            features = np.stack([_logits(told.scores), np.ones_like(hits)], 1)
            slope, shift = logistic(features, hits, np.ones_like(hits))
            if slope >= _LEAST_SLOPE:
                rows[index] = min(slope, _MOST_SLOPE), shift
    return rows


def scaled_head(head: CellHead, rows: FloatArray) -> CellHead:
    """The head whose scores are those."""
    slopes = np.ones(len(head.biases), np.float32)
    slopes[: head.classes] = rows[:, 0]
    biases = head.biases * slopes
    biases[: head.classes] += rows[:, 1]
    return replace(head, weights=tuple(each * slopes for each in head.weights), biases=biases)


def scaled(found: Candidates, rows: FloatArray) -> Candidates:
    """The same boxes with scores as that head gives them."""
    slopes, shifts = rows[found.classes].T
    scores = 1 / (1 + np.exp(-(slopes * _logits(found.scores) + shifts)))
    return found._replace(scores=scores.astype(np.float32))


def _logits(scores: FloatArray) -> FloatArray:
    kept = np.clip(scores, _TINY, 1 - _TINY)
    logits: FloatArray = np.log(kept / (1 - kept)).astype(np.float32)
    return logits
