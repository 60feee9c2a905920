from dataclasses import replace
from pathlib import Path

import numpy as np
import openvino as ov
import pytest

from svod_rcgn.errors import ModelError
from svod_rcgn.faces.networks import catalogue
from svod_rcgn.networks import load_model
from svod_rcgn.networks.convert import inception_resnet
from svod_rcgn.networks.convert.torch_files import read_tensors
from svod_rcgn.networks.entries import Item, Parcel, Url
from svod_rcgn.networks.install import ModelInstallation
from svod_rcgn.storage.files import sha256_of
from tests.networks.inception_files import installed_tensors, random_tensors
from tests.networks.torch_files import write_legacy, write_zip
from tests.servers import RecordingReporter


@pytest.fixture(scope="module")
def tensors() -> dict[str, np.ndarray]:
    return random_tensors()


def exactly(path: Path):
    """A network in single precision, which the machine's default may not be."""
    network = ov.Core().compile_model(path, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    return lambda batch: network([batch])[0]


@pytest.mark.slow
@pytest.mark.parametrize("write", [write_zip, write_legacy])
def test_the_catalogues_entry_comes_from_a_file_of_torchs(
    tmp_path: Path, tensors, write, reporter: RecordingReporter
) -> None:
    source = write(tmp_path / "20180402-114759-vggface2.pt", tensors)
    entry = catalogue.FACENET_VGGFACE2
    item = Item(entry.parcel.items[0].path, source.stat().st_size, sha256_of(source))
    entry = replace(entry, parcel=Parcel((item,), (Url(source.as_uri()),)))
    ModelInstallation(entry, tmp_path / "facenet", "").run(reporter)
    model = load_model(tmp_path / "facenet", "embedding")
    (answer,) = model.network.run(np.random.default_rng(0).normal(size=(2, 3, 160, 160)).astype(np.float32))
    assert answer.shape == (2, 512)
    np.testing.assert_allclose(np.linalg.norm(answer, axis=1), 1, atol=1e-3)
    assert float(answer[0] @ answer[1]) < 0.9999


@pytest.mark.weights
def test_the_installed_facenet_rebuilt_from_its_own_tensors_gives_the_same_embeddings(
    tmp_path: Path, embedding_dir: Path
) -> None:
    installed = embedding_dir / catalogue.FACENET.card.file
    write_legacy(tmp_path / "facenet.pt", installed_tensors(installed))
    inception_resnet.convert(read_tensors(tmp_path / "facenet.pt"), tmp_path / "facenet.xml")
    pixels = np.random.default_rng(1).uniform(-1, 1, (2, 160, 160, 3)).astype(np.float32)
    expected = exactly(installed)(pixels)
    found = exactly(tmp_path / "facenet.xml")(pixels.transpose(0, 3, 1, 2))
    np.testing.assert_allclose(found, expected, atol=1e-4)


@pytest.mark.slow
def test_normalisation_uses_all_of_its_tensors(tmp_path: Path, tensors) -> None:
    batch = np.random.default_rng(2).normal(size=(1, 3, 160, 160)).astype(np.float32)

    def answer(**changes):
        inception_resnet.convert({**tensors, **changes}, tmp_path / "network.xml")
        return exactly(tmp_path / "network.xml")(batch)

    before = answer()
    for part in ("weight", "bias", "running_mean", "running_var"):
        name = f"conv2d_1a.bn.{part}"
        assert np.abs(answer(**{name: tensors[name] + 0.5}) - before).max() > 1e-3, part


def test_the_classes_of_the_training_are_left_out(tmp_path: Path, tensors) -> None:
    without = {name: tensor for name, tensor in tensors.items() if not name.startswith("logits.")}
    inception_resnet.convert(without, tmp_path / "network.xml")
    assert (tmp_path / "network.bin").stat().st_size < 60_000_000


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"conv2d_1a.conv.weight": None}, r"needs a tensor conv2d_1a\.conv\.weight, which is missing"),
        (
            {"last_bn.bias": np.zeros(128, np.float32)},
            r"last_bn\.bias: expected the shape \(512,\), found \(128,\)",
        ),
        ({"fc.weight": np.zeros(3, np.float32)}, r"fc\.weight does not belong to Inception-ResNet-v1"),
        (
            {"last_bn.bias": np.full(512, np.nan, np.float32)},
            r"last_bn\.bias holds something that is not",
        ),
        ({"last_bn.running_var": np.full(512, -1, np.float32)}, "negative variances"),
    ],
)
def test_tensors_of_another_network_are_refused(tmp_path: Path, tensors, changes, message: str) -> None:
    changed = {name: tensor for name, tensor in {**tensors, **changes}.items() if tensor is not None}
    with pytest.raises(ModelError, match=message):
        inception_resnet.convert(changed, tmp_path / "network.xml")
    assert list(tmp_path.iterdir()) == []
