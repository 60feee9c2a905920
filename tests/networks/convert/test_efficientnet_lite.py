from pathlib import Path

import numpy as np
import openvino as ov
import pytest

from svod_rcgn.errors import ModelError
from svod_rcgn.networks.convert import any_format, efficientnet_lite
from tests.networks.efficientnet_files import random_tensors
from tests.networks.torch_files import write_zip

SIDE = 64


@pytest.fixture(scope="module")
def tensors() -> dict[str, np.ndarray]:
    return random_tensors()


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory, tensors) -> dict[str, np.ndarray]:
    """What a network, converted from a file of torch's, says of two pictures of noise."""
    folder = tmp_path_factory.mktemp("lite")
    source = write_zip(folder / "lite.pth", tensors)
    any_format.convert(source, folder / "lite.xml", (-1, 3, SIDE, SIDE))
    network = ov.Core().compile_model(folder / "lite.xml", "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    pixels = np.random.default_rng(1).uniform(-1, 1, (2, 3, SIDE, SIDE)).astype(np.float32)
    found = network(pixels)
    return {name: np.array(found[name]) for name in efficientnet_lite.OUTPUTS}


def test_it_answers_with_probabilities_an_embedding_and_a_map(answers) -> None:
    assert answers["probability"].shape == (2, 5)
    np.testing.assert_allclose(answers["probability"].sum(1), 1, atol=1e-5)
    assert answers["map"].shape == (2, 1280, SIDE // 32, SIDE // 32)
    np.testing.assert_allclose(answers["map"].mean((2, 3)), answers["embedding"], atol=1e-4)
    assert (answers["map"] >= 0).all()
    assert (answers["map"] <= 6).all()
    assert answers["embedding"].std() > 0.01


def test_probability_and_nearness_are_those_of_the_last_layers_weights(answers, tensors) -> None:
    embedding, weight = answers["embedding"], tensors["_fc.weight"]
    logits = embedding @ weight.T + tensors["_fc.bias"]
    wanted = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    np.testing.assert_allclose(answers["probability"], wanted, atol=2e-3)
    lengths = np.linalg.norm(embedding, axis=1)[:, None] * np.linalg.norm(weight, axis=1)
    np.testing.assert_allclose(answers["nearness"], embedding @ weight.T / lengths, atol=2e-3)


def test_a_normalisation_is_folded_into_its_convolution(tmp_path: Path, tensors, answers) -> None:
    """Scaling a kernel and undoing that in its normalisation changes nothing."""
    scaled = dict(tensors)
    scaled["_conv_head.weight"] = tensors["_conv_head.weight"] * 3
    scaled["_bn1.running_mean"] = tensors["_bn1.running_mean"] * 3
    epsilon = 0.001
    scaled["_bn1.running_var"] = (tensors["_bn1.running_var"] + epsilon) * 9 - epsilon
    efficientnet_lite.convert(scaled, tmp_path / "scaled.xml", SIDE)
    network = ov.Core().compile_model(tmp_path / "scaled.xml", "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    pixels = np.random.default_rng(1).uniform(-1, 1, (2, 3, SIDE, SIDE)).astype(np.float32)
    np.testing.assert_allclose(network(pixels)["embedding"], answers["embedding"], atol=5e-3)


def _without(tensors, name):
    return {each: tensor for each, tensor in tensors.items() if each != name}


@pytest.mark.parametrize("name", ["_bn0.bias", "_blocks.3._expand_conv.weight", "_fc.weight"])
def test_a_missing_tensor_is_named(tmp_path: Path, tensors, name: str) -> None:
    with pytest.raises(ModelError, match=f"{name}"):
        efficientnet_lite.convert(_without(tensors, name), tmp_path / "lite.xml", SIDE)
    assert not list(tmp_path.iterdir())


def test_a_tensor_of_another_network_is_named(tmp_path: Path, tensors) -> None:
    more = tensors | {"_blocks.0._se_reduce.weight": np.zeros(3, np.float32)}
    with pytest.raises(ModelError, match=r"_blocks\.0\._se_reduce\.weight does not belong"):
        efficientnet_lite.convert(more, tmp_path / "lite.xml", SIDE)


def test_another_depth_is_no_lite(tmp_path: Path, tensors) -> None:
    with pytest.raises(ModelError, match="16 or 21 blocks, not 15"):
        efficientnet_lite.convert(
            _without(tensors, "_blocks.15._project_conv.weight"), tmp_path / "lite.xml", SIDE
        )
