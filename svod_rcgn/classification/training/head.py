"""A linear head on features, learned by epochs; several side by side, each with other pictures left out.

Stochastic gradient descent with Nesterov momentum on standardised features, the learning rate falling by half
a cosine. All heads see the same batches, so that those by which pictures are judged that were left out cost
next to nothing beside the one that learns from all. What is common to them is no more than the mean and the
deviation of the features, which say nothing of classes.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ...records import FloatArray
from .examples import Lessons, Numbers
from .views import Halves

_FLOOR = 0.05  # of the mean deviation, added to each, so that what hardly varies does not count much
_TINY = np.float32(1e-7)  # so that nothing is impossible
_LOOKED_AT = 20_000  # features, by which the mean is told to a hundredth of the deviation
_SPREAD = 4.0  # the length of standardised features


@dataclass(frozen=True, slots=True)
class HeadSettings:
    """How a head is learned.

    An epoch is as many batches of `batch` rows as all views of all pictures make, but `least` at least, and
    at most `most` or what shows each picture once. There are `epochs` of them, or as few as show so many rows
    as `shown`: of more pictures each need not be seen as often. From `large` pictures on batches are twice as
    large, which takes less time and tells as much (benchmarks/batches.py). The learning rate falls from
    `rate` to `last_rate`.
    """

    epochs: int = 20
    batch: int = 32
    least: int = 8
    most: int = 40
    shown: int = 400_000
    large: int = 50_000
    rate: float = 0.5
    last_rate: float = 0.005
    momentum: float = 0.9
    decay: float = 2e-4
    seed: int = 0


HEAD = HeadSettings()


@dataclass(frozen=True, slots=True, eq=False)
class Scale:
    """What features are standardised by: (length,) mean and factor."""

    mean: FloatArray
    factor: FloatArray

    def of(self, features: Halves | FloatArray) -> FloatArray:
        """Standardised features, of any shape (..., length)."""
        scaled: FloatArray = features.astype(np.float32)
        scaled -= self.mean
        scaled *= self.factor
        return scaled


def scale_of(features: FloatArray) -> Scale:
    """What (n, length) features are standardised by; of very many, some tell it well enough."""
    features = features[:: math.ceil(max(1, len(features)) / _LOOKED_AT)]
    deviation = features.std(0)
    floor = deviation + np.float32(_FLOOR) * deviation.mean() + np.float32(1e-6)
    factor = np.float32(_SPREAD / math.sqrt(features.shape[1])) / floor
    return Scale(features.mean(0), factor.astype(np.float32))


@dataclass(frozen=True, slots=True, eq=False)
class Heads:
    """Linear heads side by side: weights (heads, length, columns) and biases (heads, columns)."""

    weights: FloatArray
    biases: FloatArray

    def logits(self, features: FloatArray, head: int) -> FloatArray:
        """(n, columns) of one head, for standardised features (n, length)."""
        answers: FloatArray = features @ self.weights[head] + self.biases[head]
        return answers

    def left_out_logits(self, features: FloatArray, folds: Numbers) -> FloatArray:
        """(n, columns) of each picture by the head of its fold, which did not learn from it."""
        found = np.empty((len(features), self.biases.shape[1]), np.float32)
        for fold in np.unique(folds):
            found[folds == fold] = self.logits(features[folds == fold], int(fold))
        return found


def probabilities(logits: FloatArray, classes: int, *, independent: bool) -> FloatArray:
    """Of (..., columns) logits: of classes, which exclude each other unless independent, and of the rest."""
    found = np.empty_like(logits)
    if independent:
        classes = 0
    powers = np.exp(logits[..., :classes] - logits[..., :classes].max(-1, keepdims=True, initial=-1e30))
    found[..., :classes] = powers / powers.sum(-1, keepdims=True)
    found[..., classes:] = 1 / (1 + np.exp(-np.clip(logits[..., classes:], -60, 60)))
    return found


@dataclass(frozen=True, slots=True, eq=False)
class EpochHeads:
    """The heads after an epoch, counted from 1, and the mean loss of its batches by the last head."""

    number: int
    heads: Heads
    loss: float


def learn(
    features: FloatArray, lessons: Lessons, turns: int, settings: HeadSettings = HEAD
) -> Iterator[EpochHeads]:
    """Learn a head for each turn, from all but the pictures left out in it, and last one from all.

    Args:
        features: (n, views, length) of the pictures, standardised.
        lessons: What is learned.
        turns: How many.
        settings: How.

    Yields:
        The heads after each epoch.
    """
    if len(features) >= settings.large:
        settings = replace(settings, batch=2 * settings.batch)
    learner = _Learner(lessons, features.shape[2], turns, settings)
    rows = features.reshape(-1, features.shape[2])
    steps = _steps(len(features), len(rows), settings)
    order, epochs = _order(len(rows), settings), _epochs(steps, settings)
    for epoch in range(epochs):
        loss = 0.0
        for step in range(steps):
            chosen = next(order)
            share = (epoch * steps + step) / max(1, epochs * steps - 1)
            loss += learner.step(rows[chosen], chosen // features.shape[1], _rate(share, settings))
        yield EpochHeads(epoch + 1, learner.heads, loss / steps)


def _steps(pictures: int, rows: int, settings: HeadSettings) -> int:
    most = max(settings.most, math.ceil(pictures / settings.batch))
    return max(settings.least, min(most, math.ceil(rows / settings.batch)))


def _epochs(steps: int, settings: HeadSettings) -> int:
    return max(1, min(settings.epochs, settings.shown // (steps * settings.batch)))


def _order(rows: int, settings: HeadSettings) -> Iterator[Numbers]:
    """Batches without end, in which every row comes before one comes again."""
    generator = np.random.default_rng(settings.seed)
    waiting = np.empty(0, np.int64)
    while True:
        while len(waiting) < settings.batch:
            waiting = np.concatenate([waiting, generator.permutation(rows)])
        yield waiting[: settings.batch]
        waiting = waiting[settings.batch :]


def _rate(share: float, settings: HeadSettings) -> float:
    return settings.last_rate + (settings.rate - settings.last_rate) * 0.5 * (1 + math.cos(math.pi * share))


class _Learner:
    """Weights under way: (length, heads * columns), so that one product serves all heads."""

    def __init__(self, lessons: Lessons, length: int, turns: int, settings: HeadSettings) -> None:
        self._lessons, self._settings = lessons, settings
        self._shape = turns + 1, lessons.targets.shape[1]
        width = self._shape[0] * self._shape[1]
        self._weights = np.zeros((length, width), np.float32)
        self._bias = np.zeros(width, np.float32)
        self._speeds = np.zeros_like(self._weights), np.zeros_like(self._bias)
        # Of which picture each head may learn: (n, heads).
        self._learns = lessons.folds[:, None] != np.arange(turns + 1)

    @property
    def heads(self) -> Heads:
        """Copies of the weights, as they are now."""
        weights = self._weights.reshape(-1, *self._shape).transpose(1, 0, 2)
        return Heads(np.ascontiguousarray(weights), self._bias.reshape(self._shape).copy())

    def step(self, batch: FloatArray, pictures: Numbers, rate: float) -> float:
        """Learn from (rows, length) standardised features of pictures, and tell the last head's loss."""
        lessons, settings = self._lessons, self._settings
        logits = (batch @ self._weights + self._bias).reshape(len(batch), *self._shape)
        told = probabilities(logits, len(lessons.labels), independent=lessons.independent)
        targets, said = lessons.targets[pictures], lessons.said[pictures]
        errors = (told - targets[:, None]) * said[:, None] * self._learns[pictures][:, :, None]
        errors = errors.reshape(len(batch), -1) / np.float32(len(batch))
        slope = batch.T @ errors
        slope += np.float32(settings.decay) * self._weights
        self._move(self._weights, self._speeds[0], slope, rate)
        self._move(self._bias, self._speeds[1], errors.sum(0), rate)
        return float(losses(told[:, -1], targets, said, lessons).mean())

    def _move(self, values: Any, speed: Any, slope: Any, rate: float) -> None:
        """Nesterov's momentum: the step looks ahead along the speed."""
        momentum = np.float32(self._settings.momentum)
        slope *= np.float32(rate)
        speed *= momentum
        speed -= slope
        values += momentum * speed
        values -= slope


def losses(told: FloatArray, targets: FloatArray, said: FloatArray, lessons: Lessons) -> FloatArray:
    """The cross-entropy of each row's classes, (n,)."""
    classes = len(lessons.labels)
    told, targets, said = told[:, :classes], targets[:, :classes], said[:, :classes]
    shown: FloatArray = np.log(np.maximum(told, _TINY)) * targets
    if lessons.independent:
        shown += np.log(np.maximum(1 - told, _TINY)) * (1 - targets)
    found: FloatArray = -(shown * said).sum(1)
    return found
