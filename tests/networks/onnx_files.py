"""FaceNet as an ONNX file: the installed network's own tensors in ONNX's operators."""

from pathlib import Path

import numpy as np
import onnx
import openvino as ov
from onnx import TensorProto, helper, numpy_helper

from svod_rcgn.networks.convert import inception_resnet
from tests.networks.inception_files import installed_tensors


def export_facenet(installed: Path, target: Path, size: int = 160, *, is_rigid: bool = False) -> Path:
    """Write the network for pictures of that size; a rigid one always takes one at a time."""
    inception_resnet.convert(installed_tensors(installed), target.with_suffix(".xml"))
    batch = 1 if is_rigid else "n"
    graph = _Graph(is_rigid)
    for op in ov.Core().read_model(target.with_suffix(".xml")).get_ordered_ops():
        graph.add(op)
    for suffix in (".xml", ".bin"):
        target.with_suffix(suffix).unlink()
    pixels = helper.make_tensor_value_info("pixels", TensorProto.FLOAT, [batch, 3, size, size])
    answer = helper.make_tensor_value_info("embeddings", TensorProto.FLOAT, [batch, 512])
    made = helper.make_graph(graph.nodes, "facenet", [pixels], [answer], graph.constants)
    onnx.save(helper.make_model(made, opset_imports=[helper.make_opsetid("", 13)], ir_version=8), target)
    return target


class _Graph:
    """ONNX's operators for the few that Inception-ResNet-v1 is built of."""

    def __init__(self, is_rigid: bool) -> None:
        self._is_rigid = is_rigid
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self._names: dict[str, str] = {}

    def add(self, op) -> None:
        kind = op.get_type_name()
        into = [self._names[value.get_node().friendly_name] for value in op.input_values()]
        if kind == "Parameter":
            self._names[op.friendly_name] = "pixels"
        elif kind == "Constant":
            self._names[op.friendly_name] = self._constant(op)
        elif kind == "Convert":
            self._names[op.friendly_name] = into[0]
        elif kind == "Result":
            self.nodes.append(self._last(into[0]))
        else:
            name, attributes, used = _OPERATORS[kind](op)
            self._names[op.friendly_name] = op.friendly_name
            self.nodes.append(helper.make_node(name, into[:used], [op.friendly_name], **attributes))

    def _last(self, name: str) -> onnx.NodeProto:
        if not self._is_rigid:
            return helper.make_node("Identity", [name], ["embeddings"])
        self.constants.append(numpy_helper.from_array(np.array([1, 512], np.int64), "one_face"))
        return helper.make_node("Reshape", [name, "one_face"], ["embeddings"])

    def _constant(self, op) -> str:
        array = np.array(op.data)
        array = array.astype(np.float32) if array.dtype == np.float16 else array
        self.constants.append(numpy_helper.from_array(array, op.friendly_name))
        return op.friendly_name


def _convolution(op):
    told = op.get_attributes()
    pads = [*told["pads_begin"], *told["pads_end"]]
    return "Conv", {"strides": list(told["strides"]), "pads": pads}, 2


def _projection(op):
    return "Gemm", {"transB": 1}, 2


_OPERATORS = {
    "Convolution": _convolution,
    "Add": lambda op: ("Add", {}, 2),
    "Multiply": lambda op: ("Mul", {}, 2),
    "Relu": lambda op: ("Relu", {}, 1),
    "Concat": lambda op: ("Concat", {"axis": 1}, None),
    "MaxPool": lambda op: ("MaxPool", {"kernel_shape": [3, 3], "strides": [2, 2]}, 1),
    "ReduceMean": lambda op: ("ReduceMean", {"axes": [2, 3], "keepdims": 0}, 1),
    "MatMul": _projection,
    "NormalizeL2": lambda op: ("LpNormalization", {"axis": 1, "p": 2}, 1),
}
