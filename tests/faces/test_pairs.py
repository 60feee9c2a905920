"""Two networks whose embeddings are one, from the card to who is named."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from svod_rcgn import networks
from svod_rcgn.errors import ClassifierError, InputError, ModelError
from svod_rcgn.faces import build, prepare, strip
from svod_rcgn.faces.enrolment import CropCutter, StripCutter
from svod_rcgn.faces.gallery import store
from svod_rcgn.faces.gallery.identify import FaceIdentifier
from svod_rcgn.faces.networks import int8
from svod_rcgn.faces.networks.catalogue import CENTERFACE, PAIRS
from svod_rcgn.faces.records import Evidence, Face
from svod_rcgn.faces.settings import Paths, PrepareSettings, TrainingSettings
from svod_rcgn.faces.stages.embedding import FaceEmbedder
from svod_rcgn.networks.card import SecondNetwork, full_card, write_card
from svod_rcgn.networks.quantize import QuantizationTrial, make_int8, use_full, use_network
from svod_rcgn.networks.templates import landmarks
from svod_rcgn.records import Box
from svod_rcgn.storage import images
from tests.faces.pairs import LARGE, SHARE, SMALL, card_of_pair, write_pair
from tests.faces.runs import silently

Changed = Callable[[SecondNetwork], SecondNetwork]
FACE = Face(Box(20, 20, 80, 80), landmarks("arcface", 60) + np.float32([20, 20]), 0.9)
TURNED = replace(FACE, landmarks=np.float32([[50, 40], [51, 40], [80, 55], [52, 70], [51, 70]]))


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return write_pair(tmp_path / "pair")


def pictures(count: int) -> list[Any]:
    return list(np.random.default_rng(1).integers(0, 256, (count, 100, 100, 3), np.uint8))


def strips(count: int, face: Face = FACE) -> list[Any]:
    aligner = build.build_aligner(card_of_pair())
    return [aligner.align(picture, face) for picture in pictures(count)]


def alone(directory: Path) -> tuple[FaceEmbedder, FaceEmbedder]:
    model = networks.load_model(directory, "embedding")
    assert model.second
    first, second = replace(model.card, second=None), model.second.card
    return FaceEmbedder(model.network, first), FaceEmbedder(model.second.network, second)


def test_the_cosine_of_two_faces_is_the_mean_of_both_networks_by_their_shares(directory: Path):
    crops = strips(4)
    rows = build.build_embedder(networks.load_model(directory, "embedding")).embed(crops)
    assert rows.shape == (4, 14)
    assert np.linalg.norm(rows, axis=1) == pytest.approx(np.ones(4), abs=1e-5)
    large, small = zip(*map(strip.squares, crops), strict=True)
    first, second = (one.embed(each) for one, each in zip(alone(directory), (large, small), strict=True))
    expected = (1 - SHARE) * first @ first.T + SHARE * second @ second.T
    assert rows @ rows.T == pytest.approx(expected, abs=1e-5)


def test_no_faces_give_no_embeddings(directory: Path):
    assert build.build_embedder(networks.load_model(directory, "embedding")).embed([]).shape == (0, 14)


def test_each_square_is_what_its_network_alone_would_get():
    card = card_of_pair()
    (picture,) = pictures(1)
    large, small = strip.squares(build.build_aligner(card).align(picture, FACE))
    assert (large.shape[0], small.shape[0]) == (LARGE, SMALL)
    assert (large == build.build_aligner(replace(card, second=None)).align(picture, FACE)).all()
    assert (small == build.build_aligner(card.second.card).align(picture, FACE)).all()


def test_a_face_in_profile_is_left_to_the_first_network(directory: Path):
    (turned,), (frontal,) = strips(1, TURNED), strips(1)
    assert not strip.squares(turned)[1].any()
    embedder = build.build_embedder(networks.load_model(directory, "embedding"))
    one, other = embedder.embed([turned, frontal])
    assert not one[8:].any()
    assert np.linalg.norm(one) == pytest.approx(1, abs=1e-5)
    first = alone(directory)[0].embed([strip.squares(turned)[0], strip.squares(frontal)[0]])
    assert one @ other == pytest.approx((1 - SHARE) ** 0.5 * first[0] @ first[1], abs=1e-5)


@pytest.mark.parametrize(
    "change",
    [
        lambda second: replace(second, share=0.31),
        lambda second: replace(second, card=replace(second.card, source_sha256="1" * 64)),
        lambda second: replace(second, card=replace(second.card, mean=0.0)),
        lambda second: replace(second, card=replace(second.card, precision="int8")),
    ],
)
def test_the_fingerprint_is_of_both_and_their_shares(change: Changed):
    card = card_of_pair()
    assert card.second
    changed = replace(card, second=change(card.second))
    prints = {networks.fingerprint(each) for each in (card, changed, replace(card, second=None))}
    assert len(prints) == 3


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda second: replace(second, share=0.0), "share cannot be 0.0"),
        (lambda second: replace(second, share=1.0), "share cannot be 1.0"),
        (lambda second: replace(second, card=replace(second.card, size=(16, 16))), "smaller pictures"),
        (lambda second: replace(second, card=replace(second.card, task="objects")), "cannot be the second"),
        (lambda second: replace(second, card=replace(second.card, file="../x.xml")), "file cannot be"),
        (lambda second: replace(second, card=replace(second.card, file="facenet.xml")), "cannot be the sec"),
        (lambda second: replace(second, card=replace(second.card, second=second)), "cannot be the second"),
        (lambda second: replace(second, card=replace(second.card, scale=0.0)), "scale cannot be 0.0"),
    ],
)
def test_a_card_that_cannot_be_is_refused_in_one_line(directory: Path, change: Changed, message: str):
    card = networks.read_card(directory)
    assert card.second
    import msgspec

    told = replace(card, second=change(card.second))
    (directory / "model.json").write_bytes(msgspec.json.encode(told))
    with pytest.raises(ModelError, match=message) as caught:
        networks.read_card(directory)
    assert "\n" not in str(caught.value)


def test_a_changed_file_of_the_second_is_noticed(directory: Path):
    with (directory / "faceplugin.bin").open("ab") as file:
        file.write(b"x")
    with pytest.raises(ModelError, match=r"faceplugin\.bin: expected sha256"):
        networks.load_model(directory, "embedding")


def test_crops_of_a_pair_are_taken_again_and_one_networks_are_refused(tmp_path: Path):
    (crop,) = strips(1)
    path = tmp_path / "1.png"
    images.write_png(path, crop)
    taker = StripCutter(LARGE, LARGE + SMALL)
    assert (taker.cut(images.read_file(path))[1] == crop).all()
    larger = CropCutter(LARGE).cut(images.read_file(path))[1]
    assert (larger == strip.squares(crop)[0]).all()
    images.write_png(path, larger)
    with pytest.raises(InputError, match="cut out for one network"):
        taker.cut(images.read_file(path))


def test_both_are_made_of_8_bits_and_go_back(directory: Path, tmp_path: Path):
    pytest.importorskip("nncf")
    full = networks.read_card(directory)
    model = networks.load_model(directory, "embedding")
    crops = strips(12)

    trial = QuantizationTrial(model, crops[:8], crops[8:], int8._embed, int8._cosines, 0.9)
    agreement = make_int8(trial, directory, tmp_path / "made", lambda _: None)
    assert (agreement.samples, agreement.mean > 0.9) == (4, True)
    use_network(directory, networks.read_card(tmp_path / "made"), tmp_path / "made")
    card = networks.read_card(directory)
    assert card.second
    assert (card.precision, card.second.card.precision) == ("int8", "int8")
    assert {"facenet-int8.xml", "faceplugin-int8.xml", "facenet.xml"} <= card.files.keys()
    assert networks.fingerprint(card) != networks.fingerprint(full)
    assert replace(full_card(card), files={}) == replace(full, files={})
    use_full(directory)
    assert networks.fingerprint(networks.read_card(directory)) == networks.fingerprint(full)


def test_the_folder_needs_no_other(directory: Path, tmp_path: Path):
    moved = shutil.move(directory, tmp_path / "elsewhere")
    assert networks.load_model(Path(moved), "embedding").second
    assert json.loads((Path(moved) / "model.json").read_text())["second"]["share"] == SHARE


def test_the_catalogue_says_what_can_be():
    for pair in PAIRS.values():
        second = pair.card.second
        assert second
        assert 0 < second.share < 1
        assert pair.card.usual
        assert "does not say on whose pictures" in second.card.source


class FaceFinder:
    """Sees the same face in every picture."""

    def detect(self, image):
        return (FACE,)


def shots(seed: int, count: int) -> list[Any]:
    """Pictures of one who looks like nobody else, each a little different."""
    blocks = np.random.default_rng(seed).integers(40, 216, (10, 10, 3))
    plain = np.kron(blocks, np.ones((10, 10, 1)))
    chances = (np.random.default_rng([seed, shot]) for shot in range(count))
    return [np.clip(plain + chance.normal(0, 8, plain.shape), 0, 255).astype(np.uint8) for chance in chances]


@pytest.fixture
def people(directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paths:
    """Four persons of three pictures, whose faces are where `FACE` is."""
    monkeypatch.setattr(build, "_load_detector", lambda *_: SimpleNamespace(card=CENTERFACE.card))
    monkeypatch.setattr(build, "detector_of", lambda *_: FaceFinder())
    for seed, name in enumerate(("Ann", "Bob", "Cy", "Di")):
        for number, shot in enumerate(shots(seed, 3)):
            images.write_png(tmp_path / "faces" / name / f"{number}.png", shot)
    return replace(
        Paths(),
        embedding_dir=directory,
        input_dir=tmp_path / "faces",
        aligned_dir=tmp_path / "aligned",
        classifiers_dir=tmp_path / "classifiers",
    )


def named(paths: Paths, faces: list[Any]) -> list[str | None]:
    """Who is on each picture, by the classifiers that lie there."""
    model = networks.load_model(paths.embedding_dir, "embedding")
    taught = store.load(paths.classifiers_dir, networks.fingerprint(model.card))
    aligner, embedder = build.build_aligner(model.card), build.build_embedder(model)
    rows = embedder.embed([aligner.align(picture, FACE) for picture in faces])
    return [match.name for match in FaceIdentifier(taught).identify([Evidence(row) for row in rows])]


def test_people_are_learned_from_strips_named_by_both_networks_and_joined_by_one_more(
    people: Paths, undrawn: None
):
    every = TrainingSettings(keep_low_quality=True)
    prepare.prepare(people, "CPU", silently, PrepareSettings(every))
    crops = [images.read_picture(path) for path in people.aligned_dir.rglob("*.png")]
    assert len(crops) == 12
    assert all(strip.is_strip(crop) for crop in crops)
    assert named(people, [shots(seed, 4)[3] for seed in range(4)]) == ["Ann", "Bob", "Cy", "Di"]

    images.write_png(people.input_dir / "Eve" / "0.png", shots(4, 1)[0])
    more = PrepareSettings(every, complementary_align=True, complementary_train=True)
    prepare.prepare(people, "CPU", silently, more)
    assert named(people, [shots(seed, 4)[3] for seed in range(5)]) == ["Ann", "Bob", "Cy", "Di", "Eve"]


def test_what_both_have_learned_is_refused_by_one_of_them(people: Paths, undrawn: None):
    prepare.prepare(people, "CPU", silently, PrepareSettings(TrainingSettings(keep_low_quality=True)))
    write_card(people.embedding_dir, replace(card_of_pair(), second=None))
    with pytest.raises(ClassifierError, match="trained with another network"):
        named(people, shots(0, 1))
