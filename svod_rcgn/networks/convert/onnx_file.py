"""Networks of this house written as ONNX, operator by operator, for programs that do not have OpenVINO.

Only what such networks are made of is known: the backbones of classification, with heads that name pictures
or find objects. The numbers are those of the IR, whose 16-bit weights become 32 bits wide. The package `onnx`
is an extra.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import ModelError
from ...storage import files
from ..runtime import shared_core

_OPSET, _IR_VERSION = 18, 9  # of the end of 2022 and of 2023, which runtimes in use read
_BATCH = "n"
_SAME = {"same_upper": "SAME_UPPER", "same_lower": "SAME_LOWER"}
_ALIKE = {"Add": "Add", "Minimum": "Min", "Multiply": "Mul", "Relu": "Relu"} | {
    name: name for name in ("Equal", "Exp", "Sigmoid")
}
_SHAPED = {"Reshape": "Reshape", "Tile": "Tile", "Unsqueeze": "Unsqueeze"}
"""Operators with whole numbers beside what they take."""


def check_installed() -> None:
    """Make sure that ONNX can be written.

    Raises:
        ModelError: The package is not installed.
    """
    try:
        import onnx  # noqa: F401
    except ImportError as error:
        raise ModelError("ONNX needs a package; run `pip install 'svod-rcgn[onnx]'`") from error


def write(source: Path, target: Path, about: Mapping[str, str]) -> None:
    """Write a network as ONNX, with the names of its inputs and outputs.

    Args:
        source: The .xml of the network, which takes and gives any number of pictures.
        target: The file to write.
        about: What is told of it in the file's metadata.

    Raises:
        ModelError: It holds an operator that is not known here, or the package `onnx` is not installed.
    """
    check_installed()
    from onnx import checker, helper

    writer, network = _Writer(source), shared_core().read_model(source)
    for node in network.get_ordered_ops():
        writer.add(node)
    outputs = [writer.outputs[min(each.get_names())] for each in network.outputs]
    graph = helper.make_graph(writer.nodes, source.stem, writer.inputs, outputs, writer.constants)
    model = helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid("", _OPSET)],
        producer_name="svod-rcgn",
        ir_version=_IR_VERSION,
    )
    helper.set_model_props(model, dict(about))
    checker.check_model(model)
    files.write_bytes(target, model.SerializeToString())


class _Writer:
    """Turns the operators of a graph into those of ONNX, in an order in which each finds its inputs."""

    def __init__(self, source: Path) -> None:
        self.nodes: list[Any] = []
        self.inputs: list[Any] = []
        self.outputs: dict[str, Any] = {}
        self.constants: list[Any] = []
        self._source = source
        self._values: dict[str, Any] = {}
        self._ways: dict[str, Callable[[Any], None]] = {
            "Parameter": self._parameter,
            "Constant": self._constant,
            "Convert": self._convert,
            "Convolution": self._convolution,
            "GroupConvolution": self._group_convolution,
            "Clamp": self._clamp,
            "ReduceMean": self._mean,
            "MatMul": self._product,
            "Transpose": self._transpose,
            "MaxPool": self._largest,
            "AvgPool": self._around,
            "Pad": self._pad,
            "Softmax": self._along,
            "NormalizeL2": self._unit,
            "Concat": self._along,
            "Slice": self._slice,
            "Split": self._split,
            "VariadicSplit": self._parted,
            "Result": self._result,
        }
        self._ways |= dict.fromkeys(_ALIKE, self._alike) | dict.fromkeys(_SHAPED, self._shaped)

    def add(self, node: Any) -> None:
        """Add one operator."""
        way = self._ways.get(node.get_type_name())
        if way is None:
            raise ModelError(
                f"{self._source}: {node.get_type_name()} cannot be written as ONNX; give a full network"
            )
        way(node)

    def _put(self, node: Any, kind: str, inputs: Sequence[str] | None = None, **attributes: Any) -> None:
        """Add an operator with the inputs and outputs of the node."""
        from onnx import helper

        given = self._given(node) if inputs is None else inputs
        names = [_name(output) for output in node.outputs()]
        self.nodes.append(helper.make_node(kind, list(given), names, **attributes))

    def _along(self, node: Any) -> None:
        """An operator that ONNX calls as OpenVINO does, along an axis."""
        self._put(node, node.get_type_name(), axis=node.get_attributes()["axis"])

    def _alike(self, node: Any) -> None:
        self._put(node, _ALIKE[node.get_type_name()])

    def _given(self, node: Any) -> list[str]:
        return [self._tensor(each.get_source_output()) for each in node.inputs()]

    def _tensor(self, output: Any) -> str:
        """The name of a tensor; a constant is written when it is first used."""
        name = _name(output)
        if name in self._values:
            self._hold(name, self._values.pop(name))
        return name

    def _value(self, node: Any, place: int) -> Any:
        """The constant that an input is."""
        name = _name(node.input(place).get_source_output())
        if name in self._values:
            return self._values[name]
        raise ModelError(
            f"{self._source}: {node.get_type_name()} without constants cannot be written as ONNX"
        )

    def _hold(self, name: str, value: Any) -> str:
        from onnx import numpy_helper

        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def _beside(self, node: Any, what: str, value: Any) -> str:
        """A constant that belongs to a node."""
        return self._hold(f"{node.get_friendly_name()}.{what}", value)

    def _parameter(self, node: Any) -> None:
        from onnx import TensorProto, helper

        self.inputs.append(
            helper.make_tensor_value_info(_name(node.output(0)), TensorProto.FLOAT, _shape(node))
        )

    def _constant(self, node: Any) -> None:
        value = np.array(node.data)
        self._values[_name(node.output(0))] = value.astype(np.float32) if value.dtype == np.float16 else value

    def _convert(self, node: Any) -> None:
        """A 16-bit weight made wide, which it is already, or truth made a number."""
        from onnx import TensorProto

        if _name(node.input(0).get_source_output()) not in self._values:
            return self._put(node, "Cast", to=TensorProto.FLOAT)
        return self._hold_wide(node)

    def _hold_wide(self, node: Any) -> None:
        self._values[_name(node.output(0))] = self._value(node, 0).astype(np.float32)

    def _convolution(self, node: Any, weights: Any = None, group: int = 1) -> None:
        found = node.get_attributes()
        ways: dict[str, Any] = {"strides": found["strides"], "dilations": found["dilations"], "group": group}
        if found["auto_pad"] in _SAME:
            ways["auto_pad"] = _SAME[found["auto_pad"]]
        else:
            ways["pads"] = [*found["pads_begin"], *found["pads_end"]]
        kernel = self._beside(node, "kernel", self._value(node, 1) if weights is None else weights)
        self._put(node, "Conv", [self._given_first(node), kernel], **ways)

    def _group_convolution(self, node: Any) -> None:
        weights = self._value(node, 1)
        self._convolution(node, weights.reshape(-1, *weights.shape[2:]), weights.shape[0])

    def _given_first(self, node: Any) -> str:
        return self._tensor(node.input(0).get_source_output())

    def _clamp(self, node: Any) -> None:
        found = node.get_attributes()
        ends = (self._beside(node, end, np.float32(found[end])) for end in ("min", "max"))
        self._put(node, "Clip", [self._given_first(node), *ends])

    def _mean(self, node: Any) -> None:
        axes = self._beside(node, "axes", self._value(node, 1).astype(np.int64).reshape(-1))
        keep = int(node.get_attributes()["keep_dims"])
        self._put(node, "ReduceMean", [self._given_first(node), axes], keepdims=keep)

    def _product(self, node: Any) -> None:
        found = node.get_attributes()
        if not (found["transpose_a"] or found["transpose_b"]):
            return self._put(node, "MatMul")
        second = self._value(node, 1)
        factor = self._beside(node, "factor", second.swapaxes(-1, -2) if found["transpose_b"] else second)
        return self._put(node, "MatMul", [self._given_first(node), factor])

    def _whole(self, node: Any, place: int, what: str) -> str:
        """The whole numbers that an input is."""
        return self._beside(node, what, self._value(node, place).astype(np.int64).reshape(-1))

    def _shaped(self, node: Any) -> None:
        kind = _SHAPED[node.get_type_name()]
        self._put(node, kind, [self._given_first(node), self._whole(node, 1, "numbers")])

    def _transpose(self, node: Any) -> None:
        axes = [int(axis) for axis in self._value(node, 1).reshape(-1)]
        self._put(node, "Transpose", [self._given_first(node)], perm=axes)

    def _largest(self, node: Any) -> None:
        """The largest of neighbours; where they are is not written."""
        from onnx import helper

        ways = _window(node)
        name = _name(node.output(0))
        self.nodes.append(helper.make_node("MaxPool", [self._given_first(node)], [name], **ways))

    def _around(self, node: Any) -> None:
        padded = int(not node.get_attributes()["exclude-pad"])
        self._put(node, "AveragePool", [self._given_first(node)], count_include_pad=padded, **_window(node))

    def _pad(self, node: Any) -> None:
        ends = np.concatenate([self._value(node, place).reshape(-1) for place in (1, 2)]).astype(np.int64)
        ways = {"mode": node.get_attributes()["pad_mode"]}
        self._put(node, "Pad", [self._given_first(node), self._beside(node, "ends", ends)], **ways)

    def _unit(self, node: Any) -> None:
        """Divide x by sqrt(max(sum of squares, eps))."""
        from onnx import helper

        name, x = node.get_friendly_name(), self._given_first(node)
        axes = self._beside(node, "axes", self._value(node, 1).astype(np.int64).reshape(-1))
        least = self._beside(node, "least", np.float32(node.get_attributes()["eps"]))
        squares, bounded, length = (f"{name}.{part}" for part in ("squares", "bounded", "length"))
        self.nodes += [
            helper.make_node("ReduceSumSquare", [x, axes], [squares], keepdims=1),
            helper.make_node("Max", [squares, least], [bounded]),
            helper.make_node("Sqrt", [bounded], [length]),
        ]
        self._put(node, "Div", [x, length])

    def _slice(self, node: Any) -> None:
        starts, ends, steps, axes = (
            self._beside(node, part, self._value(node, place).astype(np.int64).reshape(-1))
            for place, part in enumerate(("starts", "ends", "steps", "axes"), 1)
        )
        self._put(node, "Slice", [self._given_first(node), starts, ends, axes, steps])

    def _split(self, node: Any) -> None:
        parts, axis = node.get_output_size(), int(self._value(node, 1))
        self._put(node, "Split", [self._given_first(node)], axis=axis, num_outputs=parts)

    def _parted(self, node: Any) -> None:
        """A split into parts of given lengths."""
        axis = int(self._value(node, 1).reshape(-1)[0])
        lengths = [each.get_partial_shape()[axis].get_length() for each in node.outputs()]
        parts = self._beside(node, "lengths", np.array(lengths, np.int64))
        self._put(node, "Split", [self._given_first(node), parts], axis=axis)

    def _result(self, node: Any) -> None:
        """An output under the name that it has, whatever the operator behind it is called."""
        from onnx import TensorProto, helper

        name = min(node.output(0).get_names())
        self.nodes.append(helper.make_node("Identity", self._given(node), [name]))
        self.outputs[name] = helper.make_tensor_value_info(name, TensorProto.FLOAT, _shape(node))


def _name(output: Any) -> str:
    """A tensor's name in the graph; apart from those of outputs, which are the network's own."""
    node = output.get_node()
    if node.get_type_name() == "Parameter":
        return str(node.get_friendly_name())
    return f"{node.get_friendly_name()}:{output.get_index()}"


def _window(node: Any) -> dict[str, Any]:
    """What a pool looks at."""
    found = node.get_attributes()
    return {
        "kernel_shape": found["kernel"],
        "strides": found["strides"],
        "pads": [*found["pads_begin"], *found["pads_end"]],
    }


def _shape(node: Any) -> list[Any]:
    shape = node.get_output_partial_shape(0)
    return [_BATCH if size.is_dynamic else size.get_length() for size in shape]
