import re
from dataclasses import replace
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from svod_rcgn import networks
from svod_rcgn.commands import versions
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


def test_what_is_not_installed_is_told_so(monkeypatch: pytest.MonkeyPatch):
    def version(package: str) -> str:
        raise PackageNotFoundError(package)

    monkeypatch.setattr(versions, "version", version)
    assert list(versions.version_lines()) == [
        "svod-rcgn not installed",
        "OpenVINO not installed",
        "scikit-learn not installed",
    ]
