import gzip
import io
import stat
import tarfile
import zipfile

import pytest

from svod_rcgn.errors import DownloadError
from svod_rcgn.storage.archives import ArchiveLimits, damage_told, unpack

LIMITS = ArchiveLimits(total_bytes=5_000_000, ratio=100)
PICTURE = b"not packed well: " + bytes(range(256)) * 4


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


def tar_of(path, *members, mode="w:gz"):
    """A tar of (name, content or how the header is to be changed)."""
    with tarfile.open(path, mode) as archive:
        for name, content in members:
            entry = tarfile.TarInfo(name)
            if isinstance(content, bytes):
                entry.size = len(content)
                archive.addfile(entry, io.BytesIO(content))
            else:
                for field, value in content.items():
                    setattr(entry, field, value)
                archive.addfile(entry)
    return path


def zip_of(path, *members):
    """A zip of (name or header, content)."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def refusal(source, folder, limits=LIMITS):
    with pytest.raises(DownloadError) as caught:
        unpack(source, folder, limits, "a", lambda parts: True)
    assert not any(folder.parent.rglob("evil*"))
    return str(caught.value)


@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_the_files_of_a_tar_come_under_numbers_with_their_checked_names(tmp_path, folder, mode):
    source = tar_of(tmp_path / "a", ("./A", {"type": tarfile.DIRTYPE}), ("./A/1.jpg", PICTURE), mode=mode)
    (found,) = unpack(source, folder, LIMITS, "a", lambda parts: True)
    assert found.parts == ("A", "1.jpg")
    assert found.path == folder / "1"
    assert found.path.read_bytes() == PICTURE


def test_the_files_of_a_zip_come_and_those_not_wanted_are_only_named(tmp_path, folder):
    source = zip_of(tmp_path / "a", ("A/", b""), ("A\\1.jpg", PICTURE), ("A/notes.txt", b"x"))
    found = unpack(source, folder, LIMITS, "a", lambda parts: parts[-1] == "1.jpg")
    assert [(each.parts, bool(each.path)) for each in found] == [
        (("A", "1.jpg"), True),
        (("A", "notes.txt"), False),
    ]


@pytest.mark.parametrize("pack", [tar_of, zip_of])
@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("/A/evil.jpg", "an absolute path"),
        ("C:/A/evil.jpg", "an absolute path"),
        ("\\\\host\\A\\evil.jpg", "an absolute path"),
        ("../evil.jpg", "leads out of the archive"),
        ("A/../../evil.jpg", "leads out of the archive"),
        ("A\\..\\..\\evil.jpg", "leads out of the archive"),
        ("A/evil\x1b[2J.jpg", "control characters"),
    ],
)
def test_a_name_that_leads_elsewhere_is_refused_with_the_name(tmp_path, folder, pack, name, told):
    message = refusal(pack(tmp_path / "a", ("A/1.jpg", PICTURE), (name, PICTURE)), folder)
    assert told in message
    assert repr(name) in message


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ({"type": tarfile.SYMTYPE, "linkname": "/etc/hostname"}, "is a link"),
        ({"type": tarfile.LNKTYPE, "linkname": "A/1.jpg"}, "is a link"),
        ({"type": tarfile.FIFOTYPE}, "is a device"),
        ({"type": tarfile.CHRTYPE, "devmajor": 1, "devminor": 5}, "is a device"),
        ({"type": tarfile.BLKTYPE, "devmajor": 8}, "is a device"),
        ({"type": tarfile.GNUTYPE_SPARSE, "size": 0}, "is a file with holes"),
    ],
)
def test_what_is_neither_file_nor_folder_in_a_tar_is_refused(tmp_path, folder, kind, told):
    message = refusal(tar_of(tmp_path / "a", ("A/1.jpg", PICTURE), ("A/evil.jpg", kind)), folder)
    assert f"'A/evil.jpg' {told}" in message


@pytest.mark.parametrize(("kind", "told"), [(stat.S_IFLNK, "a link"), (stat.S_IFCHR, "a device")])
def test_what_is_neither_file_nor_folder_in_a_zip_is_refused(tmp_path, folder, kind, told):
    entry = zipfile.ZipInfo("A/evil.jpg")
    entry.external_attr = (kind | 0o777) << 16
    assert f"'A/evil.jpg' is {told}" in refusal(zip_of(tmp_path / "a", (entry, b"/etc/hostname")), folder)


def test_a_zip_with_a_password_is_refused(tmp_path, folder):
    source = zip_of(tmp_path / "a", ("A/1.jpg", PICTURE))
    data = bytearray(source.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    source.write_bytes(data)
    assert "locked with a password" in refusal(source, folder)


@pytest.mark.parametrize("pack", [tar_of, zip_of])
def test_a_bomb_is_refused_by_its_ratio_with_the_member_named(tmp_path, folder, pack):
    message = refusal(pack(tmp_path / "a", ("A/1.jpg", PICTURE), ("A/bomb.jpg", bytes(4_000_000))), folder)
    assert message.startswith("a: 'A/bomb.jpg': over 100 times the archive's size unpacked")
    assert not (folder / "1").exists()


@pytest.mark.parametrize("pack", [tar_of, zip_of])
def test_an_archive_over_the_size_allowed_is_refused_with_the_member_named(tmp_path, folder, pack):
    limits = ArchiveLimits(total_bytes=3_000, ratio=1e9)
    message = refusal(pack(tmp_path / "a", *((f"A/{n}.jpg", PICTURE) for n in range(3))), folder, limits)
    assert message.startswith("a: 'A/2.jpg': over 3,000 bytes unpacked; if you trust it, raise the limit")


def test_a_header_that_claims_gigabytes_is_not_read_into_memory(tmp_path, folder):
    entry = tarfile.TarInfo("././@LongLink")
    entry.type, entry.size = tarfile.GNUTYPE_LONGNAME, 1 << 33
    with gzip.open(tmp_path / "a", "wb") as file:
        file.write(entry.tobuf(tarfile.GNU_FORMAT))
        file.write(bytes(1 << 16))
    assert "damaged archive (a header of 8,589,934,592 bytes)" in refusal(tmp_path / "a", folder)


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.9])
@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_a_tar_that_was_cut_is_refused_wherever_it_was(tmp_path, folder, mode, kept):
    source = tar_of(tmp_path / "a", *((f"A/{n}.jpg", PICTURE) for n in range(20)), mode=mode)
    content = source.read_bytes()
    end = int(len(content) * kept) if mode == "w:gz" else int(20 * kept) * 2048
    source.write_bytes(content[:end])
    assert "damaged archive" in refusal(source, folder)


def test_a_tar_overwritten_in_the_middle_is_refused(tmp_path, folder):
    source = tar_of(tmp_path / "a", *((f"A/{n}.jpg", PICTURE) for n in range(4)), mode="w")
    data = bytearray(source.read_bytes())
    data[4096:4608] = b"x" * 512
    source.write_bytes(data)
    assert "damaged archive" in refusal(source, folder)


def test_damage_that_has_no_words_is_told_by_its_kind():
    with pytest.raises(DownloadError, match=r"^a: a damaged archive \(EOFError\)$"), damage_told("a"):
        raise EOFError


def test_a_file_that_is_no_archive_holds_nothing(tmp_path, folder):
    (tmp_path / "a").write_bytes(b"<html>no such page</html>" * 100)
    assert unpack(tmp_path / "a", folder, LIMITS, "a", lambda parts: True) == []
