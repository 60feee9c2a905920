"""A small convolutional network trained in numpy, so that no learning library has to be installed.

Convolutions and two full layers, ReLU between them, softmax at the end; trained by stochastic gradient
descent with Nesterov momentum, and the learning rate of one cycle (Smith and Topin, 2018). Arrays are
(n, rows, columns, channels) float32.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from ...records import FloatArray

Numbers: TypeAlias = npt.NDArray[Any]
Batch: TypeAlias = tuple[FloatArray, FloatArray]
"""Pictures (n, rows, columns, 1), and for each the wished probability of every class (n, classes)."""


@dataclass(frozen=True, slots=True)
class Convolution:
    """A square kernel that moves by `stride`, behind a border of `padding` zeros."""

    channels: int
    kernel: int
    stride: int = 1
    padding: int = 0


@dataclass(frozen=True, slots=True)
class Shape:
    """The layers of a network for pictures of side x side: the convolutions, and the embedding's length."""

    side: int
    convolutions: tuple[Convolution, ...]
    embedding: int
    classes: int


@dataclass(frozen=True, slots=True)
class Schedule:
    """How it is trained: the learning rate rises to `peak` in the first part of the steps, and falls to 0."""

    peak: float = 0.05
    rise: float = 0.2
    momentum: float = 0.9
    decay: float = 5e-4


SCHEDULE = Schedule()


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """Kernels (kernel, kernel, in, out) and matrices (in, out) of the layers in order, and their biases."""

    kernels: tuple[FloatArray, ...]
    biases: tuple[FloatArray, ...]


def begin(shape: Shape, seed: int) -> Weights:
    """Random weights (He et al., 2015), the same for the same seed."""
    generator = np.random.default_rng(seed)
    sizes: list[tuple[int, ...]] = []
    side, width = shape.side, 1
    for each in shape.convolutions:
        sizes.append((each.kernel, each.kernel, width, each.channels))
        side = (side + 2 * each.padding - each.kernel) // each.stride + 1
        width = each.channels
    sizes += [(side * side * width, shape.embedding), (shape.embedding, shape.classes)]
    kernels = [
        generator.normal(scale=(2 / np.prod(size[:-1])) ** 0.5, size=size).astype(np.float32)
        for size in sizes
    ]
    return Weights(tuple(kernels), tuple(np.zeros(size[-1], np.float32) for size in sizes))


def train(
    shape: Shape,
    weights: Weights,
    batches: Iterator[Batch],
    steps: int,
    schedule: Schedule = SCHEDULE,
    step_done: Callable[[int], None] = lambda _: None,
) -> Weights:
    """Train on as many batches as steps.

    Args:
        shape: Of the network.
        weights: To begin with; they are left as they are.
        batches: Endless.
        steps: How many.
        schedule: How fast.
        step_done: Told the number of each step that is done.
    """
    values = [array.copy() for array in (*weights.kernels, *weights.biases)]
    speeds = [np.zeros_like(array) for array in values]
    layers = len(weights.kernels)
    for step in range(steps):
        pictures, wished = next(batches)
        rate = np.float32(_rate(step / steps, schedule))
        slopes = _slopes(shape, Weights(tuple(values[:layers]), tuple(values[layers:])), pictures, wished)
        for value, speed, slope in zip(values, speeds, slopes, strict=True):
            pull = slope + schedule.decay * value if value.ndim > 1 else slope
            np.multiply(speed, schedule.momentum, out=speed)
            np.subtract(speed, rate * pull, out=speed)
            np.add(value, schedule.momentum * speed - rate * pull, out=value)
        step_done(step)
    return Weights(tuple(values[:layers]), tuple(values[layers:]))


def _rate(share: float, schedule: Schedule) -> float:
    if share < schedule.rise:
        return schedule.peak * (0.1 + 0.9 * share / schedule.rise)
    return schedule.peak * 0.5 * (1 + math.cos(math.pi * (share - schedule.rise) / (1 - schedule.rise)))


def _slopes(shape: Shape, weights: Weights, pictures: FloatArray, wished: FloatArray) -> list[FloatArray]:
    """The slope of the mean cross-entropy in each kernel and each bias."""
    answers: Numbers = pictures
    inputs: list[Numbers] = []
    masks: list[Numbers] = []
    for conv, kernel, bias in zip(shape.convolutions, weights.kernels, weights.biases, strict=False):
        inputs.append(_columns(answers, conv))
        answers = inputs[-1] @ kernel.reshape(-1, conv.channels) + bias
        masks.append(answers > 0)
        answers *= masks[-1]
    error, kernels, biases = _full_slopes(weights, answers.reshape(len(answers), -1), wished)
    error = error.reshape(answers.shape)
    for number in reversed(range(len(shape.convolutions))):
        conv, kernel = shape.convolutions[number], weights.kernels[number]
        error = error * masks[number]
        rows = error.reshape(-1, conv.channels)
        kernels.append((inputs[number].reshape(len(rows), -1).T @ rows).reshape(kernel.shape))
        biases.append(rows.sum(0))
        if number:
            columns = rows @ kernel.reshape(-1, conv.channels).T
            error = _spread(columns, masks[number - 1].shape, error.shape, conv)
    return [*reversed(kernels), *reversed(biases)]


def _full_slopes(
    weights: Weights, flat: Numbers, wished: FloatArray
) -> tuple[Numbers, list[Numbers], list[Numbers]]:
    """The slope in what the full layers are fed, and in their kernels and biases, the last layer's first."""
    embedding = np.maximum(flat @ weights.kernels[-2] + weights.biases[-2], 0)
    probabilities = softmax(embedding @ weights.kernels[-1] + weights.biases[-1])
    last = (probabilities - wished) / np.float32(len(flat))
    before = (last @ weights.kernels[-1].T) * (embedding > 0)
    kernels = [embedding.T @ last, flat.T @ before]
    return before @ weights.kernels[-2].T, kernels, [last.sum(0), before.sum(0)]


def _columns(pictures: Numbers, conv: Convolution) -> Numbers:
    """What each place of the kernel sees: (n, rows, columns, kernel * kernel * channels)."""
    edge = conv.padding
    padded = np.pad(pictures, ((0, 0), (edge, edge), (edge, edge), (0, 0))) if edge else pictures
    seen = sliding_window_view(padded, (conv.kernel, conv.kernel), (1, 2))[:, :: conv.stride, :: conv.stride]
    moved = seen.transpose(0, 1, 2, 4, 5, 3)
    return np.ascontiguousarray(moved).reshape(*moved.shape[:3], -1)


def _spread(columns: Numbers, shape: tuple[int, ...], seen: tuple[int, ...], conv: Convolution) -> Numbers:
    """Add what each place saw to where it came from: the reverse of `_columns`."""
    edge = conv.padding
    count, height, width, depth = shape
    total = np.zeros((count, height + 2 * edge, width + 2 * edge, depth), np.float32)
    parts = columns.reshape(*seen[:3], conv.kernel, conv.kernel, depth)
    rows, places = conv.stride * seen[1], conv.stride * seen[2]
    for row in range(conv.kernel):
        for column in range(conv.kernel):
            total[:, row : row + rows : conv.stride, column : column + places : conv.stride] += parts[
                :, :, :, row, column
            ]
    return total[:, edge : edge + height, edge : edge + width]


def embed(shape: Shape, weights: Weights, pictures: FloatArray) -> FloatArray:
    """What the last layer but one answers with, (n, embedding)."""
    answers: Numbers = pictures
    for conv, kernel, bias in zip(shape.convolutions, weights.kernels, weights.biases, strict=False):
        answers = np.maximum(_columns(answers, conv) @ kernel.reshape(-1, conv.channels) + bias, 0)
    flat = answers.reshape(len(answers), -1)
    embedding: FloatArray = np.maximum(flat @ weights.kernels[-2] + weights.biases[-2], 0)
    return embedding


def softmax(logits: Numbers) -> FloatArray:
    """Probabilities of each row."""
    powers = np.exp(logits - logits.max(1, keepdims=True))
    probabilities: FloatArray = powers / powers.sum(1, keepdims=True)
    return probabilities
