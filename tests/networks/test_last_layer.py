from pathlib import Path

import numpy as np
import openvino as ov
import pytest
from openvino import opset13

from svod_rcgn.networks.convert import efficientnet_lite
from svod_rcgn.networks.last_layer import read_last_layer
from tests.networks.efficientnet_files import random_tensors

SIDE = 96
EXACT = {"INFERENCE_PRECISION_HINT": "f32"}


@pytest.fixture(scope="module")
def tensors() -> dict[str, np.ndarray]:
    return random_tensors()


@pytest.fixture(scope="module")
def lite(tmp_path_factory: pytest.TempPathFactory, tensors) -> Path:
    path = tmp_path_factory.mktemp("lite") / "lite.xml"
    efficientnet_lite.convert(tensors, path, SIDE)
    return path


def test_the_last_layer_is_that_of_the_tensors(lite: Path, tensors) -> None:
    head = read_last_layer(lite, "probability")
    np.testing.assert_allclose(head.weights, tensors["_fc.weight"], atol=1e-3)
    np.testing.assert_allclose(head.bias, tensors["_fc.bias"], atol=1e-3)


def test_the_mean_of_a_map_and_the_bias_is_the_logit(lite: Path) -> None:
    network = ov.Core().compile_model(lite, "CPU", EXACT)
    pixels = np.random.default_rng(1).uniform(-1, 1, (1, 3, SIDE, SIDE)).astype(np.float32)
    answers = network(pixels)
    head = read_last_layer(lite, "probability")
    maps = head.class_maps(answers["map"][0])
    assert maps.shape == (5, SIDE // 32, SIDE // 32)
    assert maps.std((1, 2)).min() > 1e-3
    logits = maps.mean((1, 2)) + head.bias
    found = np.log(answers["probability"][0])
    np.testing.assert_allclose(logits - logits.mean(), found - found.mean(), atol=1e-4)


@pytest.mark.weights
def test_so_it_is_with_the_network_that_is_fetched(imagenet_dir: Path) -> None:
    path = imagenet_dir / "network.xml"
    head = read_last_layer(path, "probability")
    network = ov.Core().compile_model(path, "CPU", EXACT)
    sides = [size.get_length() for size in list(network.input(0).partial_shape)[1:]]
    answers = network(np.random.default_rng(1).uniform(-1, 1, (1, *sides)).astype(np.float32))
    logits = head.class_maps(answers["map"][0]).mean((1, 2)) + head.bias
    wanted = np.exp(logits - logits.max())
    np.testing.assert_allclose(answers["probability"][0], wanted / wanted.sum(), atol=1e-5)


def _network(path: Path, *, between=lambda node: node, last=opset13.softmax, besides: bool = False) -> Path:
    """Pixels are the map; three classes of two channels."""
    pixels = opset13.parameter([-1, 2, 4, 4], np.float32, name="pixels")
    features = opset13.relu(pixels)
    pooled = opset13.reduce_mean(features, [2, 3], keep_dims=False)
    weights = np.array([[1, 2], [-3, 1], [0, 4]], np.float32)
    logits = opset13.matmul(between(pooled), opset13.constant(weights), False, True)
    if besides:
        logits = opset13.add(logits, opset13.reduce_max(pixels, [1, 2, 3], keep_dims=False))
    answer = last(opset13.add(logits, opset13.constant(np.array([[0.5, 0, -1]], np.float32))))
    answer.output(0).set_names({"probability"})
    features.output(0).set_names({"map"})
    ov.save_model(ov.Model([answer, features], [pixels], "small"), path, compress_to_fp16=False)
    return path


@pytest.mark.parametrize("last", [lambda node: opset13.softmax(node, 1), opset13.sigmoid])
def test_softmax_and_sigmoid_are_taken(tmp_path: Path, last) -> None:
    head = read_last_layer(_network(tmp_path / "small.xml", last=last), "probability")
    np.testing.assert_allclose(head.weights, [[1, 2], [-3, 1], [0, 4]], atol=1e-5)
    np.testing.assert_allclose(head.bias, [0.5, 0, -1], atol=1e-6)


def test_features_that_are_standardised_first_are_a_linear_layer_too(tmp_path: Path) -> None:
    def standardised(node):
        centred = opset13.subtract(node, opset13.constant(np.array([[0.5, 1.0]], np.float32)))
        return opset13.divide(centred, opset13.constant(np.array([[2.0, 4.0]], np.float32)))

    head = read_last_layer(
        _network(tmp_path / "small.xml", between=standardised, last=opset13.sigmoid), "probability"
    )
    np.testing.assert_allclose(head.weights, np.array([[1, 2], [-3, 1], [0, 4]]) / [2, 4], atol=1e-5)
    np.testing.assert_allclose(head.bias, [0.5 - 0.25 - 0.5, 0.75 - 0.25, -2], atol=1e-5)


def test_what_is_no_sum_over_places_has_no_such_layer(tmp_path: Path) -> None:
    squared = _network(
        tmp_path / "squared.xml", between=lambda node: opset13.multiply(node, node), last=opset13.sigmoid
    )
    assert read_last_layer(squared, "probability") is None
    besides = _network(tmp_path / "besides.xml", last=opset13.sigmoid, besides=True)
    assert read_last_layer(besides, "probability") is None
    plain = _network(tmp_path / "plain.xml", last=opset13.relu)
    assert read_last_layer(plain, "probability") is None
    assert read_last_layer(plain, "another") is None


@pytest.mark.slow
def test_a_network_of_8_bits_has_nearly_the_same_layer(tmp_path: Path, lite: Path) -> None:
    from svod_rcgn.networks.quantize import quantize

    generator = np.random.default_rng(2)
    samples = [generator.uniform(-1, 1, (1, 3, SIDE, SIDE)).astype(np.float32) for _ in range(3)]
    quantize(lite, tmp_path / "small.xml", samples)
    full, small = (read_last_layer(path, "probability") for path in (lite, tmp_path / "small.xml"))
    assert np.corrcoef(full.weights.ravel(), small.weights.ravel())[0, 1] > 0.99
