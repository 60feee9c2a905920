"""Networks of 8 bits: made of the real ones, and of what goes wrong on the way."""

import shutil
import sys
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from svod_rcgn.errors import InputError, ModelError
from svod_rcgn.faces.build import detector_of
from svod_rcgn.faces.networks import int8
from svod_rcgn.networks import fingerprint, load_model, read_card
from svod_rcgn.networks import quantize as networks_quantize
from svod_rcgn.networks.card import write_card
from svod_rcgn.networks.quantize import QuantizationSettings
from svod_rcgn.records import Image
from svod_rcgn.storage import images
from tests.networks.fakes import centerface_maps

FEW = QuantizationSettings(scenes=12, least_faces=4)
SOME = QuantizationSettings(scenes=40)
ANYHOW = QuantizationSettings(scenes=12, least_faces=4, least_cosine=-1, least_overlap=0)


@pytest.fixture
def networks(detection_dir: Path, embedding_dir: Path, tmp_path: Path) -> tuple[Path, Path]:
    """Copies of the real networks that a test may change: the detector's folder, the embedding's."""
    copies = tmp_path / "detector", tmp_path / "facenet"
    for source, copy in zip((detection_dir, embedding_dir), copies, strict=True):
        shutil.copytree(source, copy)
    return copies


@pytest.fixture
def portraits(demo_dir: Path) -> list[Path]:
    return sorted((demo_dir / "faces").glob("*/*"))


def state(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def say_nothing(_: str) -> None: ...


@pytest.mark.slow
@pytest.mark.weights
def test_networks_of_8_bits_answer_nearly_as_the_full_ones(
    networks: tuple[Path, Path], portraits: list[Path]
):
    full = [fingerprint(read_card(folder)) for folder in networks]
    detection, embedding = int8.use_int8(*networks, portraits, say_nothing, SOME)
    assert embedding.mean > SOME.least_cosine
    assert detection.mean > SOME.least_overlap
    cards = [read_card(folder) for folder in networks]
    assert [card.precision for card in cards] == ["int8", "int8"]
    for folder, card in zip(networks, cards, strict=True):
        size = (folder / card.file).with_suffix(".bin").stat().st_size
        assert size < 0.7 * (folder / card.file.replace("-int8", "")).with_suffix(".bin").stat().st_size
    assert not set(full) & {fingerprint(card) for card in cards}
    faces = detector_of(load_model(networks[0], "detection")).detect(cv2.imread(str(portraits[0])))
    assert len(faces) == 1

    first = state(networks[1])
    int8.use_int8(*networks, portraits[::-1], say_nothing, ANYHOW)
    again = state(networks[1])
    assert again.keys() == first.keys()
    changed = {name for name in first if first[name] != again[name]}
    assert changed == {"model.json", "facenet-int8.bin"} | (changed & {"facenet-int8.xml"})

    for folder in networks:
        networks_quantize.use_full(folder)
    assert [fingerprint(read_card(folder)) for folder in networks] == full


@pytest.mark.weights
def test_a_network_that_answers_otherwise_is_not_kept(
    networks: tuple[Path, Path], portraits: list[Path], monkeypatch: pytest.MonkeyPatch
):
    def forget(source: Path, target: Path, _samples: object, **_ways: bool) -> None:
        import openvino as ov

        model = ov.Core().read_model(source)
        for result in model.get_results():
            silent = ov.opset13.multiply(result.input_value(0), ov.opset13.constant(np.float32(0)))
            result.input(0).replace_source_output(silent.output(0))
        ov.save_model(model, target)

    before = [state(folder) for folder in networks]
    monkeypatch.setattr(networks_quantize, "quantize", forget)
    refusal = r"CenterFace: with 8 bits .* 0\.\d\d only, less than 0\.85; the networks stay as they were"
    with pytest.raises(ModelError, match=refusal):
        int8.use_int8(*networks, portraits, say_nothing, FEW)
    assert [state(folder) for folder in networks] == before


@pytest.mark.weights
@pytest.mark.parametrize("walls", [[0], [0, 1], [1]])
def test_pictures_with_too_few_faces_are_refused(
    networks: tuple[Path, Path], portraits: list[Path], tmp_path: Path, walls: list[int]
):
    """Whether those that make a network show none, or those that compare it, or there is but one."""
    wall = tmp_path / "wall.png"
    cv2.imwrite(str(wall), np.full((64, 64, 3), 128, np.uint8))
    shown = [wall if place in walls else portraits[0] for place in range(max(walls) + 1)]
    before = [state(folder) for folder in networks]
    with pytest.raises(InputError, match=r"0 faces on \d pictures?, too few for 8-bit networks"):
        int8.use_int8(*networks, shown, say_nothing, FEW)
    assert [state(folder) for folder in networks] == before


@pytest.mark.weights
def test_damaged_pictures_are_told_and_left_out(
    networks: tuple[Path, Path], portraits: list[Path], tmp_path: Path
):
    damaged = tmp_path / "damaged.jpg"
    damaged.write_bytes(portraits[0].read_bytes()[:100])
    said: list[str] = []

    def stop(line: str) -> None:
        said.append(line)
        if line.startswith("calibrating"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        int8.use_int8(*networks, [damaged, damaged, *portraits], stop, FEW)
    assert [line.partition(":")[0] for line in said[:-1]] == ["left out"] * 2
    assert all(str(damaged) in line for line in said[:-1])
    with pytest.raises(InputError, match="0 faces on 1 picture, too few"):
        int8.use_int8(*networks, [damaged] * 2, say_nothing, FEW)


@pytest.mark.weights
def test_what_fails_leaves_networks_of_8_bits_in_use(
    networks: tuple[Path, Path], portraits: list[Path], monkeypatch: pytest.MonkeyPatch
):
    for folder in networks:
        card = read_card(folder)
        made = folder / f"{Path(card.file).stem}-int8.xml"
        for kind in (".xml", ".bin"):
            shutil.copy((folder / card.file).with_suffix(kind), made.with_suffix(kind))
        write_card(folder, replace(card, file=made.name, precision="int8"))
    before = [state(folder) for folder in networks]
    monkeypatch.setitem(sys.modules, "nncf", None)
    with pytest.raises(ModelError, match="need NNCF"):
        int8.use_int8(*networks, portraits, say_nothing, FEW)
    assert [state(folder) for folder in networks] == before


@pytest.mark.weights
def test_networks_are_made_and_compared_on_different_photographs(
    networks: tuple[Path, Path], portraits: list[Path], monkeypatch: pytest.MonkeyPatch
):
    read: list[Path] = []
    halves: list[set[Path]] = []

    def note(path: Path) -> Image:
        read.append(path)
        return images.decode(images.read_file(path))

    def stop(line: str) -> None:
        half = len(read) // 2
        halves.extend([set(read[:half]), set(read[half:])])
        raise KeyboardInterrupt(line)

    monkeypatch.setattr(images, "read_picture", note)
    with pytest.raises(
        KeyboardInterrupt, match=r"calibrating on \d+ faces, comparing on \d+ of other pictures"
    ):
        int8.use_int8(*networks, portraits, stop, FEW)
    assert halves[0] | halves[1] == set(portraits)
    assert not halves[0] & halves[1]


@pytest.mark.weights
def test_a_cascade_of_networks_stays_full(mtcnn_dir: Path, embedding_dir: Path, portraits: list[Path]):
    with pytest.raises(ModelError, match="MTCNN: a cascade cannot be made 8-bit; give CenterFace"):
        int8.use_int8(mtcnn_dir, embedding_dir, portraits, say_nothing)


@pytest.mark.weights
def test_without_nncf_the_way_out_is_told(
    detection_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(sys.modules, "nncf", None)
    card = read_card(detection_dir)
    with pytest.raises(ModelError, match=r"need NNCF; run `pip install 'svod-rcgn\[int8\]'`"):
        networks_quantize.quantize(detection_dir / card.file, tmp_path / "small.xml", [])
    assert not (tmp_path / "small.xml").exists()


@pytest.mark.parametrize(
    ("found", "agreement"),
    [
        ([(16, 16, 40, 40, 0.9)], [1.0, 1.0]),
        ([], [0.0]),
        ([(16, 16, 40, 40, 0.9), (80, 80, 20, 20, 0.9)], [1.0, 1.0, 0.0]),
    ],
)
def test_a_face_that_only_one_network_finds_counts_as_no_agreement(found, agreement):
    from svod_rcgn.faces.settings import DetectionSettings
    from svod_rcgn.faces.stages.centerface import FaceDetector
    from tests.networks.fakes import FakeNetwork

    def detected(faces):
        network = FakeNetwork(lambda batch: centerface_maps(batch, faces))
        return FaceDetector(network, DetectionSettings()).detect(np.zeros((128, 128, 3), np.uint8))

    full = detected([(16, 16, 40, 40, 0.9)])
    assert int8._overlaps(full, detected(found)) == pytest.approx(agreement)
