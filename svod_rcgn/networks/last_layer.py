"""The last layer of a network that pools a map of features and is linear from there: what each place adds.

Zhou et al., "Learning Deep Features for Discriminative Localization", 2016: since the mean over places and
the layer are both linear, the layer may be asked at each place by itself, and the mean of its answers is the
answer of the whole.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import openvino as ov
from openvino import opset13

from ..records import FloatArray
from . import graphs
from .runtime import shared_core

MAP = "map"
_LAST = ("Softmax", "Sigmoid")
_TOLERANCE = 0.05  # of the largest answer: a network of 8 bits is linear to 3 %


@dataclass(frozen=True, slots=True, eq=False)
class LastLayer:
    """`weights` (classes, channels) and `bias` (classes,): logits are weights @ pooled features + bias."""

    weights: FloatArray
    bias: FloatArray

    def class_maps(self, features: FloatArray) -> FloatArray:
        """What each place adds to each class: (classes, rows, columns) of a map (channels, rows, columns).

        The mean over places, and the bias, is the class's logit.
        """
        return np.tensordot(self.weights, features, 1).astype(np.float32)


def read_last_layer(path: Path, output: str) -> LastLayer | None:
    """Find out what lies between a network's output `map` and the softmax or sigmoid of an output.

    It is asked, not read, so that operators and bits by which the layer is written do not matter.

    Args:
        path: The network's file.
        output: The name of the output with probabilities.

    Returns:
        None where there is no output `map`, or what lies between is not linear in its mean.
    """
    model = graphs.read(shared_core(), path)
    outputs = {name: port.get_node().input_value(0) for port in model.outputs for name in port.get_names()}
    if MAP not in outputs or output not in outputs:
        return None
    last, features = outputs[output].get_node(), outputs[MAP]
    if last.get_type_name() not in _LAST or len(features.partial_shape) != 4:  # noqa: PLR2004 - NCHW
        return None
    channels = features.partial_shape[1].get_length()
    given = opset13.parameter([-1, channels, -1, -1], np.float32, name=MAP)
    for taker in features.get_target_inputs():
        taker.replace_source_output(given.output(0))
    try:
        cut = ov.Model([opset13.result(last.input_value(0))], [given], "head")
    except RuntimeError:  # probabilities come from elsewhere, too
        return None
    return _asked(shared_core().compile_model(cut, "CPU", {"INFERENCE_PRECISION_HINT": "f32"}), channels)


def _asked(head: Any, channels: int) -> LastLayer | None:
    """The layer by its answers to nothing and to each channel alone, tried on features like real ones."""
    (bias,) = _answers(head, np.zeros((1, channels, 1, 1), np.float32))
    weights = (_answers(head, np.eye(channels, dtype=np.float32)[:, :, None, None]) - bias).T
    trial = np.random.default_rng(0).uniform(0, 1, (4, channels, 3, 2)).astype(np.float32)
    wanted = trial.mean((2, 3)) @ weights.T + bias
    largest = float(np.abs(wanted).max())
    if not np.allclose(_answers(head, trial), wanted, 0, _TOLERANCE * largest):
        return None
    return LastLayer(np.ascontiguousarray(weights), bias)


def _answers(head: Any, features: FloatArray) -> FloatArray:
    return np.array(next(iter(head(features).values())))
