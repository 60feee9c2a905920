"""A backbone and a linear head that was learned on its embeddings, as one network in OpenVINO's IR."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import openvino as ov
from openvino import opset13

from ...errors import ModelError
from ...records import FloatArray
from ..runtime import shared_core

EMBEDDING, MAP = "embedding", "map"
OUTPUTS = ("probability", "nearness", EMBEDDING, MAP, "classmap")
"""What the network answers with, in this order.

Probabilities (n, classes); the cosines of the embedding, cut off at a ceiling, and each class's mean
(n, classes), times the probability that the picture is no negative; the embedding (n, length), which is the
mean of the map (n, length, rows, columns); the class map (n, classes, rows, columns), whose mean over its
cells is the class's logit, so that each cell holds exactly what it gives to it.
"""

_TINY = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class LinearHead:
    """What is asked of an embedding: weights (length, columns) and biases (columns,).

    `means` (classes, length) are the unit means of the classes, of embeddings cut off at `ceiling`. There is
    a column for each of them, and one more where there were negatives, which asks for these. Classes exclude
    each other unless `independent`. With `mirrored` the mirror image is asked too, and the mean of both
    embeddings counts.
    """

    weights: FloatArray
    biases: FloatArray
    means: FloatArray
    ceiling: float
    independent: bool = False
    mirrored: bool = False

    @property
    def classes(self) -> int:
        """How many classes there are."""
        return len(self.means)


def write(backbone: Path, head: LinearHead, target: Path) -> None:
    """Write the network that answers with OUTPUTS; it takes what the backbone takes.

    Args:
        backbone: The .xml of a network with outputs EMBEDDING and MAP, the former being the latter's mean.
        head: What follows it.
        target: The .xml to write; the weights go beside it as .bin, those of the head in full precision.

    Raises:
        ModelError: The backbone has no such outputs.
    """
    model = shared_core().read_model(backbone)
    embedding, cells = (_source(model, backbone, name) for name in (EMBEDDING, MAP))
    if head.mirrored:
        _feed_mirrored(model.get_parameters()[0])
        embedding, cells = _mean_of_halves(embedding), _mean_of_halves(cells, turned=True)
    answers = _answers(embedding, cells, head)
    for name, answer in zip(OUTPUTS, answers, strict=True):
        answer.output(0).set_names({name})
    merged = ov.Model(list(answers), model.get_parameters(), "LinearHead")
    ov.save_model(merged, target, compress_to_fp16=False)


def _source(model: Any, path: Path, name: str) -> Any:
    """The operation behind an output, without the output's names, which are given anew."""
    for output in model.outputs:
        if name in output.get_names():
            source = output.get_node().input_value(0)
            source.get_tensor().set_names(set())
            return source.get_node()
    raise ModelError(f"{path}: no output {name}; take another network to learn on")


def _feed_mirrored(pixels: Any) -> None:
    """Let what follows (n, channels, rows, columns) pixels see n pictures and then n mirror images."""
    users = pixels.output(0).get_target_inputs()
    ends = (np.array([value], np.int64) for value in (-1, np.iinfo(np.int64).min, -1, 3))
    both = opset13.concat([pixels, opset13.slice(pixels, *map(opset13.constant, ends))], 0)
    for user in users:
        user.replace_source_output(both.output(0))


def _mean_of_halves(node: Any, *, turned: bool = False) -> Any:
    """The mean of the first and the second half; of maps the second is turned back first."""
    plain, mirrored = opset13.split(node, opset13.constant(np.int64(0)), 2).outputs()
    if turned:
        ends = (np.array([value], np.int64) for value in (-1, np.iinfo(np.int64).min, -1, 3))
        mirrored = opset13.slice(mirrored, *map(opset13.constant, ends)).output(0)
    return opset13.multiply(opset13.add(plain, mirrored), opset13.constant(np.float32(0.5)))


def _answers(embedding: Any, cells: Any, head: LinearHead) -> tuple[Any, ...]:
    weights, biases, classes = head.weights, head.biases, head.classes
    logits = _linear(embedding, weights[:, :classes], biases[:classes])
    probability = opset13.sigmoid(logits) if head.independent else opset13.softmax(logits, 1)
    usual = opset13.minimum(embedding, opset13.constant(np.float32(head.ceiling)))
    unit = opset13.normalize_l2(usual, [1], _TINY, "max")
    nearness = opset13.matmul(unit, opset13.constant(head.means), False, True)
    if weights.shape[1] > classes:
        against = _linear(embedding, -weights[:, classes:], -biases[classes:])
        nearness = opset13.multiply(nearness, opset13.sigmoid(against))
    kernel = opset13.constant(np.ascontiguousarray(weights[:, :classes].T[:, :, None, None]))
    given = opset13.convolution(cells, kernel, [1, 1], [0, 0], [0, 0], [1, 1])
    classmap = opset13.add(given, opset13.constant(biases[:classes].reshape(1, -1, 1, 1)))
    return probability, nearness, embedding, cells, classmap


def _linear(node: Any, weights: FloatArray, biases: FloatArray) -> Any:
    product = opset13.matmul(node, opset13.constant(np.ascontiguousarray(weights)), False, False)
    return opset13.add(product, opset13.constant(biases.reshape(1, -1)))
