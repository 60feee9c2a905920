import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from svod_rcgn.errors import BusyError, InputError
from svod_rcgn.storage import files, folders


@dataclass(frozen=True)
class Note:
    text: str
    count: int


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "file"
    files.write_bytes(path, b"old")
    monkeypatch.setattr(os, "fsync", lambda handle: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        files.write_bytes(path, b"new")
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == {"file"}


def test_a_record_comes_back_as_it_was_written(tmp_path):
    files.write_record(tmp_path / "note.json", Note("ä", 2))
    assert files.read_record(tmp_path / "note.json", Note) == Note("ä", 2)


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"", "truncated"), (b"\xff{", ""), (b'{"text": 1, "count": 2}', "text"), (b'{"text": "a"}', "count")],
)
def test_a_wrong_record_is_refused_with_its_path_and_the_field(tmp_path, content, told):
    (tmp_path / "note.json").write_bytes(content)
    with pytest.raises(InputError, match=rf"note\.json.*{told}"):
        files.read_record(tmp_path / "note.json", Note)


def test_a_folder_is_replaced_whole_and_the_last_one_kept(tmp_path):
    target = tmp_path / "set"
    for version in ("1", "2"):
        with folders.replacing_folder(target) as fresh:
            (fresh / "version").write_text(version)
    assert (target / "version").read_text() == "2"
    assert (folders.previous_of(target) / "version").read_text() == "1"


def test_a_block_that_fails_leaves_the_folder_as_it_was(tmp_path):
    target = tmp_path / "set"
    with folders.replacing_folder(target) as fresh:
        (fresh / "version").write_text("1")

    def fail():
        with folders.replacing_folder(target) as fresh:
            (fresh / "version").write_text("2")
            raise RuntimeError("halfway")

    with pytest.raises(RuntimeError, match="halfway"):
        fail()
    assert (target / "version").read_text() == "1"
    assert names(tmp_path) == {"set"}


def test_between_the_two_renames_the_last_folder_is_the_current_one(tmp_path):
    target = tmp_path / "set"
    folders.previous_of(target).mkdir()
    assert folders.current_of(target) == folders.previous_of(target)
    target.mkdir()
    assert folders.current_of(target) == target


def test_a_second_run_is_told_who_holds_the_folder_and_a_later_one_gets_it(tmp_path):
    code = (
        "import sys; from pathlib import Path; from svod_rcgn.storage import folders\n"
        "with folders.locked(Path(sys.argv[1])):\n    print('held', flush=True); sys.stdin.read()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "data")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    with other:
        other.stdout.readline()
        with (
            pytest.raises(BusyError, match=f"process {other.pid}, since 2"),
            folders.locked(tmp_path / "data"),
        ):
            pass
        other.kill()
    with folders.locked(tmp_path / "data"):
        pass


def test_a_lock_held_by_one_of_several_folders_leaves_the_others_free(tmp_path):
    with folders.locked(tmp_path / "b"):
        with pytest.raises(BusyError, match=r"b: process"), folders.locked(tmp_path / "b", tmp_path / "a"):
            pass
        with folders.locked(tmp_path / "a"):
            pass


def test_a_folder_named_twice_is_locked_once(tmp_path):
    with folders.locked(tmp_path / "a", tmp_path / "x" / ".." / "a"):
        pass
    assert not (tmp_path / ".a.holder").exists()


def test_only_what_a_killed_run_left_is_swept_away(tmp_path):
    left = tmp_path / f".set.{'0' * 32}"
    others = {tmp_path / f".other.{'0' * 32}", tmp_path / ".set.previous", tmp_path / ".set.notes"}
    for folder in (left, *others):
        folder.mkdir()
    with folders.locked(tmp_path / "set"):
        assert not left.exists()
    assert all(folder.exists() for folder in others)


def test_what_is_discarded_is_gone_with_all_that_was_kept_of_it(tmp_path):
    target = tmp_path / "set"
    for _ in range(2):
        with folders.replacing_folder(target) as fresh:
            (fresh / "file").touch()
    (tmp_path / f".set.{'0' * 32}").mkdir()
    folders.discard(target)
    folders.discard(target)
    assert names(tmp_path) == set()


def test_a_copy_holds_the_same_bytes_and_a_missing_source_is_passed_over(tmp_path):
    (tmp_path / "a").write_bytes(b"x")
    files.copy(tmp_path / "a", tmp_path / "deep" / "b")
    files.copy(tmp_path / "nowhere", tmp_path / "c")
    assert (tmp_path / "deep" / "b").read_bytes() == b"x"
    assert not (tmp_path / "c").exists()


def test_a_name_that_is_taken_gets_a_number(tmp_path):
    free = tmp_path / "a.png"
    assert files.free(free) == free
    for name in ("a.png", "a-2.png"):
        (tmp_path / name).touch()
    assert files.free(free) == tmp_path / "a-3.png"
