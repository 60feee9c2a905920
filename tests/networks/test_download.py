import io
import math
import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from svod_rcgn.errors import DownloadError
from svod_rcgn.networks import download
from svod_rcgn.storage.archives import ArchiveLimits
from tests.networks.conftest import item_of

CONTENT = os.urandom(5000)
ITEM = item_of("faces/A/one.bin", CONTENT)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "out"
    made.mkdir()
    return made


def _zip(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def _tar(path: Path, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for info, content in members:
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


def _files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_file_is_found_in_a_zip_whatever_its_name(tmp_path: Path, folder: Path) -> None:
    source = _zip(tmp_path / "a.zip", decoy=CONTENT[::-1], other=b"x", wanted=CONTENT)
    download.take(source, [ITEM], folder, "a.zip")
    assert _files(folder) == ["faces/A/one.bin"]
    assert (folder / ITEM.path).read_bytes() == CONTENT


def test_several_files_are_found_in_a_tar(tmp_path: Path, folder: Path) -> None:
    second = item_of("two.bin", b"second")
    source = _tar(
        tmp_path / "a.tar.gz", (tarfile.TarInfo("x/2"), b"second"), (tarfile.TarInfo("x/1"), CONTENT)
    )
    download.take(source, [ITEM, second], folder, "a")
    assert _files(folder) == ["faces/A/one.bin", "two.bin"]


def test_the_file_itself_is_as_good_as_an_archive_with_it(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "raw").write_bytes(CONTENT)
    download.take(tmp_path / "raw", [ITEM], folder, "raw")
    assert (folder / ITEM.path).read_bytes() == CONTENT


def test_a_member_that_points_outside_writes_nothing_there(tmp_path: Path, folder: Path) -> None:
    link = tarfile.TarInfo("link")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/hostname"
    source = _tar(tmp_path / "a.tar.gz", (link, b""), (tarfile.TarInfo("../../evil"), CONTENT))
    download.take(source, [ITEM], folder, "a")
    assert _files(tmp_path) == ["a.tar.gz", "out/faces/A/one.bin"]


def test_a_wrong_file_is_refused_with_both_checksums(tmp_path: Path, folder: Path) -> None:
    wrong = item_of("", CONTENT[::-1])
    source = _zip(tmp_path / "a.zip", wanted=CONTENT[::-1])
    with pytest.raises(
        DownloadError, match=f"^a.zip: expected one.bin with sha256 {ITEM.sha256}, came {wrong.sha256}$"
    ):
        download.take(source, [ITEM], folder, "a.zip")
    assert _files(folder) == []


def test_an_archive_without_the_file_is_refused(tmp_path: Path, folder: Path) -> None:
    source = _zip(tmp_path / "a.zip", wanted=CONTENT[:-1])
    with pytest.raises(DownloadError, match=r"expected one.bin of 5,000 bytes, came .* no such file in them"):
        download.take(source, [ITEM], folder, "a.zip")


def test_an_archive_cut_short_is_refused(tmp_path: Path, folder: Path) -> None:
    source = _tar(tmp_path / "a.tar.gz", (tarfile.TarInfo("1"), CONTENT))
    source.write_bytes(source.read_bytes()[:3000])
    with pytest.raises(DownloadError, match=r"a.tar.gz: a damaged archive"):
        download.take(source, [ITEM], folder, "a.tar.gz")
    assert _files(folder) == []


def test_a_damaged_zip_is_refused(tmp_path: Path, folder: Path) -> None:
    source = _zip(tmp_path / "a.zip", wanted=CONTENT)
    data = bytearray(source.read_bytes())
    data[2000] ^= 0xFF
    source.write_bytes(data)
    with pytest.raises(DownloadError, match=r"a.zip: a damaged archive"):
        download.take(source, [ITEM], folder, "a.zip")
    assert _files(folder) == []


def test_an_oversized_member_of_a_zip_is_never_unpacked(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = _zip(tmp_path / "bomb.zip", wanted=bytes(50_000_000))
    opened: list[object] = []
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *args: opened.append(args))
    with pytest.raises(DownloadError, match="no such file"):
        download.take(source, [ITEM], folder, "bomb.zip")
    assert opened == []


def test_a_zip_that_lies_about_a_member_gives_no_more_than_was_said(tmp_path: Path, folder: Path) -> None:
    source = _zip(tmp_path / "bomb.zip", wanted=bytes(1_000_000))
    said, truth = len(CONTENT).to_bytes(4, "little"), (1_000_000).to_bytes(4, "little")
    source.write_bytes(source.read_bytes().replace(truth, said))
    with pytest.raises(DownloadError, match=r"bomb.zip"):
        download.take(source, [ITEM], folder, "bomb.zip")
    assert _files(folder) == []


def test_a_tar_that_grows_beyond_the_limit_is_given_up(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "LIMITS", ArchiveLimits(total_bytes=100_000, ratio=math.inf))
    source = _tar(
        tmp_path / "a.tar.gz", (tarfile.TarInfo("0"), bytes(99_000)), (tarfile.TarInfo("1"), CONTENT)
    )
    with pytest.raises(DownloadError, match="over 100,000 bytes unpacked"):
        download.take(source, [ITEM], folder, "a.tar.gz")
