"""The layers of a backbone behind one of its maps, with their weights, so that they can learn further."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from ...errors import ModelError
from ...records import FloatArray
from .cell_maps import Taps

_CONVOLUTIONS = ("Convolution", "GroupConvolution")


@dataclass(frozen=True, slots=True, eq=False)
class Convolution:
    """A convolution with padding to the same size (TensorFlow's), and a bias.

    `source` is the number of the layer that it takes, `kernel` is (height, width, in, out), or
    (height, width, channels, 1) where it is `depthwise`; `biases` is (out,).
    """

    source: int
    kernel: FloatArray
    biases: FloatArray
    stride: int
    depthwise: bool


@dataclass(frozen=True, slots=True)
class Clamp:
    """A layer held between 0 and 6."""

    source: int


@dataclass(frozen=True, slots=True)
class Sum:
    """Two layers added."""

    sources: tuple[int, int]


Layer: TypeAlias = Convolution | Clamp | Sum


@dataclass(frozen=True, slots=True, eq=False)
class Trunk:
    """Layers one after another; number 0 is the map that is taken, the first layer is number 1."""

    layers: tuple[Layer, ...]


def trunk_behind(backbone: Path, size: tuple[int, int], number: int) -> Trunk:
    """What makes the coarsest map of a backbone of one of its other maps.

    Args:
        backbone: The .xml of a network as `Taps` takes it.
        size: Height and width of the pictures.
        number: Of the map among the backbone's.

    Raises:
        ModelError: It is not built of plain convolutions.
    """
    taps = Taps(backbone, size)
    reader = _Reader(taps.nodes[number], backbone)
    reader.number(taps.nodes[-1])
    return Trunk(tuple(reader.layers))


class _Reader:
    """Follows a graph from its end back to a map."""

    def __init__(self, start: Any, backbone: Path) -> None:
        self.layers: list[Layer] = []
        self._numbers = {start.get_friendly_name(): 0}
        self._backbone = backbone

    def number(self, node: Any) -> int:
        """The number of the layer that a node is."""
        name = node.get_friendly_name()
        if name not in self._numbers:
            self.layers.append(self._layer(node))
            self._numbers[name] = len(self.layers)
        return self._numbers[name]

    def _layer(self, node: Any) -> Layer:
        kind = node.get_type_name()
        inputs = [node.input_value(place).get_node() for place in range(node.get_input_size())]
        if kind == "Clamp":
            return Clamp(self.number(inputs[0]))
        if kind == "Add" and inputs[0].get_type_name() in _CONVOLUTIONS and _is_constant(inputs[1]):
            return replace(self._convolution(inputs[0]), biases=_numbers(inputs[1]).ravel())
        if kind == "Add":
            return Sum((self.number(inputs[0]), self.number(inputs[1])))
        if kind in _CONVOLUTIONS:
            return self._convolution(node)
        raise ModelError(f"{self._backbone}: {kind} cannot be learned further; take imagenet")

    def _convolution(self, node: Any) -> Convolution:
        kernel, depthwise = _numbers(node.input_value(1).get_node()), node.get_type_name() != "Convolution"
        kernel = kernel[:, 0].transpose(2, 3, 0, 1) if depthwise else kernel.transpose(2, 3, 1, 0)
        source = self.number(node.input_value(0).get_node())
        stride = int(max(node.get_attributes()["strides"]))
        filters = kernel.shape[2] if depthwise else kernel.shape[3]
        return Convolution(source, kernel, np.zeros(filters, np.float32), stride, depthwise)


def _is_constant(node: Any) -> bool:
    return bool(_bare(node).get_type_name() == "Constant")


def _numbers(node: Any) -> FloatArray:
    numbers: FloatArray = _bare(node).get_data().astype(np.float32)
    return numbers


def _bare(node: Any) -> Any:
    """The constant that a node makes wider, or the node itself."""
    return node.input_value(0).get_node() if node.get_type_name() == "Convert" else node
