"""download_models.py --classes and --digits, from files that a test makes."""

import gzip
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from svod_rcgn.classification import build, catalogue
from svod_rcgn.classification.digits import learn
from svod_rcgn.classification.digits.read import NumberReader
from svod_rcgn.commands import download_models
from svod_rcgn.networks.entries import Item, Parcel, Url
from svod_rcgn.networks.install import ModelInstallation
from svod_rcgn.storage.files import sha256_of
from tests.networks.efficientnet_files import random_tensors
from tests.networks.torch_files import write_zip


def _item(path: Path) -> Item:
    return Item(path.name, path.stat().st_size, sha256_of(path))


@pytest.fixture
def offers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a thin network, three words, and a table of digits that are strokes."""
    folder = tmp_path / "offers"
    folder.mkdir()
    weights = write_zip(folder / "lite.pth", random_tensors(classes=3))
    (folder / catalogue.SYNSETS.path).write_text("n1\nn2\nn3\n")
    (folder / catalogue.LEMMAS.path).write_text("n1\ttench, Tinca\nn2\tgoldfish\nn3\tshark\n")
    words = [_item(folder / each.path) for each in (catalogue.SYNSETS, catalogue.LEMMAS)]
    parcels = [Parcel((each,), (Url((folder / each.path).as_uri()),)) for each in (_item(weights), *words)]
    for name in ("lite0", "lite2"):
        entry = catalogue.BY_NAME[name]
        card = replace(entry.card, source_sha256=f"{name} {sha256_of(weights)}", size=(64, 64))
        thin = replace(entry, card=card, parcel=parcels[0], besides=tuple(parcels[1:]), shape=(-1, 3, 64, 64))
        monkeypatch.setitem(catalogue.BY_NAME, name, thin)
    table = folder / "digits.csv.gz"
    table.write_bytes(gzip.compress(_table()))
    digits = Parcel((_item(table),), (Url(table.as_uri()),))
    monkeypatch.setattr(catalogue, "DIGITS", replace(catalogue.DIGITS, parcel=digits))
    quick = learn.LearningSettings(epochs=1, batch=20, least=0.0)
    monkeypatch.setattr(learn.learn, "__defaults__", (quick,))
    monkeypatch.setattr(ModelInstallation, "missing", _only_these(ModelInstallation.missing))
    return folder


def _only_these(missing):
    """The networks of faces are another test's, and count as there."""

    def there(installation: ModelInstallation) -> list[Path]:
        return missing(installation) if installation.entry.card.task == "classification" else []

    return there


def _table() -> bytes:
    rows = []
    for number in range(100):
        picture = np.zeros((28, 28), int)
        picture[4:24, 6 + number % 10 : 9 + number % 10] = 255
        rows.append(",".join(map(str, [*picture.reshape(-1), number % 10])))
    return "\n".join(rows).encode()


def _run(tmp_path: Path, *words: str) -> Result:
    folders = ["--classes_dir", str(tmp_path / "imagenet"), "--digits_dir", str(tmp_path / "digits")]
    return CliRunner().invoke(download_models.main, [*folders, *words])


def test_classes_come_with_their_names_and_are_ready_to_be_asked(tmp_path: Path, offers: Path) -> None:
    result = _run(tmp_path, "--classes")
    assert result.exit_code == 0, result.output
    assert "licence Apache-2.0" in result.output
    classifier = build.load_classifier("imagenet", tmp_path)
    assert [each.label for each in classifier.labels] == ["tench", "goldfish", "shark"]
    (found,) = classifier.classify([np.full((90, 70, 3), 120, np.uint8)])
    assert found.probabilities.sum() == pytest.approx(1, abs=1e-3)
    assert "nothing to do" in _run(tmp_path, "--classes").output
    assert not (tmp_path / "digits").exists()


def test_one_network_of_the_catalogue_takes_the_place_of_the_other(tmp_path: Path, offers: Path) -> None:
    assert _run(tmp_path, "--classes").exit_code == 0
    result = _run(tmp_path, "--classes", "lite2")
    assert result.exit_code == 0, result.output
    assert "EfficientNet-Lite2" in json.loads((tmp_path / "imagenet" / "model.json").read_text())["name"]


def test_a_limit_that_the_catalogue_has_measured_anew_is_brought(
    tmp_path: Path, offers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _run(tmp_path, "--classes").exit_code == 0
    lite0 = catalogue.BY_NAME["lite0"]
    changed = replace(lite0, card=replace(lite0.card, least_nearness=0.5))
    monkeypatch.setattr(catalogue, "BY_NAME", {**catalogue.BY_NAME, "lite0": changed})
    assert _run(tmp_path, "--classes").exit_code == 0
    assert build.load_classifier("imagenet", tmp_path).card.least_nearness == 0.5


def test_digits_are_learned_and_what_came_of_it_is_written(tmp_path: Path, offers: Path) -> None:
    result = _run(tmp_path, "--digits")
    assert result.exit_code == 0, result.output
    assert "learning handwritten digits" in result.output
    assert "nothing to do" in _run(tmp_path, "--digits").output
    report = json.loads((tmp_path / "digits" / learn.REPORT).read_text())
    assert (report["learned"], report["accuracy"]["trials"]) == (90, 10)
    with np.load(tmp_path / "digits" / learn.HELD_OUT) as kept:
        assert kept["pictures"].shape == (10, 28, 28)
    card = json.loads((tmp_path / "digits" / "model.json").read_text())
    assert card["least_nearness"] == pytest.approx(report["least_nearness"], abs=1e-4)
    assert [each.label for each in build.load_classifier("digits", tmp_path).labels] == list("0123456789")
    assert isinstance(build.load_looker("digits", tmp_path, "CPU", 1), NumberReader)


@pytest.mark.parametrize("option", ["--classes", "--digits"])
def test_offline_what_is_missing_is_told(tmp_path: Path, offers: Path, option: str) -> None:
    result = _run(tmp_path, option, "--offline")
    assert result.exit_code == 1
    assert option.strip("-").replace("classes", "imagenet") in result.stderr


def test_an_address_is_tried_first_and_another_file_is_refused(tmp_path: Path, offers: Path) -> None:
    other = offers / "other.csv.gz"
    other.write_bytes(gzip.compress(b"0,1"))
    result = _run(tmp_path, "--digits", "--digits_url", other.as_uri())
    assert result.exit_code == 0, result.output
    assert "other.csv.gz: a damaged archive" in result.output
    assert "licence BSD-3-Clause" in result.output
