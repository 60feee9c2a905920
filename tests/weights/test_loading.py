from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from svod_rcgn.entities import ModelCard
from svod_rcgn.errors import ModelError
from svod_rcgn.settings import DETECTOR_DIRS
from svod_rcgn.storage import read_record, sha256_of, write_record
from svod_rcgn.weights import catalogue, fingerprint, load_model, read_card
from svod_rcgn.weights.catalogue import ModelEntry
from svod_rcgn.weights.installing import ModelInstallation, PictureInstallation
from tests.servers import RecordingReporter


@pytest.fixture
def directory(tmp_path: Path, make_entry: Callable[..., ModelEntry], reporter: RecordingReporter) -> Path:
    """Holds the tiny network."""
    ModelInstallation(make_entry(), tmp_path / "tiny", "").run(reporter)
    return tmp_path / "tiny"


def _change(directory: Path, **fields: Any) -> None:
    path = directory / "model.json"
    write_record(path, replace(read_record(path, ModelCard), **fields))


def test_a_missing_network_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"absent: no network here; run `python download_models\.py`"):
        load_model(tmp_path / "absent", "embedding")


@pytest.mark.parametrize("name", ["centerface", "mtcnn"])
def test_a_missing_detector_says_how_to_get_it(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(
        ModelError, match=rf"no network here; run `python download_models.py --detector {name}`"
    ):
        load_model(DETECTOR_DIRS[name], "detection")


def test_a_swapped_file_is_refused_with_both_checksums(directory: Path) -> None:
    path = directory / "network.xml"
    expected = sha256_of(path)
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(ModelError) as refusal:
        load_model(directory, "embedding")
    assert str(refusal.value) == (
        f"{path}: expected sha256 {expected}, found {sha256_of(path)}; run `python download_models.py`"
    )


def test_a_missing_file_is_named(directory: Path) -> None:
    (directory / "network.bin").unlink()
    with pytest.raises(ModelError, match=r"network\.bin: no such file; run"):
        load_model(directory, "embedding")


def test_a_detector_is_not_taken_for_an_embedding_network(directory: Path) -> None:
    with pytest.raises(ModelError, match="expected a network for detection, found one for embedding"):
        load_model(directory, "detection")


@pytest.mark.parametrize("text", ["", "{}", "[]", "not json", '{"task": 1}'])
def test_a_damaged_card_is_refused(directory: Path, text: str) -> None:
    (directory / "model.json").write_text(text)
    with pytest.raises(ModelError, match=r"model\.json.*run `python download_models.py`"):
        load_model(directory, "embedding")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("file", "other.xml"),
        ("files", {"network.xml": "", "../../etc/passwd": ""}),
        ("further", ("other.xml",)),
        ("layout", "NCWH"),
        ("colour", "HSV"),
        ("scale", 0.0),
    ],
)
def test_a_card_that_says_what_cannot_be_is_refused(directory: Path, field: str, value: Any) -> None:
    _change(directory, **{field: value})
    with pytest.raises(ModelError, match=rf"model\.json: {field} cannot be"):
        read_card(directory)


@pytest.mark.parametrize("changes", [{"size": (5, 4)}, {"size": None}, {"layout": "NCHW"}])
def test_a_card_that_does_not_fit_the_network_is_refused(directory: Path, changes: dict[str, Any]) -> None:
    _change(directory, **changes)
    with pytest.raises(ModelError, match=r"the network takes [?]x4x4x3"):
        load_model(directory, "embedding")


def test_a_network_between_two_versions_is_still_found(directory: Path) -> None:
    directory.rename(directory.with_name(f".{directory.name}.previous"))
    assert load_model(directory, "embedding").card.name == "Tiny"


@pytest.mark.parametrize(
    "changes",
    [
        {"source_sha256": "0" * 64},
        {"precision": "int8"},
        {"size": (112, 112)},
        {"layout": "NCHW"},
        {"colour": "BGR"},
        {"mean": 0.0},
        {"scale": 1.0},
        {"margin": 0.2},
    ],
)
def test_whatever_changes_an_embedding_changes_the_fingerprint(changes: dict[str, Any]) -> None:
    card = catalogue.FACENET.card
    assert fingerprint(replace(card, **changes)) != fingerprint(card)


def test_what_changes_no_embedding_keeps_the_fingerprint() -> None:
    card = catalogue.FACENET.card
    assert fingerprint(replace(card, name="x", files={"a": "b"}, source="y")) == fingerprint(card)


@pytest.mark.weights
def test_the_real_facenet_answers_a_batch_as_it_answers_one_by_one(embedding_dir: Path) -> None:
    facenet = load_model(embedding_dir, "embedding")
    crops = np.random.default_rng(1).uniform(-1, 1, (3, 160, 160, 3)).astype(np.float32)
    (batch,) = facenet.network.run(crops)
    single = np.concatenate([facenet.network.run(crop[None])[0] for crop in crops])
    assert batch.shape == (3, facenet.card.embedding_length)
    np.testing.assert_allclose(batch, single, atol=0.01)


@pytest.mark.weights
def test_the_real_detector_takes_any_size(detection_dir: Path) -> None:
    detector = load_model(detection_dir, "detection")
    heat, *_ = detector.network.run(np.zeros((1, 3, 96, 160), np.float32))
    assert heat.shape == (1, 1, 24, 40)


@pytest.mark.weights
def test_what_is_installed_is_what_the_catalogue_names(
    embedding_dir: Path, detection_dir: Path, demo_dir: Path
) -> None:
    networks = ((catalogue.FACENET, embedding_dir), (catalogue.CENTERFACE, detection_dir))
    assert [
        path for entry, folder in networks for path in ModelInstallation(entry, folder, "").missing()
    ] == []
    for parcel in (catalogue.DEMO_PORTRAITS, catalogue.DEMO_STRANGER):
        assert PictureInstallation(parcel, demo_dir, "").missing() == []
