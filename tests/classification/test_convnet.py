from pathlib import Path

import numpy as np
import openvino as ov
import pytest

from svod_rcgn.classification.digits import convnet, learn
from svod_rcgn.classification.digits.convnet import Convolution, Shape, Weights
from svod_rcgn.classification.digits.distort import batches
from svod_rcgn.errors import ModelError

SHAPE = Shape(8, (Convolution(3, 3, 2, 1), Convolution(4, 3, 1, 1)), 5, 2)


def _loss(weights: Weights, pictures: np.ndarray, wished: np.ndarray) -> float:
    logits = convnet.embed(SHAPE, weights, pictures) @ weights.kernels[-1] + weights.biases[-1]
    return float(-(wished * np.log(convnet.softmax(logits))).sum(1).mean())


def _moved(weights: Weights, number: int, place: tuple[int, ...], step: float) -> Weights:
    kernels = [kernel.copy() for kernel in weights.kernels]
    kernels[number][place] += step
    return Weights(tuple(kernels), weights.biases)


def test_slopes_are_those_of_the_loss() -> None:
    generator = np.random.default_rng(0)
    weights = convnet.begin(SHAPE, 1)
    doubled = [
        tuple(array.astype(np.float64) for array in each) for each in (weights.kernels, weights.biases)
    ]
    weights = Weights(doubled[0], tuple(bias + 0.1 for bias in doubled[1]))
    pictures = generator.uniform(0, 1, (6, 8, 8, 1))
    wished = np.eye(2)[generator.integers(0, 2, 6)]
    slopes = convnet._slopes(SHAPE, weights, pictures, wished)
    for number, kernel in enumerate(weights.kernels):
        place = tuple(int(generator.integers(0, size)) for size in kernel.shape)
        ends = [_loss(_moved(weights, number, place, step), pictures, wished) for step in (-1e-5, 1e-5)]
        assert slopes[number][place] == pytest.approx((ends[1] - ends[0]) / 2e-5, rel=1e-2, abs=1e-5)


def _strokes(count: int) -> learn.Digits:
    """Pictures of upright strokes, which are 1, and of rings, which are 0; a few of each other digit."""
    generator = np.random.default_rng(2)
    pictures = np.zeros((count, 28, 28), np.uint8)
    labels = np.arange(count) % 10
    y, x = np.mgrid[:28, :28]
    for picture, label in zip(pictures, labels, strict=True):
        left, top = generator.uniform(10, 18, 2)
        ring = abs(np.hypot(y - top, x - left) - 3 - label / 2) < 1.2
        bar = (abs(x - left) < 1.5) & (abs(y - top) < 4 + label)
        picture[bar if label % 2 else ring] = 255
    return learn.Digits(pictures, labels)


@pytest.mark.slow
def test_a_network_learns_and_says_the_same_as_its_ir(tmp_path: Path) -> None:
    digits = _strokes(200)
    learned = learn.learn(digits, learn.LearningSettings(epochs=8, batch=20, least=0.2))
    assert learned.accuracy.trials == 20
    learn.write(learned.weights, [learned.means], tmp_path / "digits.xml")
    network = ov.Core().compile_model(tmp_path / "digits.xml", "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    framed = digits.framed[:30]
    answers = network(framed[:, None].astype(np.float32) / 255)
    embeddings = learn.embed(learned.weights, framed)
    np.testing.assert_allclose(answers["embedding"], embeddings, rtol=0.02, atol=0.02)
    logits = embeddings @ learned.weights.kernels[-1] + learned.weights.biases[-1]
    np.testing.assert_allclose(answers["probability"], convnet.softmax(logits), atol=0.02)
    unit = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
    means = learned.means / np.linalg.norm(learned.means, axis=1, keepdims=True)
    np.testing.assert_allclose(answers["nearness"], unit @ means.T, atol=0.01)


def test_too_little_learned_is_no_network() -> None:
    digits = _strokes(100)
    with pytest.raises(ModelError, match="digits held out only"):
        learn.learn(digits, learn.LearningSettings(epochs=1, batch=80, least=1.0))


def test_no_digit_held_out_is_learned_from() -> None:
    digits = _strokes(100)
    marked = learn.Digits(np.arange(100, dtype=np.uint8)[:, None, None] + digits.pictures * 0, digits.labels)
    taught, held = learn.split(marked, 5)
    assert len(held) == 20
    assert len(taught) == 80
    assert not set(taught.pictures[:, 0, 0]) & set(held.pictures[:, 0, 0])
    assert set(held.labels) == set(range(10))


def test_changed_digits_are_the_same_for_the_same_seed_and_others_each_time() -> None:
    digits = _strokes(30)
    first, again, other = (
        batches(digits.framed, np.eye(10, dtype=np.float32)[digits.labels], 16, seed) for seed in (3, 3, 4)
    )
    one = next(first)
    assert one[0].shape == (16, 28, 28, 1)
    np.testing.assert_array_equal(one[0], next(again)[0])
    assert (one[0] != next(other)[0]).any()
    np.testing.assert_allclose(one[1].sum(1), 1, atol=1e-5)


@pytest.mark.parametrize("content", [b"", b"no table", b"\x1f\x8b damaged"])
def test_a_damaged_table_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "digits.csv.gz").write_bytes(content)
    with pytest.raises(ModelError, match=r"digits\.csv\.gz: not a table of digits"):
        learn.read_digits(tmp_path / "digits.csv.gz")
