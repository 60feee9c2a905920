"""A backbone and what Keras learned behind its maps, as one network in OpenVINO's IR that finds objects."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import openvino as ov
from openvino import opset13
from openvino.passes import ConstantFolding, Manager

from .cell_head import write_answers
from .cell_maps import Taps


def write(
    backbone: Path, size: tuple[int, int], chosen: Sequence[int], head: Any, stride: int, target: Path
) -> None:
    """Write the network that answers as `cell_head.OUTPUTS` to one picture of a size.

    Args:
        backbone: The .xml of a network as `Taps` takes it.
        size: Height and width of the pictures.
        chosen: The numbers of the maps that the head takes, in the order of its inputs.
        head: A Keras model of (n, rows, columns, channels) that answers (n, rows, columns, classes + 4).
        stride: Of its cells.
        target: The .xml to write; the weights go beside it as .bin.
    """
    taps = Taps(backbone, size)
    taps.model.reshape([1, 3, *size])
    model = ov.convert_model(head)
    for parameter, number in zip(_parameters(model, head), chosen, strict=True):
        parameter.output(0).replace(_transposed(taps.nodes[number], 0, 2, 3, 1).output(0))
    answers = model.get_results()[0].input_value(0)
    _settle(answers, taps.pixels)
    classes = head.output_shape[-1] - 4
    write_answers(taps, _transposed(answers, 0, 3, 1, 2), classes, stride, target)


def _settle(answers: Any, pixels: Any) -> None:
    """Have what depends on the size alone counted now, for the size stays."""
    manager = Manager()
    manager.register_pass(ConstantFolding())
    manager.run_passes(ov.Model([answers], pixels, "Head"))


def _parameters(model: Any, head: Any) -> list[Any]:
    """The graph's inputs in the order of the Keras model's."""
    named = {name: each.get_node() for each in model.inputs for name in each.get_names()}
    return [named[each.name.split(":")[0]] for each in head.inputs]


def _transposed(node: Any, *axes: int) -> Any:
    return opset13.transpose(node, opset13.constant(np.array(axes, np.int64)))
