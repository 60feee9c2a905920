"""A linear head on cells, learned at once: a logistic regression a class, and a ridge regression of the ways.

The logistic regressions are found by Newton's method with steps that are halved until they help (Nocedal and
Wright, "Numerical Optimization", 2006, 3.1), which takes about eight steps of one matrix product each.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...networks.convert.cell_head import LONGEST, CellHead
from ...networks.convert.cell_maps import Block, CellMap
from ...records import FloatArray
from .cell_samples import CellSamples, is_shown, tells_ways

_FLOOR = 0.05  # of the mean deviation, added to each, so that what hardly varies does not count much
_PENALTY, _WAYS_PENALTY = 5.0, 0.1
_STEPS, _ENOUGH, _LEAST_STEP = 12, 1e-3, 1e-4
_LEAST_WAY = 0.2  # cells
_MOST_LOGIT = 30.0


@dataclass(frozen=True, slots=True, eq=False)
class CellScale:
    """What features are standardised by: (channels,) mean and factor."""

    mean: FloatArray
    factor: FloatArray

    def of(self, features: FloatArray) -> FloatArray:
        """(n, channels + 1) standardised features and a 1."""
        scaled = np.empty((len(features), features.shape[1] + 1), np.float32)
        scaled[:, :-1] = (features - self.mean) * self.factor
        scaled[:, -1] = 1
        return scaled

    def unscaled(self, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
        """(channels, columns) weights and (columns,) biases for features as they are."""
        plain: FloatArray = weights[:-1] * self.factor[:, None]
        return plain, weights[-1] - self.mean @ plain


def scale_of_cells(features: FloatArray) -> CellScale:
    """What (n, channels) features are standardised by."""
    deviation = features.std(0)
    floor = deviation + np.float32(_FLOOR) * deviation.mean() + np.float32(1e-6)
    factor = np.float32(1 / np.sqrt(features.shape[1])) / floor
    return CellScale(features.mean(0), factor.astype(np.float32))


def learn_head(
    samples: CellSamples, scale: CellScale, blocks: Sequence[Block], maps: Sequence[CellMap], stride: int
) -> CellHead:
    """Learn what cells answer.

    Args:
        samples: Cells to learn from.
        scale: What their features are standardised by.
        blocks: What the features are, one block after another.
        maps: All maps of the backbone.
        stride: Of the cells.
    """
    features = scale.of(samples.features)
    classes = samples.bells.shape[1]
    columns = [logistic(features, *is_shown(samples, index)) for index in range(classes)]
    weights, biases = scale.unscaled(np.column_stack([*columns, _ways(samples, features)]))
    ends = np.cumsum([maps[each.map].channels for each in blocks])
    return CellHead(stride, tuple(blocks), tuple(np.split(weights, ends[:-1])), biases)


def logistic(features: FloatArray, targets: FloatArray, weights: FloatArray) -> FloatArray:
    """Weights (channels + 1,) by which a cell's logit is found; the last, which all share, is not held down.

    Args:
        features: (n, channels + 1), the last of them 1.
        targets: (n,) 0 or 1.
        weights: (n,) how much each counts.
    """
    counts = np.flatnonzero(weights)
    features, targets, weights = features[counts], targets[counts], weights[counts]
    penalty = np.full(features.shape[1], _PENALTY, np.float32)
    penalty[-1] = 1e-3
    share = np.clip((weights * targets).sum() / max(float(weights.sum()), 1e-9), 1e-6, 1 - 1e-6)
    found = np.zeros(features.shape[1], np.float32)
    found[-1] = np.log(share / (1 - share))
    logits = features @ found
    loss = _loss(logits, targets, weights, penalty, found)
    for _ in range(_STEPS):
        step = _step(features, logits, targets, weights, penalty, found)
        change = features @ step
        size, lower = 1.0, loss
        while size > _LEAST_STEP:
            lower = _loss(logits - size * change, targets, weights, penalty, found - size * step)
            if lower < loss:
                break
            size /= 2
        if lower >= loss:
            break
        found, logits = found - np.float32(size) * step, logits - np.float32(size) * change
        enough, loss = loss - lower < _ENOUGH * loss, lower
        if enough:
            break
    return found


def _loss(
    logits: FloatArray, targets: FloatArray, weights: FloatArray, penalty: FloatArray, found: FloatArray
) -> float:
    costs = np.logaddexp(0, logits) - targets * logits
    return float((weights * costs).sum() + 0.5 * (penalty * found * found).sum())


def _step(
    features: FloatArray,
    logits: FloatArray,
    targets: FloatArray,
    weights: FloatArray,
    penalty: FloatArray,
    found: FloatArray,
) -> FloatArray:
    """Newton's step."""
    told = 1 / (1 + np.exp(-np.clip(logits, -_MOST_LOGIT, _MOST_LOGIT)))
    slope = features.T @ (weights * (told - targets)) + penalty * found
    bend = weights * np.maximum(told * (1 - told), 1e-6)
    curvature = features.T @ (features * bend[:, None])
    curvature[np.diag_indices(len(penalty))] += penalty + np.float32(1e-6)
    step: FloatArray = np.linalg.solve(curvature, slope)
    return step


def _ways(samples: CellSamples, features: FloatArray) -> FloatArray:
    """(channels + 1, 4) weights by which the logarithms of the ways are found."""
    rows = tells_ways(samples)
    near, weights = features[rows], (samples.nearness * samples.weights)[rows]
    aims = np.clip(np.log(np.maximum(samples.ways[rows], _LEAST_WAY)), -LONGEST, LONGEST)
    square = near.T @ (near * weights[:, None])
    channels = features.shape[1] - 1
    penalty = np.full(channels + 1, max(_WAYS_PENALTY * float(weights.sum()) / channels, 1e-3), np.float32)
    penalty[-1] = 1e-6
    square[np.diag_indices(channels + 1)] += penalty
    found: FloatArray = np.linalg.solve(square, near.T @ (weights[:, None] * aims))
    return found
