"""From the file of a network to its graph, also where OpenVINO lacks an operator that is in it.

MediaPipe's networks hold an operator of their own, Convolution2DTransposeBias. OpenVINO converts the rest
of the file and leaves a placeholder, which is replaced here.
"""

from pathlib import Path
from typing import Any

import openvino as ov
from openvino import opset13
from openvino.frontend import (
    FrontEndManager,
    GeneralFailure,
    InitializationFailure,
    NotImplementedFailure,
    OpConversionFailure,
    OpValidationFailure,
)

from ..errors import ModelError

_PLACEHOLDER = "TFFrameworkNode"
_INPUTS = 3
_FAILURES = (
    GeneralFailure,
    InitializationFailure,
    NotImplementedFailure,
    OpConversionFailure,
    OpValidationFailure,
)
_SAVED_MODEL = "saved_model.pb"


def read(core: ov.Core, path: Path) -> ov.Model:
    """Read any file that OpenVINO reads; saved_model.pb stands for the whole SavedModel round it.

    Raises:
        ModelError: It holds an operator that is known neither to OpenVINO nor here.
        RuntimeError: OpenVINO cannot read it.
    """
    if path.suffix == ".tflite":
        return _read_tflite(path)
    return core.read_model(path.parent if path.name == _SAVED_MODEL else path)


def _read_tflite(path: Path) -> ov.Model:
    front_end = FrontEndManager().load_by_framework("tflite")
    try:
        model = front_end.convert_partially(front_end.load(str(path)))
    except _FAILURES as error:  # the front end's own are no RuntimeErrors, as those of `read_model` are
        raise RuntimeError(str(error)) from error
    for node in model.get_ops():
        if node.get_type_name() == _PLACEHOLDER:
            node.output(0).replace(transposed_convolution(path, node))
    model.validate_nodes_and_infer_types()
    front_end.normalize(model)
    return model


def transposed_convolution(path: Path, node: Any) -> Any:
    """Convolution2DTransposeBias of picture (N, H, W, in), weights (out, h, w, in) and bias (out,).

    It doubles the sides, as its padding SAME with stride 2 says: MediaPipe,
    util/tflite/operations/transpose_conv_bias.cc.
    """
    if len(node.inputs()) != _INPUTS:
        raise ModelError(f"{path}: operation {node.friendly_name} is known neither to OpenVINO nor to us")
    picture, weights, bias = node.input_values()
    enlarged = opset13.convolution_backprop_data(
        opset13.transpose(picture, [0, 3, 1, 2]),
        opset13.transpose(weights, [3, 0, 1, 2]),
        strides=[2, 2],
        auto_pad="same_upper",
    )
    return opset13.add(opset13.transpose(enlarged, [0, 2, 3, 1]), bias).output(0)
