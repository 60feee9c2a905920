"""Inception-ResNet-v1 built in OpenVINO's own operators from the tensors of a PyTorch port.

Szegedy et al., "Inception-v4, Inception-ResNet and the Impact of Residual Connections on Learning",
2016, figures 10-14, with the changes of FaceNet (davidsandberg/facenet, inception_resnet_v1.py): valid
padding in the stem, blocks scaled down before they are added, an embedding of unit length. The names
of the tensors are those of timesler/facenet-pytorch.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import openvino as ov
from openvino import opset1, opset13

from ...records import FloatArray
from .layers import Tensors, channels, shifted

SIZE = (160, 160)
LENGTH = 512
_CLASSES = "logits."  # of the training; no part of an embedding

Layer = Callable[[str, Any], Any]
"""Adds operators behind a node, with the tensors whose names begin so."""


@dataclass(frozen=True, slots=True)
class Conv:
    """A convolution with batch normalisation and ReLU; sizes are (height, width)."""

    channels: int
    kernel: tuple[int, int] = (1, 1)
    stride: int = 1
    padding: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Block:
    """Branches beside each other, joined, brought to the input's channels, scaled and added to it."""

    branches: tuple[tuple[Conv, ...], ...]
    scale: float
    is_activated: bool = True


_THREE = Conv(32, (3, 3), padding=(1, 1))
_BLOCK_35 = Block(((Conv(32),), (Conv(32), _THREE), (Conv(32), _THREE, _THREE)), 0.17)
_BLOCK_17 = Block(
    ((Conv(128),), (Conv(128), Conv(128, (1, 7), padding=(0, 3)), Conv(128, (7, 1), padding=(3, 0)))), 0.10
)
_BRANCHES_8 = (
    (Conv(192),),
    (Conv(192), Conv(192, (1, 3), padding=(0, 1)), Conv(192, (3, 1), padding=(1, 0))),
)
_BLOCK_8 = Block(_BRANCHES_8, 0.20)
_LAST_BLOCK = Block(_BRANCHES_8, 1.0, is_activated=False)
_STEM_BEFORE_POOL = {
    "conv2d_1a": Conv(32, (3, 3), 2),
    "conv2d_2a": Conv(32, (3, 3)),
    "conv2d_2b": Conv(64, (3, 3), padding=(1, 1)),
}
_STEM_BEHIND_POOL = {"conv2d_3b": Conv(80), "conv2d_4a": Conv(192, (3, 3)), "conv2d_4b": Conv(256, (3, 3), 2)}
_MIXED_6A = (
    (Conv(384, (3, 3), 2),),
    (Conv(192), Conv(192, (3, 3), padding=(1, 1)), Conv(256, (3, 3), 2)),
)
_MIXED_7A = (
    (Conv(256), Conv(384, (3, 3), 2)),
    (Conv(256), Conv(256, (3, 3), 2)),
    (Conv(256), Conv(256, (3, 3), padding=(1, 1)), Conv(256, (3, 3), 2)),
)


def convert(tensors: Mapping[str, FloatArray], target: Path) -> None:
    """Write the network as OpenVINO's IR, with 16-bit weights.

    It takes any number of pictures, (n, 3, 160, 160) RGB as (pixel - 127.5) / 128, and answers with
    (n, 512) rows of unit length.

    Args:
        tensors: Parameters by their names, as PyTorch shapes them.
        target: The .xml to write; the weights go beside it as .bin.

    Raises:
        ModelError: A tensor is missing, is not of this network, or has another shape.
    """
    ov.save_model(_Builder(tensors).build(), target, compress_to_fp16=True)


class _Builder:
    """Adds the network's operators, one after the other."""

    def __init__(self, tensors: Mapping[str, FloatArray]) -> None:
        self._tensors = Tensors("Inception-ResNet-v1", tensors)

    def build(self) -> Any:
        pixels = opset13.parameter([-1, 3, *SIZE], np.float32, name="pixels")
        features = self._repeated("repeat_1", 5, _BLOCK_35, self._stem(pixels))
        features = self._reduced("mixed_6a", _MIXED_6A, features)
        features = self._repeated("repeat_2", 10, _BLOCK_17, features)
        features = self._reduced("mixed_7a", _MIXED_7A, features)
        features = self._block("block8", _LAST_BLOCK, self._repeated("repeat_3", 5, _BLOCK_8, features))
        embeddings = self._embeddings(opset13.reduce_mean(features, [2, 3], keep_dims=False))
        self._tensors.check_all_taken(except_for=_CLASSES)
        embeddings.output(0).set_names({"embeddings"})
        return ov.Model([embeddings], [pixels], "InceptionResnetV1")

    def _stem(self, node: Any) -> Any:
        for name, conv in _STEM_BEFORE_POOL.items():
            node = self._conv(name, conv, node)
        node = _pooled(node)
        for name, conv in _STEM_BEHIND_POOL.items():
            node = self._conv(name, conv, node)
        return node

    def _repeated(self, name: str, times: int, block: Block, node: Any) -> Any:
        for number in range(times):
            node = self._block(f"{name}.{number}", block, node)
        return node

    def _block(self, name: str, block: Block, node: Any) -> Any:
        joined = opset13.concat(self._branches(name, block.branches, node), 1)
        width = channels(node)
        weight = self._tensors.take(f"{name}.conv2d.weight", (width, channels(joined), 1, 1))
        bias = self._tensors.take(f"{name}.conv2d.bias", (width,))
        scale = opset13.constant(np.float32(block.scale))
        scaled = opset13.multiply(_convolved(joined, weight, bias, Conv(width)), scale)
        added = opset13.add(node, scaled)
        return opset13.relu(added) if block.is_activated else added

    def _reduced(self, name: str, branches: tuple[tuple[Conv, ...], ...], node: Any) -> Any:
        return opset13.concat([*self._branches(name, branches, node), _pooled(node)], 1)

    def _branches(self, name: str, branches: tuple[tuple[Conv, ...], ...], node: Any) -> list[Any]:
        return [self._branch(f"{name}.branch{number}", convs, node) for number, convs in enumerate(branches)]

    def _branch(self, name: str, convs: Sequence[Conv], node: Any) -> Any:
        """One convolution bears the branch's own name, and several bear numbers."""
        for number, conv in enumerate(convs):
            node = self._conv(name if len(convs) == 1 else f"{name}.{number}", conv, node)
        return node

    def _conv(self, name: str, conv: Conv, node: Any) -> Any:
        weight = self._tensors.take(f"{name}.conv.weight", (conv.channels, channels(node), *conv.kernel))
        factor, shift = self._tensors.normalisation(f"{name}.bn", conv.channels)
        return opset13.relu(_convolved(node, weight * factor[:, None, None, None], shift, conv))

    def _embeddings(self, features: Any) -> Any:
        weight = self._tensors.take("last_linear.weight", (LENGTH, channels(features)))
        factor, shift = self._tensors.normalisation("last_bn", LENGTH)
        projected = opset13.matmul(features, opset13.constant(weight * factor[:, None]), False, True)
        return opset13.normalize_l2(opset13.add(projected, opset13.constant(shift[None])), [1], 1e-12, "max")


def _convolved(node: Any, weight: FloatArray, bias: FloatArray, conv: Conv) -> Any:
    strides, padding = [conv.stride, conv.stride], list(conv.padding)
    result = opset13.convolution(node, opset13.constant(weight), strides, padding, padding, [1, 1])
    return shifted(result, bias)


def _pooled(node: Any) -> Any:
    return opset1.max_pool(node, [2, 2], [0, 0], [0, 0], [3, 3])  # the later ones answer with places too
