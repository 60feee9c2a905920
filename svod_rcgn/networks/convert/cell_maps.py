"""The maps that a convolutional backbone makes on its way: the ends of its stages, one a stride.

They are found by the shape of the network: a stage of inverted residuals ends where the next one widens its
map before it takes a larger stride (Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks",
2018), and the last one where the widest map of all is made of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import openvino as ov
from openvino import opset13

from ...errors import ModelError
from ...records import FloatArray
from ..runtime import shared_core

LAST_MAP = "map"
_WIDENING = ("Clamp", "Add", "Convolution")  # from a widened map back to what was widened
_WAY_OUT = "take imagenet"


@dataclass(frozen=True, slots=True)
class CellMap:
    """One of the maps: so many channels, and a cell for each square of `stride` pixels a side."""

    channels: int
    stride: int


class Taps:
    """A backbone cut open: its graph for pictures of one size, and the maps in it, the finest first."""

    def __init__(self, backbone: Path, size: tuple[int, int]) -> None:
        """Find the maps.

        Args:
            backbone: The .xml of a network with an output LAST_MAP.
            size: Height and width of the pictures.

        Raises:
            ModelError: It is not built so, or takes no such pictures.
        """
        self.model = shared_core().read_model(backbone)
        try:
            self.model.reshape([-1, 3, *size])
        except RuntimeError as error:
            raise ModelError(f"{backbone}: takes no pictures of {size[1]}x{size[0]}; {_WAY_OUT}") from error
        self.nodes = [*_ends_of_stages(self.model, backbone)]
        shapes = [node.get_output_partial_shape(0) for node in self.nodes]
        self.maps = tuple(
            CellMap(shape[1].get_length(), size[0] // shape[2].get_length()) for shape in shapes
        )
        self.size = size

    @property
    def pixels(self) -> list[Any]:
        """The parameters of the graph: the pictures."""
        return list(self.model.get_parameters())

    def write(self, chosen: tuple[int, ...], target: Path) -> None:
        """Write the network that answers with some of the maps, (n, channels, rows, columns) each."""
        model = ov.Model([self.nodes[each].output(0) for each in chosen], self.pixels, "CellMaps")
        ov.save_model(model, target, compress_to_fp16=True)


def _ends_of_stages(model: Any, backbone: Path) -> Iterator[Any]:
    for node in model.get_ordered_ops():
        if node.get_type_name() == "GroupConvolution" and max(node.get_attributes()["strides"]) > 1:
            yield _widened(_before(node), backbone)
    for output in model.outputs:
        if LAST_MAP in output.get_names():
            yield _widened(_before(output.get_node()), backbone)
            return
    raise ModelError(f"{backbone}: no output {LAST_MAP}; {_WAY_OUT}")


def _widened(node: Any, backbone: Path) -> Any:
    """What a widened map was made of."""
    for kind in _WIDENING:
        if node.get_type_name() != kind:
            raise ModelError(f"{backbone}: no network of inverted residuals; {_WAY_OUT}")
        node = _before(node)
    return node


def _before(node: Any) -> Any:
    return node.input_value(0).get_node()


def resampling(cells: int, there: int) -> FloatArray:
    """(cells, there) shares by which a row of so many cells is made of one that has others.

    Fewer are means, more are on straight lines between the middles of the cells that are there.
    """
    shares = np.zeros((cells, there), np.float32)
    if cells <= there:
        each = there // cells
        for cell in range(cells):
            shares[cell, cell * each : (cell + 1) * each] = 1 / each
        return shares
    places = np.clip((np.arange(cells) + 0.5) * there / cells - 0.5, 0, there - 1)
    low = np.minimum(places.astype(int), max(there - 2, 0))
    rest = (places - low).astype(np.float32)
    shares[np.arange(cells), low] = 1 - rest
    shares[np.arange(cells), np.minimum(low + 1, there - 1)] += rest
    return shares


def resampled(node: Any, rows: int, columns: int) -> Any:
    """A node of (n, channels, r, c) with so many rows and columns; see `resampling`."""
    shape = node.get_output_partial_shape(0)
    there = shape[2].get_length(), shape[3].get_length()
    if there == (rows, columns):
        return node
    down, across = resampling(rows, there[0]), resampling(columns, there[1])
    tall = opset13.matmul(opset13.constant(down), node, False, False)
    return opset13.matmul(tall, opset13.constant(np.ascontiguousarray(across.T)), False, False)


@dataclass(frozen=True, slots=True)
class Block:
    """Channels by which a cell is judged: those of a map, or their means over 3 by 3 cells."""

    map: int
    blurred: bool = False


def blocks_for(maps: tuple[CellMap, ...], stride: int) -> tuple[Block, ...]:
    """What cells of a stride are judged by: all maps not finer, the next finer one, and their surroundings.

    Raises:
        ModelError: No map has the stride.
    """
    strides = [each.stride for each in maps]
    if stride not in strides:
        raise ModelError(f"the network has cells of {', '.join(map(str, strides))} pixels, not of {stride}")
    own = strides.index(stride)
    return (*(Block(number) for number in range(max(own - 1, 0), len(maps))), Block(own, blurred=True))
