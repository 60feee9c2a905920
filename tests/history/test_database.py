import sqlite3
import stat
import threading

import pytest

from svod_rcgn.errors import HistoryError
from svod_rcgn.history.database import Database, open_reader
from svod_rcgn.history.migrations import STEPS
from svod_rcgn.storage.sqlite import MEMORY


def _add(database, camera="a"):
    with database.transaction() as connection:
        connection.execute("INSERT INTO visits (camera, first, last, score) VALUES (?, 0, 0, 0)", (camera,))


def test_the_file_and_its_log_are_for_the_owner_alone(tmp_path):
    database = Database(tmp_path / "deep" / "events.db")
    _add(database)
    files = list((tmp_path / "deep").iterdir())
    assert len(files) > 1
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    database.close()


def test_a_transaction_that_fails_leaves_nothing(tmp_path):
    database = Database(tmp_path / "events.db")

    def fail():
        with database.transaction() as connection:
            connection.execute("INSERT INTO visits (camera, first, last, score) VALUES ('a', 0, 0, 0)")
            raise RuntimeError("halfway")

    with pytest.raises(RuntimeError, match="halfway"):
        fail()
    assert database.rows("SELECT * FROM visits") == []
    database.close()


def test_threads_write_one_after_the_other(tmp_path):
    database = Database(tmp_path / "events.db")
    threads = [threading.Thread(target=lambda: [_add(database) for _ in range(20)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(database.rows("SELECT * FROM visits")) == 80
    database.close()


def test_two_connections_share_a_file(tmp_path):
    one, other = Database(tmp_path / "events.db"), Database(tmp_path / "events.db")
    _add(one, "a")
    _add(other, "b")
    assert [row["camera"] for row in one.rows("SELECT camera FROM visits")] == ["a", "b"]
    one.close()
    other.close()


@pytest.mark.parametrize(
    "content", [b"no database at all, but some text" * 99, b"SQLite format 3\x00" + b"\xff" * 999]
)
def test_a_damaged_file_is_told_in_one_line(tmp_path, content):
    (tmp_path / "events.db").write_bytes(content)
    with pytest.raises(HistoryError, match=r"events\.db: .*move it away to begin anew"):
        Database(tmp_path / "events.db")
    assert (tmp_path / "events.db").read_bytes() == content


def test_a_file_of_a_newer_version_is_left_alone(tmp_path):
    connection = sqlite3.connect(tmp_path / "events.db")
    connection.execute(f"PRAGMA user_version = {len(STEPS) + 1}")
    connection.close()
    with pytest.raises(HistoryError, match="written by a newer version"):
        Database(tmp_path / "events.db")


def test_a_folder_in_the_place_of_the_file_is_told(tmp_path):
    (tmp_path / "events.db").mkdir()
    with pytest.raises(HistoryError, match="directory"):
        Database(tmp_path / "events.db")


def test_a_closed_database_says_so(tmp_path):
    database = Database(MEMORY)
    database.close()
    with pytest.raises(HistoryError):
        database.rows("SELECT * FROM visits")


def test_nothing_is_made_where_nothing_was_recorded(tmp_path):
    with pytest.raises(HistoryError, match="nothing has been recorded yet"):
        open_reader(tmp_path / "events.db")
    assert list(tmp_path.iterdir()) == []
