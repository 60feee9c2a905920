"""Graph models of TensorFlow.js made into IR, by way of the frozen graph that they once were.

Such a model is model.json, with the nodes of a GraphDef in JSON and a manifest of weights, and a file with
the weights one after the other (tensorflow/tfjs, tfjs-converter). Its fused convolutions, which no other
program knows, are taken apart again. What is written in between is the binary form of a GraphDef: fields of a
number, a kind and a content (protobuf.dev, "Encoding"; tensorflow/core/framework/{graph,node_def,attr_value,
tensor}.proto).
"""

import base64
import math
import struct
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import msgspec
import numpy as np
import openvino as ov

from ...errors import ModelError
from ...records import FloatArray
from .. import graphs
from ..runtime import shared_core

Node: TypeAlias = Mapping[str, Any]

_VARINT, _BYTES, _FIXED = 0, 2, 5  # kinds of fields
_TYPES = {"DT_FLOAT": 1, "DT_INT32": 3, "DT_STRING": 7, "DT_INT64": 9, "DT_BOOL": 10}
_ARRAYS = {
    "float32": ("DT_FLOAT", np.float32),
    "int32": ("DT_INT32", np.int32),
    "bool": ("DT_BOOL", np.bool_),
}
_FUSED = {"_FusedConv2D": "Conv2D", "FusedDepthwiseConv2dNative": "DepthwiseConv2dNative"}
_FOLLOWING = frozenset({"BiasAdd", "Relu", "Relu6", "Elu"})
_CONVOLUTION = ("T", "strides", "padding", "data_format", "dilations", "explicit_paddings")


def convert(source: Path, weights: Path, target: Path, outputs: Mapping[str, str]) -> None:
    """Write a graph model as IR with 16-bit weights.

    Args:
        source: Its model.json.
        weights: The file with its weights.
        target: The .xml to write; its weights go beside it as .bin.
        outputs: What the IR's outputs are called, and the nodes that they are, in this order.

    Raises:
        ModelError: It is damaged, lacks such a node, or holds what OpenVINO does not know.
    """
    try:
        nodes = _nodes(source, weights)
        ends = [_end(name, node) for name, node in outputs.items()]
        frozen = _graph([*_needed(nodes, tuple(outputs.values())), *ends])
        with tempfile.TemporaryDirectory(prefix="svod-") as scratch:
            path = Path(scratch, "frozen.pb")
            path.write_bytes(frozen)
            model = graphs.read(shared_core(), path)
        found = [model.output(f"{end['name']}:0").get_node().input_value(0) for end in ends]
    except (msgspec.DecodeError, KeyError, ValueError, TypeError, RuntimeError) as error:
        raise ModelError(f"{source.name}: not a graph model that can be converted ({error})") from error
    for name, output in zip(outputs, found, strict=True):
        output.set_names({name})
    ov.save_model(ov.Model(found, model.get_parameters(), source.stem), target, compress_to_fp16=True)


def _nodes(source: Path, weights: Path) -> dict[str, Node]:
    """The nodes by their names, without fused ones, constants with their values."""
    told = msgspec.json.decode(source.read_bytes())
    values = dict(_weights(told["weightsManifest"], weights.read_bytes()))
    plain = (part for node in told["modelTopology"]["node"] for part in _apart(node))
    return {
        node["name"]: {**node, "value": values[node["name"]]} if node["op"] == "Const" else node
        for node in plain
    }


def _weights(manifest: Sequence[Mapping[str, Any]], data: bytes) -> Iterator[tuple[str, Any]]:
    """Every weight's name and array; quantised ones are value x scale + least."""
    place = 0
    for each in (weight for group in manifest for weight in group["weights"]):
        packing = each.get("quantization")
        kind = np.dtype(packing["dtype"] if packing else _ARRAYS[each["dtype"]][1])
        count = math.prod(each["shape"])
        array = np.frombuffer(data, kind, count, place).reshape(each["shape"])
        place += count * kind.itemsize
        if packing:
            array = array.astype(np.float32) * packing.get("scale", 1) + packing.get("min", 0)
        yield each["name"], array.astype(_ARRAYS[each["dtype"]][1])


def _apart(node: Node) -> Iterator[Node]:
    """A fused convolution as the operations that it is made of, of which the last has its name."""
    if node["op"] not in _FUSED:
        yield node
        return
    attributes = node["attr"]
    following = [base64.b64decode(each).decode() for each in attributes["fused_ops"]["list"].get("s", ())]
    if not set(following) <= _FOLLOWING:
        raise ValueError(f"{node['name']} is fused with {', '.join(following)}")
    names = [*(f"{node['name']}/{number}" for number in range(len(following))), node["name"]]
    inputs, operands = list(node["input"][:2]), iter(node["input"][2:])
    kept = {name: attributes[name] for name in _CONVOLUTION if name in attributes}
    for step, name in zip([_FUSED[node["op"]], *following], names, strict=True):
        if step == "BiasAdd":
            inputs.append(next(operands))
        yield {"name": name, "op": step, "input": inputs, "attr": kept}
        inputs, kept = [name], {"T": {"type": "DT_FLOAT"}}


def _end(name: str, node: str) -> Node:
    """What gives a node on, so that it is an output though others are made of it."""
    return {"name": f"{name}/end", "op": "Identity", "input": [node], "attr": {"T": {"type": "DT_FLOAT"}}}


def _needed(nodes: Mapping[str, Node], wanted: Sequence[str]) -> list[Node]:
    """The nodes that others are made of, and they."""
    found: dict[str, Node] = {}
    waiting = list(wanted)
    while waiting:
        name = waiting.pop().removeprefix("^").partition(":")[0]
        if name not in found:
            found[name] = nodes[name]
            waiting += nodes[name].get("input", ())
    return list(found.values())


def _graph(nodes: Sequence[Node]) -> bytes:
    return b"".join(_field(1, _node(node)) for node in nodes)


def _node(node: Node) -> bytes:
    attributes = dict(node.get("attr", {}))
    if "value" in node:
        kind, _ = _ARRAYS[node["value"].dtype.name]
        attributes = {"dtype": {"type": kind}, "value": {"array": node["value"]}}
    return b"".join(
        [
            _field(1, node["name"].encode()),
            _field(2, node["op"].encode()),
            *(_field(3, name.encode()) for name in node.get("input", ())),
            *(
                _field(5, _field(1, key.encode()) + _field(2, _attribute(value)))
                for key, value in attributes.items()
            ),
        ]
    )


def _attribute(value: Mapping[str, Any]) -> bytes:
    """An AttrValue, of which one kind is set."""
    ((kind, content),) = value.items()
    if kind == "array":
        return _field(8, _tensor(content))
    if kind == "list":
        return _field(1, b"".join(_part(of, each) for of, several in content.items() for each in several))
    return _part(kind, content)


def _part(kind: str, content: Any) -> bytes:
    """One value of an attribute; fields of AttrValue and of its lists have the same numbers."""
    if kind == "s":
        return _field(2, base64.b64decode(content))
    if kind == "f":
        return _key(4, _FIXED) + struct.pack("<f", content)
    if kind == "shape":
        return _field(7, _shape([int(each["size"]) for each in content.get("dim", ())]))
    numbers = {"i": 3, "b": 5, "type": 6}
    return _key(numbers[kind], _VARINT) + _varint(_TYPES[content] if kind == "type" else int(content))


def _tensor(array: FloatArray) -> bytes:
    kind, _ = _ARRAYS[array.dtype.name]
    fields = _key(1, _VARINT) + _varint(_TYPES[kind])
    return fields + _field(2, _shape(array.shape)) + _field(4, array.tobytes())


def _shape(sizes: Sequence[int]) -> bytes:
    return b"".join(_field(2, _key(1, _VARINT) + _varint(size)) for size in sizes)


def _field(number: int, content: bytes) -> bytes:
    return _key(number, _BYTES) + _varint(len(content)) + content


def _key(number: int, kind: int) -> bytes:
    return _varint(number << 3 | kind)


def _varint(number: int) -> bytes:
    """Seven bits a byte, the lowest first; a negative number has 64 of them."""
    number &= (1 << 64) - 1
    found = bytearray()
    while number >> 7:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*found, number])
