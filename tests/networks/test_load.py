from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import openvino as ov
import pytest
from openvino import opset13

from svod_rcgn.errors import ModelError
from svod_rcgn.faces.networks import catalogue
from svod_rcgn.networks import fingerprint, load_model, read_card
from svod_rcgn.networks.card import ModelCard, UsualLikeness, write_card
from svod_rcgn.networks.entries import ModelEntry
from svod_rcgn.networks.generic_face import packed_mean
from svod_rcgn.networks.install import ModelInstallation, PictureInstallation
from svod_rcgn.storage.files import read_record, sha256_of, write_record
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
        ("layout", "HWC"),
        ("colour", "HSV"),
        ("scale", 0.0),
        ("scale", (1.0, 0.0, 1.0)),
        ("size", (0, 4)),
        ("margin", -0.5),
        ("template", "unheard of"),
        ("template", (1.0, 2.0, 3.0)),
        ("batch", 0),
        ("batch", 2),
        ("generic_face", "no base64!"),
        ("generic_face", packed_mean(np.zeros(4, np.float32))),
        ("generic_face", packed_mean(np.full(512, np.nan, np.float32))),
        ("usual", UsualLikeness(*[(0.1, 0.1)] * 4, (0.8, 0.0))),
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


def test_every_side_counts_where_a_network_takes_a_single_picture(tmp_path: Path) -> None:
    pixels = opset13.parameter([4, 6, 3], name="pixels")
    ov.save_model(ov.Model([opset13.relu(pixels)], [pixels], "mask"), tmp_path / "mask.xml")
    card = replace(catalogue.SELFIE.card, file="mask.xml", layout="HWC", size=(4, 6))
    write_card(tmp_path, card)
    assert load_model(tmp_path, "background").card.size == (4, 6)
    _change(tmp_path, size=(5, 6))
    with pytest.raises(ModelError, match=r"an input of HWC 5x6x3, the network takes 4x6x3"):
        load_model(tmp_path, "background")


def test_a_card_with_a_margin_and_a_template_is_refused(directory: Path) -> None:
    _change(directory, margin=0.1, template="arcface")
    with pytest.raises(ModelError, match="by a margin or by a template, not by both"):
        read_card(directory)


def test_another_length_is_refused_with_both(directory: Path) -> None:
    _change(directory, embedding_length=512)
    with pytest.raises(ModelError, match="says embeddings of 512 numbers, the network gives 48"):
        load_model(directory, "embedding")


def test_a_network_for_one_face_at_a_time_must_say_so(tmp_path: Path) -> None:
    directory = _two_outputs(tmp_path, batch=1)
    with pytest.raises(ModelError, match=r"an input of NHWC [?]x4x4x3, the network takes 1x4x4x3"):
        load_model(directory, "embedding")
    _change(directory, batch=1)
    assert load_model(directory, "embedding").card.batch == 1


@pytest.mark.parametrize(
    ("answer", "length", "value"), [(0, 48, 2), (1, 3, 10), ("long", 48, 2), ("short", 3, 10)]
)
def test_the_card_says_which_output_it_is(tmp_path: Path, answer: str | int, length: int, value: int) -> None:
    directory = _two_outputs(tmp_path)
    _change(directory, answer=answer, embedding_length=length)
    (row,) = load_model(directory, "embedding").network.run(np.ones((1, 4, 4, 3), np.float32))[:1]
    assert row.size == length
    assert (row == value).all()


def test_an_output_that_is_not_there_is_refused_with_those_that_are(tmp_path: Path) -> None:
    directory = _two_outputs(tmp_path)
    _change(directory, answer="features")
    with pytest.raises(ModelError, match="the card says output features, the network has long, short"):
        load_model(directory, "embedding")


def _two_outputs(folder: Path, batch: int = -1) -> Path:
    """Twice each number, and ten times the mean of each channel."""
    pixels = opset13.parameter([batch, 4, 4, 3], name="pixels")
    long = opset13.multiply(pixels, opset13.constant(np.float32(2)))
    short = opset13.multiply(opset13.reduce_mean(pixels, [1, 2]), opset13.constant(np.float32(10)))
    for node, name in ((long, "long"), (short, "short")):
        node.output(0).set_names({name})
    ov.save_model(ov.Model([long, short], [pixels], "two"), folder / "two.xml")
    card = replace(
        catalogue.FACENET.card,
        file="two.xml",
        size=(4, 4),
        embedding_length=48,
        source_sha256="0" * 64,
    )
    write_card(folder, card)
    return folder


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
        {"mirror": False},
        {"mean": (127.5, 127.5, 120.0)},
        {"margin": None, "template": "arcface"},
        {"margin": None, "template": tuple(float(number) for number in range(10))},
        {"answer": 1},
        {"generic_face": catalogue.FACENET_CENTRED.card.generic_face},
    ],
)
def test_whatever_changes_an_embedding_changes_the_fingerprint(changes: dict[str, Any]) -> None:
    card = catalogue.FACENET.card
    assert fingerprint(replace(card, **changes)) != fingerprint(card)


def test_what_changes_no_embedding_keeps_the_fingerprint() -> None:
    card = catalogue.FACENET.card
    assert fingerprint(replace(card, name="x", files={"a": "b"}, source="y")) == fingerprint(card)
    assert fingerprint(replace(card, usual=catalogue.FACENET_CENTRED.card.usual)) == fingerprint(card)


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
