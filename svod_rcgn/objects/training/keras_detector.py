"""A head of convolutions behind the maps of a backbone whose last stages learn along, in Keras on TensorFlow.

Where an object's middle is, is learned by a focal loss on bells, and how far it reaches by the generalised
intersection over union: Liu et al., "Training-Time-Friendly Network for Real-Time Object Detection", 2020;
Rezatofighi et al., "Generalized Intersection over Union", 2019. What answers is a moving average of the
weights (Polyak and Juditsky, 1992).
"""

import os
from collections.abc import Sequence
from typing import Any, TypeAlias

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import keras
import numpy as np
import tensorflow as tf

from ...networks.convert.cell_head import LONGEST
from ...networks.convert.trunk import Clamp, Convolution, Layer, Trunk
from ...records import FloatArray

Tensor: TypeAlias = Any
Shape: TypeAlias = tuple[int, int, int]

_WIDTH = 64  # channels of the head
_LAST = 2  # convolutions behind the finest map
_RARE = -4.0  # the logit of an object's middle, of which there are few
_HEAD_RATE, _TRUNK_RATE, _DECAY = 3e-3, 5e-4, 0.05
_STEEPEST = 10.0
_AVERAGE, _AVERAGE_BEGINS = 0.99, 10
_FOCUS, _FORGIVEN = 2.0, 4.0
_BOXES_COUNT = 5.0
_NEAR = 0.1  # the bell from which on a cell tells how far its object reaches
_FEW, _STILL = 1e-6, 1e-3


class KerasDetector:
    """Learns from batches of maps, and answers as the moving average of what it was."""

    def __init__(self, shapes: Sequence[Shape], trunk: Trunk, classes: int, reach: float, seed: int) -> None:
        """Build it.

        Args:
            shapes: Rows, columns and channels of the maps that are taken, the finest first.
            trunk: What follows the last of them.
            classes: How many there are.
            reach: How far objects reach from their middles, in cells of the first map, about.
            seed: Of the first weights.
        """
        keras.utils.set_random_seed(seed)
        self._classes = classes
        self._model = _model(shapes, trunk, classes, reach)
        self.average = keras.models.clone_model(self._model)
        self.average.set_weights(self._model.get_weights())
        names = {
            id(each)
            for layer in self._model.layers
            if layer.name.startswith("trunk")
            for each in layer.weights
        }
        every = self._model.trainable_variables
        self._parts = [[each for each in every if (id(each) in names) is inside] for inside in (False, True)]
        self._optimizers = [_optimizer(part) for part in self._parts]
        self._steps = 0
        self._learn = [
            tf.function(each, reduce_retracing=True) for each in (self._head_step, self._whole_step)
        ]
        self._ask = tf.function(self._answer)

    def learn(
        self, maps: Sequence[FloatArray], targets: Sequence[FloatArray], rate: float, *, whole: bool
    ) -> float:
        """Take one step, and tell the loss before it.

        Args:
            maps: (n, rows, columns, channels) each.
            targets: (n, rows, columns, classes) bells, (n, rows, columns) nearness and
                (n, rows, columns, 4) ways; see `CellTargets`.
            rate: How large a step, 0..1 of the largest.
            whole: Whether the backbone's last stages learn along.
        """
        for optimizer, largest in zip(self._optimizers, (_HEAD_RATE, _TRUNK_RATE), strict=True):
            optimizer.learning_rate = rate * largest
        self._steps += 1
        kept = min(_AVERAGE, (1 + self._steps) / (_AVERAGE_BEGINS + self._steps))
        given = [*map(tf.constant, maps)], [*map(tf.constant, targets)], tf.constant(kept, tf.float32)
        return float(self._learn[whole](*given))

    def answers(self, maps: Sequence[FloatArray]) -> FloatArray:
        """(n, classes + 4, rows, columns) of the average; see `CellHead`."""
        found: FloatArray = self._ask([*map(tf.constant, maps)]).numpy().transpose(0, 3, 1, 2)
        return found

    def restore(self, weights: Sequence[FloatArray]) -> None:
        """Go back to weights that the average had."""
        for model in (self._model, self.average):
            model.set_weights(weights)

    def _answer(self, maps: list[Tensor]) -> Tensor:
        return self.average(maps, training=False)

    def _head_step(self, maps: list[Tensor], targets: list[Tensor], kept: Tensor) -> Tensor:
        return self._step(maps, targets, kept, 1)

    def _whole_step(self, maps: list[Tensor], targets: list[Tensor], kept: Tensor) -> Tensor:
        return self._step(maps, targets, kept, 2)

    def _step(self, maps: list[Tensor], targets: list[Tensor], kept: Tensor, count: int) -> Tensor:
        """Let the first parts learn, so many of head and trunk."""
        parts = self._parts[:count]
        with tf.GradientTape() as tape:
            loss = _loss(self._model(maps, training=True), targets, self._classes)
        slopes = tape.gradient(loss, [each for part in parts for each in part])
        slopes, _ = tf.clip_by_global_norm(slopes, _STEEPEST)
        for part, optimizer in zip(parts, self._optimizers, strict=False):
            optimizer.apply(slopes[: len(part)], part)
            slopes = slopes[len(part) :]
        for mean, each in zip(self.average.variables, self._model.variables, strict=True):
            mean.assign(kept * mean + (1 - kept) * each)
        return loss


def _optimizer(variables: Sequence[Any]) -> Any:
    optimizer = keras.optimizers.AdamW(_HEAD_RATE, weight_decay=_DECAY)
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    optimizer.build(variables)
    return optimizer


def _model(shapes: Sequence[Shape], trunk: Trunk, classes: int, reach: float) -> Any:
    inputs = [keras.Input(shape, name=f"map{place}") for place, shape in enumerate(shapes)]
    levels = [_side(each) for each in (*inputs, _grown(inputs[-1], trunk))]
    node = levels.pop()
    while levels:
        finer = levels.pop()
        node = _filtered(keras.layers.add([keras.layers.UpSampling2D()(node), finer]))
    for _ in range(_LAST):
        node = _filtered(node)
    biases = ((classes, _RARE), (4, float(np.log(reach))))
    answers = [_answering(count, bias)(node) for count, bias in biases]
    return keras.Model(inputs, keras.layers.concatenate(answers))


def _side(node: Tensor) -> Tensor:
    """A map as wide as the head, its channels standardised first."""
    node = keras.layers.BatchNormalization(center=False, scale=False, momentum=0.9)(node)
    return _normalised(_narrow()(node))


def _filtered(node: Tensor) -> Tensor:
    third = keras.initializers.RandomUniform(-1 / 3, 1 / 3)
    node = keras.layers.DepthwiseConv2D(3, padding="same", use_bias=False, depthwise_initializer=third)(node)
    return _normalised(_narrow()(node))


def _narrow() -> Any:
    start = keras.initializers.VarianceScaling(1 / 3, "fan_in", "uniform")
    return keras.layers.Conv2D(_WIDTH, 1, use_bias=False, kernel_initializer=start)


def _normalised(node: Tensor) -> Tensor:
    return keras.layers.ReLU()(keras.layers.BatchNormalization(momentum=0.9)(node))


def _answering(count: int, bias: float) -> Any:
    return keras.layers.Conv2D(
        count,
        1,
        kernel_initializer=keras.initializers.RandomNormal(stddev=0.01),
        bias_initializer=keras.initializers.Constant(bias),
    )


def _grown(node: Tensor, trunk: Trunk) -> Tensor:
    """The coarsest map, by layers that begin as the backbone's are."""
    nodes = [node]
    for number, layer in enumerate(trunk.layers):
        nodes.append(_layer(layer, nodes, f"trunk{number}"))
    return nodes[-1]


def _layer(layer: Layer, nodes: Sequence[Tensor], name: str) -> Tensor:
    if isinstance(layer, Convolution):
        return _convolution(layer, nodes[layer.source], name)
    if isinstance(layer, Clamp):
        return keras.layers.ReLU(6.0)(nodes[layer.source])
    return keras.layers.add([nodes[each] for each in layer.sources])


def _convolution(layer: Convolution, node: Tensor, name: str) -> Tensor:
    ways: dict[str, Any] = {"strides": layer.stride, "padding": "same", "name": name}
    if layer.depthwise:
        made = keras.layers.DepthwiseConv2D(layer.kernel.shape[:2], **ways)
    else:
        made = keras.layers.Conv2D(layer.kernel.shape[-1], layer.kernel.shape[:2], **ways)
    answer = made(node)
    made.set_weights([layer.kernel, layer.biases])
    return answer


def _loss(answers: Tensor, targets: Sequence[Tensor], classes: int) -> Tensor:
    bells, nearness, ways = targets
    return _middles(answers[..., :classes], bells) + _BOXES_COUNT * _reaches(
        answers[..., classes:], ways, nearness
    )


def _middles(logits: Tensor, bells: Tensor) -> Tensor:
    likely = tf.sigmoid(logits)
    middle = tf.cast(bells > 1 - _STILL, tf.float32)
    found = middle * (1 - likely) ** _FOCUS * tf.nn.softplus(-logits)
    made_up = (1 - middle) * (1 - bells) ** _FORGIVEN * likely**_FOCUS * tf.nn.softplus(logits)
    return tf.reduce_sum(found + made_up) / tf.maximum(tf.reduce_sum(middle), 1.0)


def _reaches(answers: Tensor, ways: Tensor, nearness: Tensor) -> Tensor:
    """One less the generalised overlap, the mean over cells near middles; larger objects count more."""
    told = tf.exp(tf.clip_by_value(answers, -LONGEST, LONGEST))
    true = tf.maximum(ways, _FEW)
    areas = [(each[..., 0] + each[..., 2]) * (each[..., 1] + each[..., 3]) for each in (told, true)]
    inner, outer = tf.minimum(told, true), tf.maximum(told, true)
    both = (inner[..., 0] + inner[..., 2]) * (inner[..., 1] + inner[..., 3])
    hull = (outer[..., 0] + outer[..., 2]) * (outer[..., 1] + outer[..., 3])
    union = areas[0] + areas[1] - both
    overlap = both / union - (hull - union) / hull
    counts = tf.where(nearness >= _NEAR, nearness * tf.math.log(areas[1] + 1), 0.0)
    return tf.reduce_sum(counts * (1 - overlap)) / tf.maximum(tf.reduce_sum(counts), _FEW)
