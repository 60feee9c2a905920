"""Files of TensorFlow, ONNX and TFLite made into IR by OpenVINO's own front ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import openvino as ov
from openvino import opset13

from ...errors import ModelError
from .. import graphs
from ..runtime import NetworkOutput, _output, _shape, shared_core


def convert(source: Path, target: Path, shape: Sequence[int], batch_reshapes: Sequence[str] = ()) -> None:
    """Convert any file that OpenVINO reads into its own IR, with 16-bit weights.

    Args:
        source: TensorFlow frozen graph, ONNX, TFLite or IR; see `graphs.read`.
        target: The .xml to write; the weights go beside it as .bin.
        shape: The input's new shape, -1 where any length shall do.
        batch_reshapes: Names of Reshape operations whose constant pattern begins with the batch of the file,
            and of outputs that one makes; they shall take any batch.

    Raises:
        ModelError: The file is not a network that OpenVINO can read.
    """
    try:
        model = graphs.read(shared_core(), source)
        for name in batch_reshapes:
            _free_batch(model, name)
        model.validate_nodes_and_infer_types()
        model.reshape(list(shape))
        model = _fed_with_floats(model)
    except RuntimeError as error:
        raise ModelError(f"{source.name}: not a network that OpenVINO can read") from error
    ov.save_model(model, target, compress_to_fp16=True)


def _free_batch(model: Any, name: str) -> None:
    reshape = _reshape(model, name)
    if reshape is None:
        raise ModelError(f"the network has no operation {name}; is it the one that the catalogue names?")
    pattern = np.array(reshape.input_value(1).get_node().data, np.int64)
    pattern[0] = 0 if -1 in pattern else -1  # one length alone can be -1, and 0 is that of what comes in
    reshape.input(1).replace_source_output(opset13.constant(pattern).output(0))


def _reshape(model: Any, name: str) -> Any:
    """The Reshape of this name, or the last one on the way to the output of this name; None without any.

    Operations of TFLite have no names of their own: those that OpenVINO gives them count what it has read.
    """
    made = [port.node for port in model.outputs if name in port.get_names()]
    called = [op for op in model.get_ops() if op.friendly_name == name]
    node = next(iter(called + made), None)
    while node is not None and node.get_type_name() != "Reshape":
        node = node.input_value(0).get_node() if node.get_input_size() else None
    return node


def _fed_with_floats(model: Any) -> Any:
    """The network with an input of floats, as all pictures come; a quantised one may want bytes."""
    if model.input(0).element_type == ov.Type.f32:
        return model
    builder = ov.preprocess.PrePostProcessor(model)
    builder.input(0).tensor().set_element_type(ov.Type.f32)
    return builder.build()


@dataclass(frozen=True, slots=True)
class Description:
    """What a file says of its network: the shape of its one input, and its outputs."""

    input_shape: tuple[int | None, ...]
    outputs: tuple[NetworkOutput, ...]


def describe(source: Path) -> Description:
    """Look at a network in any format that OpenVINO reads.

    Raises:
        ModelError: OpenVINO cannot read it, or it takes something else than one input.
    """
    try:
        model = graphs.read(shared_core(), source)
    except RuntimeError as error:
        raise ModelError(f"{source.name}: not a network that OpenVINO can read") from error
    if len(model.inputs) != 1:
        raise ModelError(f"{source.name}: expected one input, a picture; it takes {len(model.inputs)}")
    return Description(_shape(model.input(0)), tuple(_output(port) for port in model.outputs))
