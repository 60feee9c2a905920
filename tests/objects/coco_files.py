"""Files of networks with COCO's classes that find nothing; their inputs and outputs are as the real ones'."""

import json
import tarfile
from pathlib import Path

import numpy as np

CELLS = 52 * 52 + 26 * 26 + 13 * 13


def write_yolox(path: Path) -> Path:
    """ONNX: a picture of 416 pixels becomes (1, 3549, 85) zeros."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    weights = {
        "factor": np.zeros((1, 1, 1), np.float32),
        "zeros": np.zeros((1, CELLS, 85), np.float32),
        "shape": np.array([1, 1, -1], np.int64),
    }
    nodes = [
        helper.make_node("ReduceMean", ["images"], ["mean"], axes=[1, 2, 3], keepdims=1),
        helper.make_node("Reshape", ["mean", "shape"], ["flat"]),
        helper.make_node("Mul", ["flat", "factor"], ["none"]),
        helper.make_node("Add", ["zeros", "none"], ["output"]),
    ]
    graph = helper.make_graph(
        nodes,
        "yolox",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, [1, 3, 416, 416])],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, CELLS, 85])],
        [numpy_helper.from_array(array, name) for name, array in weights.items()],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8), path)
    return path


def write_centernet(folder: Path) -> Path:
    """A graph model of TensorFlow.js in an archive as npm has it: pooled pictures times zero."""
    strides = {"list": {"i": ["1", "4", "4", "1"]}}
    pooled = {"T": _FLOAT, "ksize": strides, "strides": strides, "padding": {"s": "VkFMSUQ="}}
    nodes = [
        {"name": "picture", "op": "Placeholder", "attr": {"dtype": _FLOAT, "shape": _shape(1, 512, 512, 3)}},
        {"name": "cells", "op": "AvgPool", "input": ["picture"], "attr": pooled},
        *({"name": name, "op": "Const", "attr": {}} for name in ("heat", "reach")),
        _product("tower_0/mul_1", "heat"),
        _product("tower_0/mul", "reach"),
    ]
    weights = {"heat": np.zeros((3, 80), np.float32), "reach": np.ones((3, 4), np.float32)}
    told = [{"name": name, "shape": list(each.shape), "dtype": "float32"} for name, each in weights.items()]
    model = {"modelTopology": {"node": nodes}, "weightsManifest": [{"weights": told}]}
    (folder / "centernet.json").write_text(json.dumps(model))
    (folder / "centernet.bin").write_bytes(b"".join(each.tobytes() for each in weights.values()))
    archive = folder / "models-1.0.0.tgz"
    with tarfile.open(archive, "w:gz") as packed:
        for name in ("centernet.json", "centernet.bin"):
            packed.add(folder / name, f"package/models/{name}")
    return archive


_FLOAT = {"type": "DT_FLOAT"}


def _shape(*sizes: int) -> dict:
    return {"shape": {"dim": [{"size": str(size)} for size in sizes]}}


def _product(name: str, weights: str) -> dict:
    # A product of (1, 128, 128, 3) and (3, n), which TensorFlow has as BatchMatMulV2.
    attributes = {"T": _FLOAT, "adj_x": {"b": False}, "adj_y": {"b": False}}
    return {"name": name, "op": "BatchMatMulV2", "input": ["cells", weights], "attr": attributes}
