"""A graph model as TensorFlow.js has it: a convolution, a depthwise one, and a leaf that nobody wants."""

import base64
import json
from pathlib import Path

import numpy as np

SIDE, CLASSES = 8, 3


def _string(text: str) -> dict:
    return {"s": base64.b64encode(text.encode()).decode()}


def _convolution(name: str, op: str, inputs: list[str], fused: list[str]) -> dict:
    return {
        "name": name,
        "op": op,
        "input": inputs,
        "attr": {
            "T": {"type": "DT_FLOAT"},
            "strides": {"list": {"i": ["1", "1", "1", "1"]}},
            "dilations": {"list": {"i": ["1", "1", "1", "1"]}},
            "explicit_paddings": {"list": {}},
            "padding": _string("SAME"),
            "data_format": _string("NHWC"),
            "fused_ops": {"list": {"s": [_string(each)["s"] for each in fused]}},
            "num_args": {"i": "1"},
            "epsilon": {"f": 0},
        },
    }


def _constant(name: str) -> dict:
    return {"name": name, "op": "Const", "attr": {"dtype": {"type": "DT_FLOAT"}}}


def write(folder: Path, *, last_fused: str = "Relu") -> dict[str, np.ndarray]:
    """Write model.json and model.bin; returns the weights as they are meant."""
    generator = np.random.default_rng(1)
    kernel = generator.normal(size=(1, 1, 3, CLASSES)).astype(np.float16)
    bias = generator.normal(size=CLASSES).astype(np.float32)
    filters = generator.integers(0, 255, (3, 3, CLASSES, 1), np.uint8)
    shift = generator.normal(size=CLASSES).astype(np.float32)
    nodes = [
        {
            "name": "a/picture",
            "op": "Placeholder",
            "attr": {
                "dtype": {"type": "DT_FLOAT"},
                "shape": {"shape": {"dim": [{"size": str(size)} for size in (1, SIDE, SIDE, 3)]}},
            },
        },
        *map(_constant, ("kernel", "bias", "filters", "shift", "axis")),
        _convolution("a/conv", "_FusedConv2D", ["a/picture", "kernel", "bias"], ["BiasAdd", "Relu6"]),
        _convolution("a/deep", "FusedDepthwiseConv2dNative", ["a/conv", "filters", "shift"],
                     ["BiasAdd", last_fused]),
        {"name": "a/odd", "op": "SomethingNobodyKnows", "input": ["a/deep"], "attr": {}},
    ]  # fmt: skip
    weights = [
        _told("kernel", kernel, "float32", {"dtype": "float16", "original_dtype": "float32"}),
        _told("bias", bias, "float32"),
        _told("filters", filters, "float32", {"dtype": "uint8", "scale": 0.01, "min": -1.0}),
        _told("shift", shift, "float32"),
        _told("axis", np.array([1], np.int32), "int32"),
    ]
    model = {
        "format": "graph-model",
        "modelTopology": {"node": nodes, "versions": {}},
        "weightsManifest": [{"paths": ["model.bin"], "weights": weights}],
    }
    (folder / "model.json").write_text(json.dumps(model))
    arrays = (kernel, bias, filters, shift, np.array([1], np.int32))
    (folder / "model.bin").write_bytes(b"".join(each.tobytes() for each in arrays))
    meant = {"kernel": kernel.astype(np.float32), "bias": bias, "shift": shift}
    return meant | {"filters": filters.astype(np.float32) * 0.01 - 1}


def _told(name: str, array: np.ndarray, dtype: str, packing: dict | None = None) -> dict:
    told = {"name": name, "shape": list(array.shape), "dtype": dtype}
    return told | {"quantization": packing} if packing else told
