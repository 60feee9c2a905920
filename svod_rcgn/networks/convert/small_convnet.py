"""A small convolutional network that was trained here, written as OpenVINO's IR."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import openvino as ov
from openvino import opset13

from ...geometry import unit_rows
from ...records import FloatArray
from .layers import channels, shifted

OUTPUTS = ("probability", "nearness", "embedding")
_TINY = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """A convolution with ReLU: kernel (height, width, in, out), bias (out,), stride and padding in pixels."""

    kernel: FloatArray
    bias: FloatArray
    stride: int
    padding: int


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """What follows the convolutions.

    `embedding` is (rows * columns * channels, length) with the bias behind it, and ReLU; `classes` is
    (length, classes) with its bias; `means` are (classes, length), the mean embedding of each class, one for
    each group of what was learned: an embedding is as near to a class as to the nearest of its means.
    """

    embedding: tuple[FloatArray, FloatArray]
    classes: tuple[FloatArray, FloatArray]
    means: Sequence[FloatArray]


def write(side: int, layers: Sequence[Layer], head: Head, target: Path) -> None:
    """Write the network for any number of pictures (n, 1, side, side), 0..1; it answers with OUTPUTS.

    Args:
        side: Of the pictures, in pixels.
        layers: In their order.
        head: What follows them.
        target: The .xml to write; the weights go beside it as .bin.
    """
    pixels = opset13.parameter([-1, 1, side, side], np.float32, name="pixels")
    node = pixels
    for layer in layers:
        node = _convolved(node, layer)
    embedding = opset13.relu(_full(_flat(node), *head.embedding))
    probability = opset13.softmax(_full(embedding, *head.classes), 1)
    unit = opset13.normalize_l2(embedding, [1], _TINY, "max")
    nearness, *others = (_likeness(unit, each) for each in head.means)
    for other in others:
        nearness = opset13.maximum(nearness, other)
    answers = (probability, nearness, embedding)
    for name, answer in zip(OUTPUTS, answers, strict=True):
        answer.output(0).set_names({name})
    ov.save_model(ov.Model(list(answers), [pixels], "SmallConvnet"), target, compress_to_fp16=True)


def _convolved(node: Any, layer: Layer) -> Any:
    kernel = opset13.constant(np.ascontiguousarray(layer.kernel.transpose(3, 2, 0, 1)))
    strides, padding = [layer.stride] * 2, [layer.padding] * 2
    return opset13.relu(
        shifted(opset13.convolution(node, kernel, strides, padding, padding, [1, 1]), layer.bias)
    )


def _likeness(unit: Any, means: FloatArray) -> Any:
    return opset13.matmul(unit, opset13.constant(unit_rows(means)), False, True)


def _flat(node: Any) -> Any:
    """(n, channels, rows, columns) as (n, rows * columns * channels)."""
    shape = node.get_output_partial_shape(0)
    length = channels(node) * shape[2].get_length() * shape[3].get_length()
    moved = opset13.transpose(node, opset13.constant([0, 2, 3, 1]))
    return opset13.reshape(moved, opset13.constant([-1, length]), special_zero=False)


def _full(node: Any, weight: FloatArray, bias: FloatArray) -> Any:
    return opset13.add(opset13.matmul(node, opset13.constant(weight), False, False), opset13.constant(bias))
