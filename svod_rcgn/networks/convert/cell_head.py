"""A backbone and a linear head on the cells of its maps, as one network in OpenVINO's IR that finds objects.

A linear head commutes with scaling a map up or down and with means over neighbours, so it is laid on each map
as that is, and its answers are scaled instead of the map.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import openvino as ov
from openvino import opset13

from ...records import FloatArray
from .cell_maps import Block, Taps, resampled

OUTPUTS = ("heat", "reach")
"""What the network answers with, in this order.

How likely the middle of an object of each class lies in a cell, (1, rows, columns, classes), 0 where a
neighbour is likelier; how far the object reaches from the cell's upper left corner to the left, top, right
and bottom, (1, rows, columns, 4), in pixels.
"""

LONGEST = 6.0
"""The logarithm of the farthest that an object reaches, in cells."""

_SIDES = 4


@dataclass(frozen=True, slots=True, eq=False)
class CellHead:
    """What is asked of cells of a stride: weights (channels, classes + 4) of each block, and biases.

    The columns are the logits of the classes, and the logarithms of how far the object reaches from the
    middle of the cell to the left, top, right and bottom, in cells.
    """

    stride: int
    blocks: tuple[Block, ...]
    weights: tuple[FloatArray, ...]
    biases: FloatArray

    @property
    def classes(self) -> int:
        """How many classes there are."""
        return len(self.biases) - _SIDES


def write(backbone: Path, size: tuple[int, int], head: CellHead, target: Path) -> None:
    """Write the network that answers with OUTPUTS to one picture of a size.

    Args:
        backbone: The .xml of a network as `Taps` takes it.
        size: Height and width of the pictures.
        head: What follows it.
        target: The .xml to write; the weights go beside it as .bin.

    Raises:
        ModelError: The backbone is not built so.
    """
    taps = Taps(backbone, size)
    taps.model.reshape([1, 3, *size])
    write_answers(taps, _answers(taps, head), head.classes, head.stride, target)


def write_answers(taps: Taps, answers: Any, classes: int, stride: int, target: Path) -> None:
    """Write the network whose cells answer (1, classes + 4, rows, columns), as `CellHead` has them."""
    logits, ways = opset13.variadic_split(
        answers, opset13.constant(np.int64(1)), opset13.constant(np.array([classes, _SIDES], np.int64))
    ).outputs()
    found = _by_cells(_peaks(logits)), _by_cells(_reach(ways, stride))
    for name, answer in zip(OUTPUTS, found, strict=True):
        answer.output(0).set_names({name})
    ov.save_model(ov.Model(list(found), taps.pixels, "CellHead"), target, compress_to_fp16=True)


def _answers(taps: Taps, head: CellHead) -> Any:
    """(1, classes + 4, rows, columns): the sum over the blocks."""
    rows, columns = (side // head.stride for side in taps.size)
    total = opset13.constant(head.biases.reshape(1, -1, 1, 1))
    for block, weights in zip(head.blocks, head.weights, strict=True):
        kernel = opset13.constant(np.ascontiguousarray(weights.T[:, :, None, None]))
        answer = opset13.convolution(taps.nodes[block.map], kernel, [1, 1], [0, 0], [0, 0], [1, 1])
        answer = resampled(answer, rows, columns)
        total = opset13.add(total, _blurred(answer) if block.blurred else answer)
    return total


def _blurred(node: Any) -> Any:
    around = [opset13.constant(np.array([0, 0, 1, 1], np.int64)) for _ in range(2)]
    padded = opset13.pad(node, *around, "edge")
    return opset13.avg_pool(padded, [1, 1], [0, 0], [0, 0], [3, 3], False)


def _peaks(logits: Any) -> Any:
    """Probabilities, 0 where one of the eight neighbours has a larger one."""
    highest = opset13.max_pool(logits, [1, 1], [1, 1], [1, 1], [1, 1], [3, 3]).output(0)
    stays = opset13.convert(opset13.equal(logits, highest), "f32")
    return opset13.multiply(opset13.sigmoid(logits), stays)


def _reach(ways: Any, stride: int) -> Any:
    """Pixels from the cell's corner instead of logarithms of cells from its middle."""
    cells = opset13.exp(opset13.clamp(ways, -LONGEST, LONGEST))
    pixels = opset13.multiply(cells, opset13.constant(np.float32(stride)))
    middle = np.array([-0.5, -0.5, 0.5, 0.5], np.float32).reshape(1, _SIDES, 1, 1) * stride
    return opset13.add(pixels, opset13.constant(middle))


def _by_cells(node: Any) -> Any:
    return opset13.transpose(node, opset13.constant(np.array([0, 2, 3, 1], np.int64)))
