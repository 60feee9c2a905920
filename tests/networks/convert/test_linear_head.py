from dataclasses import replace
from pathlib import Path

import numpy as np
import openvino as ov
import pytest

from svod_rcgn.errors import ModelError
from svod_rcgn.geometry import unit_rows
from svod_rcgn.networks.convert import efficientnet_lite, linear_head, onnx_file
from svod_rcgn.networks.convert.linear_head import OUTPUTS, LinearHead
from tests.networks.efficientnet_files import random_tensors

SIDE, CLASSES = 64, 3
EXACT = {"INFERENCE_PRECISION_HINT": "f32"}


@pytest.fixture(scope="module")
def backbone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("backbone") / "network.xml"
    efficientnet_lite.convert(random_tensors(), target, SIDE)
    return target


def _head(columns: int = CLASSES, **changes: object) -> LinearHead:
    chance = np.random.default_rng(4)
    weights = chance.normal(0, 0.1, (1280, columns)).astype(np.float32)
    biases = chance.normal(0, 1, columns).astype(np.float32)
    means = unit_rows(chance.uniform(0, 1, (CLASSES, 1280)).astype(np.float32))
    return replace(LinearHead(weights, biases, means, 0.8), **changes)


@pytest.fixture(scope="module")
def pixels() -> np.ndarray:
    return np.random.default_rng(1).uniform(-1, 1, (3, 3, SIDE, SIDE)).astype(np.float32)


def _asked(path: Path, pixels: np.ndarray) -> dict[str, np.ndarray]:
    network = ov.Core().compile_model(path, "CPU", EXACT)
    found = network(pixels)
    return {name: np.array(found[name]) for name in OUTPUTS}


HEADS = {
    "exclusive": _head(),
    "independent": _head(independent=True),
    "mirrored": _head(mirrored=True),
    "with negatives": _head(CLASSES + 1),
    "all at once": _head(CLASSES + 1, independent=True, mirrored=True),
}


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_it_answers_as_the_head_does_on_the_backbones_embedding(
    backbone: Path, pixels, tmp_path: Path, head: LinearHead
) -> None:
    linear_head.write(backbone, head, tmp_path / "own.xml")
    told = _asked(tmp_path / "own.xml", pixels)
    plain = _backbone(backbone, pixels)
    if head.mirrored:
        turned = _backbone(backbone, pixels[..., ::-1])
        plain = {"embedding": (plain["embedding"] + turned["embedding"]) / 2,
                 "map": (plain["map"] + turned["map"][..., ::-1]) / 2}  # fmt: skip
    np.testing.assert_allclose(told["embedding"], plain["embedding"], atol=1e-4)
    np.testing.assert_allclose(told["map"], plain["map"], atol=1e-3)
    logits = plain["embedding"] @ head.weights + head.biases
    wanted = 1 / (1 + np.exp(-logits[:, :CLASSES]))
    if not head.independent:
        wanted = np.exp(logits[:, :CLASSES]) / np.exp(logits[:, :CLASSES]).sum(1, keepdims=True)
    np.testing.assert_allclose(told["probability"], wanted, atol=1e-4)
    near = unit_rows(np.minimum(plain["embedding"], head.ceiling)) @ head.means.T
    if head.weights.shape[1] > CLASSES:
        near = near / (1 + np.exp(logits[:, CLASSES:]))
    np.testing.assert_allclose(told["nearness"], near, atol=1e-4)


def _backbone(path: Path, pixels: np.ndarray) -> dict[str, np.ndarray]:
    found = ov.Core().compile_model(path, "CPU", EXACT)(np.ascontiguousarray(pixels))
    return {name: np.array(found[name]) for name in ("embedding", "map")}


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_the_cells_of_a_class_map_give_its_logit_exactly(
    backbone: Path, pixels, tmp_path: Path, head: LinearHead
) -> None:
    linear_head.write(backbone, head, tmp_path / "own.xml")
    told = _asked(tmp_path / "own.xml", pixels)
    assert told["classmap"].shape == (3, CLASSES, SIDE // 32, SIDE // 32)
    logits = told["embedding"] @ head.weights[:, :CLASSES] + head.biases[:CLASSES]
    np.testing.assert_allclose(told["classmap"].mean((2, 3)), logits, atol=1e-3)


def test_the_heads_weights_stay_whole_and_the_backbones_stay_small(backbone: Path, tmp_path: Path) -> None:
    linear_head.write(backbone, _head(), tmp_path / "own.xml")
    grown = tmp_path.joinpath("own.bin").stat().st_size - backbone.with_suffix(".bin").stat().st_size
    ours = (1280 * CLASSES * 3 + 2 * CLASSES) * 4  # twice the weights, and the means
    dropped = 1280 * 5 * 2 * 2  # what told the backbone's own classes, in 16 bits
    assert grown == pytest.approx(ours - dropped, abs=500)


def test_a_network_without_a_map_is_named(tmp_path: Path) -> None:
    number = ov.op.Parameter(ov.Type.f32, ov.PartialShape([1]))
    ov.save_model(ov.Model([ov.op.Result(number.output(0))], [number]), tmp_path / "other.xml")
    with pytest.raises(ModelError, match="no output embedding"):
        linear_head.write(tmp_path / "other.xml", _head(), tmp_path / "own.xml")


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_onnx_answers_as_the_ir_does(backbone: Path, pixels, tmp_path: Path, head: LinearHead) -> None:
    runtime = pytest.importorskip("onnxruntime", reason="the extra svod-rcgn[test] is not installed")
    linear_head.write(backbone, head, tmp_path / "own.xml")
    onnx_file.write(tmp_path / "own.xml", tmp_path / "own.onnx", {"labels": '["ä", "b"]'})
    session = runtime.InferenceSession(tmp_path / "own.onnx", providers=["CPUExecutionProvider"])
    assert [each.name for each in session.get_outputs()] == list(OUTPUTS)
    assert session.get_inputs()[0].shape == ["n", 3, SIDE, SIDE]
    assert session.get_modelmeta().custom_metadata_map == {"labels": '["ä", "b"]'}
    found = dict(zip(OUTPUTS, session.run(None, {session.get_inputs()[0].name: pixels}), strict=True))
    for name, wanted in _asked(tmp_path / "own.xml", pixels).items():
        np.testing.assert_allclose(found[name], wanted, atol=1e-3, err_msg=name)


def test_a_network_with_other_operators_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    number = ov.op.Parameter(ov.Type.f32, ov.PartialShape([1]))
    other = ov.opset13.tanh(number)
    ov.save_model(ov.Model([ov.op.Result(other.output(0))], [number]), tmp_path / "other.xml")
    with pytest.raises(ModelError, match="Tanh cannot be written as ONNX"):
        onnx_file.write(tmp_path / "other.xml", tmp_path / "other.onnx", {})
    assert not (tmp_path / "other.onnx").exists()
