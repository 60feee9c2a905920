import hashlib
from pathlib import Path

import numpy as np
import pytest

from svod_rcgn.datasets.from_archive import ArchiveRequest, gather
from svod_rcgn.errors import DownloadError
from svod_rcgn.storage import images
from svod_rcgn.storage.folders import previous_of
from svod_rcgn.storage.remote.addresses import Address
from tests.storage.test_archives import PICTURE, tar_of, zip_of

OTHER = PICTURE[::-1]


@pytest.fixture
def faces(tmp_path):
    return tmp_path / "data" / "faces"


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def put(faces: Path, name: str, content: bytes) -> None:
    (faces / name).parent.mkdir(parents=True, exist_ok=True)
    (faces / name).write_bytes(content)


def beside(faces: Path) -> set[str]:
    return {path.name for path in faces.parent.iterdir()} - {".faces.lock"}


def test_pictures_and_what_is_said_of_a_person_come_into_an_empty_folder(tmp_path, faces, reporter):
    archive = tar_of(tmp_path / "a", ("A/1.jpg", PICTURE), ("A/meta.json", b"{}"), ("B/1.png", OTHER))
    gathered = gather(ArchiveRequest(Address(str(archive))), faces, reporter)
    assert files(faces) == {"A/1.jpg": PICTURE, "A/meta.json": b"{}", "B/1.png": OTHER}
    assert (gathered.persons, gathered.added, gathered.known) == (2, 3, 0)
    assert beside(faces) == {"faces"}
    assert archive.exists()


@pytest.mark.parametrize("pack", [tar_of, zip_of])
def test_one_common_root_folder_is_left_out_and_other_files_are_named(tmp_path, faces, reporter, pack):
    archive = pack(
        tmp_path / "a",
        ("lfw/A/1.jpg", PICTURE), ("lfw/B/1.jpg", PICTURE), ("lfw/README", b"x"), ("__MACOSX/A/1.jpg", b"x"),
        ("lfw/A/.1.jpg", b"x"), ("lfw/A/old/1.jpg", b"x"),
    )  # fmt: skip
    gathered = gather(ArchiveRequest(Address(str(archive))), faces, reporter)
    assert set(files(faces)) == {"A/1.jpg", "B/1.jpg"}
    assert gathered.passed_over == ("lfw/README", "__MACOSX/A/1.jpg", "lfw/A/.1.jpg", "lfw/A/old/1.jpg")


def test_one_person_alone_is_not_taken_for_a_root(tmp_path, faces, reporter):
    gather(ArchiveRequest(Address(str(zip_of(tmp_path / "a", ("A/1.jpg", PICTURE))))), faces, reporter)
    assert set(files(faces)) == {"A/1.jpg"}


def test_accents_are_put_together_as_most_systems_write_them(tmp_path, faces, reporter):
    gather(
        ArchiveRequest(Address(str(tar_of(tmp_path / "a", ("Zoe\u0308/1.jpg", PICTURE))))), faces, reporter
    )
    assert set(files(faces)) == {"Zo\u00eb/1.jpg"}


def test_what_a_person_put_there_is_not_changed(tmp_path, faces, reporter):
    for name in ("A/1.jpg", "A/2.jpg", "C/1.jpg"):
        put(faces, name, PICTURE)
    put(faces, "A/meta.json", b'{"own": 1}')
    before = files(faces)
    archive = tar_of(
        tmp_path / "a", ("A/1.jpg", PICTURE), ("A/2.jpg", OTHER), ("A/meta.json", b"{}"), ("B/1.jpg", OTHER)
    )
    gathered = gather(ArchiveRequest(Address(str(archive))), faces, reporter)
    after = files(faces)
    renamed = f"A/2-{hashlib.sha256(OTHER).hexdigest()[:12]}.jpg"
    assert after == before | {"B/1.jpg": OTHER, renamed: OTHER}
    assert (gathered.added, gathered.known, gathered.kept) == (2, 1, ("A/meta.json",))
    again = gather(ArchiveRequest(Address(str(archive))), faces, reporter)
    assert (again.added, again.known, files(faces)) == (0, 3, after)


def test_clearing_swaps_the_folder_and_keeps_the_last_content(tmp_path, faces, reporter):
    put(faces, "A/1.jpg", OTHER)
    archive = tar_of(tmp_path / "a", ("B/1.jpg", PICTURE))
    gather(ArchiveRequest(Address(str(archive)), clear=True), faces, reporter)
    assert files(faces) == {"B/1.jpg": PICTURE}
    assert files(previous_of(faces)) == {"A/1.jpg": OTHER}


def test_clearing_a_folder_that_is_linked_to_keeps_the_link(tmp_path, faces, reporter):
    elsewhere = tmp_path / "disk" / "pictures"
    put(elsewhere, "A/1.jpg", OTHER)
    faces.parent.mkdir()
    faces.symlink_to(elsewhere)
    archive = tar_of(tmp_path / "a", ("B/1.jpg", PICTURE))
    gather(ArchiveRequest(Address(str(archive)), clear=True), faces, reporter)
    assert faces.is_symlink()
    assert files(elsewhere) == {"B/1.jpg": PICTURE}
    assert files(previous_of(elsewhere)) == {"A/1.jpg": OTHER}


@pytest.mark.parametrize("clear", [False, True])
@pytest.mark.parametrize(
    ("members", "told"),
    [
        ([("A/1.jpg", PICTURE), ("../evil.jpg", PICTURE)], "leads out"),
        ([("A/1.jpg", PICTURE), ("A/2.jpg", bytes(3_000_000))], "over 100 times"),
        ([("1.jpg", PICTURE), ("A/notes.txt", PICTURE)], "holds no pictures"),
    ],
)
def test_a_refused_archive_leaves_everything_as_it_was(tmp_path, faces, reporter, clear, members, told):
    put(faces, "A/1.jpg", OTHER)
    archive = zip_of(tmp_path / "a", *members)
    with pytest.raises(DownloadError, match=told):
        gather(ArchiveRequest(Address(str(archive)), clear=clear), faces, reporter)
    assert files(faces) == {"A/1.jpg": OTHER}
    assert beside(faces) == {"faces"}


def test_a_wrong_sha256_leaves_everything_as_it_was(tmp_path, faces, reporter):
    archive = tar_of(tmp_path / "a", ("A/1.jpg", PICTURE))
    with pytest.raises(DownloadError, match="expected sha256 0000"):
        gather(ArchiveRequest(Address(str(archive)), sha256="0" * 64, clear=True), faces, reporter)
    assert not faces.exists()


def test_what_came_before_the_connection_broke_is_kept_for_the_next_run(
    tmp_path, faces, reporter, server, monkeypatch
):
    monkeypatch.setattr("svod_rcgn.storage.remote.fetch._PAUSES", ())
    server.body = tar_of(tmp_path / "a", ("A/1.jpg", PICTURE), mode="w").read_bytes()
    server.breaks = 1
    delivery = ArchiveRequest(Address(server.url("ranged")))
    with pytest.raises(DownloadError, match="broke before the end"):
        gather(delivery, faces, reporter)
    assert not faces.exists()
    gather(delivery, faces, reporter)
    assert files(faces) == {"A/1.jpg": PICTURE}
    assert server.begins == [0, len(server.body) // 2 - 1]
    assert beside(faces) == {"faces"}


@pytest.mark.parametrize("pack", [tar_of, zip_of])
def test_a_file_is_gathered_by_what_it_is_or_for_the_picture_that_its_name_promises(
    tmp_path, faces, reporter, pack
):
    jpeg, html = images.encode_jpeg(np.zeros((8, 8, 3), np.uint8)), b"<html>"
    archive = pack(
        tmp_path / "a",
        ("lfw/A/1", jpeg), ("lfw/A/2.DAT", jpeg), ("lfw/A/3.HEIC", b"x"), ("lfw/A/4.jpg", html),
        ("lfw/A/1.xmp", b"<x:xmpmeta>"), ("lfw/A/film.mov", b"\0\0\0\x14ftypqt  "), ("lfw/A/Thumbs.db", b"x"),
    )  # fmt: skip
    gathered = gather(ArchiveRequest(Address(str(archive))), faces, reporter)
    assert set(files(faces)) == {"A/1", "A/2.DAT", "A/3.HEIC", "A/4.jpg"}
    assert gathered.passed_over == ("lfw/A/1.xmp", "lfw/A/film.mov", "lfw/A/Thumbs.db")
