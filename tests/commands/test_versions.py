import re
from dataclasses import replace
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import numpy as np
import openvino as ov
import pytest
from click.testing import CliRunner
from openvino import opset13

from svod_rcgn import networks
from svod_rcgn.commands import versions, video
from svod_rcgn.faces.networks.catalogue import FACENET
from svod_rcgn.storage.files import sha256_of, write_record


def test_packages_and_networks_are_told_one_a_line(tmp_path: Path):
    (tmp_path / "facenet.xml").write_bytes(b"")
    card = replace(FACENET.card, files={"facenet.xml": sha256_of(tmp_path / "facenet.xml")})
    write_record(tmp_path / "model.json", card)
    *packages, network, absent = versions.version_lines(tmp_path, tmp_path / "absent")
    assert [line.split()[0] for line in packages] == ["svod-rcgn", "OpenVINO", "scikit-learn"]
    assert all(re.search(r" \d+\.\d", line) for line in packages)
    assert network == f"{tmp_path}: FaceNet 20180408-102900, fingerprint {networks.fingerprint(card)}"
    assert absent.startswith(f"{tmp_path / 'absent'}: no network here; run `python download_models.py`")


@pytest.mark.parametrize("carded", [True, False])
def test_a_network_that_removes_backgrounds_is_told_with_a_card_and_without(tmp_path: Path, carded: bool):
    pixels = opset13.parameter([1, 8, 8, 3], np.float32)
    mask = opset13.reduce_mean(pixels, opset13.constant([3]), keep_dims=False)
    ov.save_model(ov.Model([mask], [pixels]), tmp_path / "mask.xml")
    if carded:
        write_record(tmp_path / "model.json", networks.load_background(tmp_path).card)
    line = list(versions.version_lines(background=tmp_path))[-1]
    assert re.fullmatch(f"{re.escape(str(tmp_path))}: .*mask.xml, fingerprint [0-9a-f]+", line)


def test_a_background_network_of_the_line_is_told(tmp_path: Path):
    absent = tmp_path / "absent"
    told = CliRunner().invoke(video.main, ["--version", "--bg_remove_path", str(absent)])
    assert told.exit_code == 0
    assert told.stdout.splitlines()[-1].startswith(f"{absent}: no network here; run `python download_models")


def test_what_is_not_installed_is_told_so(monkeypatch: pytest.MonkeyPatch):
    def version(package: str) -> str:
        raise PackageNotFoundError(package)

    monkeypatch.setattr(versions, "version", version)
    assert list(versions.version_lines()) == [
        "svod-rcgn not installed",
        "OpenVINO not installed",
        "scikit-learn not installed",
    ]
