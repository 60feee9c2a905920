"""The SQLite file, opened with suspicion and written by one at a time."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

from ..errors import HistoryError

MEMORY = Path(":memory:")
FILE = "events.db"
BUSY_SECONDS = 5.0
FORMAT_VERSION = 1
_CONNECTION = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA foreign_keys = ON;
PRAGMA secure_delete = ON;
"""
_SCHEMA = f"""
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS visits (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    person TEXT,
    stranger INTEGER,
    camera TEXT NOT NULL,
    first REAL NOT NULL,
    last REAL NOT NULL,
    score REAL NOT NULL,
    snapshot TEXT,
    embedding BLOB,
    over INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS visits_by_time ON visits (last);
CREATE TABLE IF NOT EXISTS announcements (
    id TEXT PRIMARY KEY,
    visit INTEGER NOT NULL REFERENCES visits (id) ON DELETE CASCADE,
    channel TEXT NOT NULL,
    body BLOB,
    picture BLOB,
    state TEXT NOT NULL,
    created REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    uncertain REAL,
    receipt TEXT,
    reason TEXT,
    settled REAL
);
CREATE INDEX IF NOT EXISTS announcements_due ON announcements (channel, state, created);
CREATE INDEX IF NOT EXISTS announcements_of_visit ON announcements (visit);
PRAGMA user_version = {FORMAT_VERSION};
COMMIT;
"""


class Database:
    """One connection that all threads of a process share; whoever writes holds it alone."""

    def __init__(self, path: Path) -> None:
        """Open the file, and make it where there is none; `MEMORY` keeps it off the disk.

        Raises:
            HistoryError: It cannot be opened, is damaged, or a newer version wrote it.
        """
        self.path = path
        self._lock = RLock()
        with _told(path):
            if path != MEMORY:
                _make_private(path)
            self._connection = _connect(str(path))
            _check_format(self._connection, path)
            self._connection.executescript(_CONNECTION)
            self._connection.executescript(_SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Write all that the block writes, or nothing of it.

        Raises:
            HistoryError: The file cannot be written.
        """
        with self._lock, _told(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def rows(self, query: str, values: tuple[Any, ...] = ()) -> list[sqlite3.Row]:
        """Everything that a query finds.

        Raises:
            HistoryError: The file cannot be read.
        """
        with self._lock, _told(self.path):
            return self._connection.execute(query, values).fetchall()

    def shrink(self) -> None:
        """Take what was deleted out of the write-ahead log too."""
        with self._lock, _told(self.path):
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()


def open_reader(path: Path) -> Database:
    """Open an existing file.

    Raises:
        HistoryError: There is none, or it cannot be read.
    """
    if not path.is_file():
        raise HistoryError(f"{path}: nothing has been recorded yet; `python video.py` records visits")
    return Database(path)


def _make_private(path: Path) -> None:
    # The write-ahead log gets the rights of the file that it belongs to.
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def _connect(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    return connection


def _check_format(connection: sqlite3.Connection, path: Path) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > FORMAT_VERSION:
        connection.close()
        raise HistoryError(f"{path}: written by a newer version; update this program or move the file away")


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise HistoryError(f"{path}: {error}; if it is damaged, move it away to begin anew") from error
    except OSError as error:
        raise HistoryError(f"{path}: {error.strerror}") from error
