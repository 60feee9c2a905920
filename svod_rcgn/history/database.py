"""The SQLite file, opened with suspicion and written by one at a time."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

from ..errors import HistoryError
from .migrations import FORMAT_VERSION, migrate

MEMORY = Path(":memory:")
FILE = "events.db"
BUSY_SECONDS = 5.0
_CONNECTION = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA foreign_keys = ON;
PRAGMA secure_delete = ON;
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
            try:
                _check_format(self._connection, path)
                self._connection.executescript(_CONNECTION)
                self._grow()
            except BaseException:
                self._connection.close()
                raise

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

    def _grow(self) -> None:
        """Bring the tables to the newest format; a copy of older ones is kept until that is done."""
        version = _version(self._connection)
        if version == FORMAT_VERSION:
            return
        copy = self.path.with_name(f"{self.path.name}.format-{version}")
        is_worth_a_copy = version > 0 and self.path != MEMORY
        if is_worth_a_copy:
            _back_up(self._connection, copy)
        with self.transaction() as connection:
            migrate(connection, _version(connection))  # another process may have come first
        if is_worth_a_copy:
            copy.unlink(missing_ok=True)

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


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _check_format(connection: sqlite3.Connection, path: Path) -> None:
    if _version(connection) > FORMAT_VERSION:
        raise HistoryError(f"{path}: written by a newer version; update this program or move the file away")


def _back_up(connection: sqlite3.Connection, copy: Path) -> None:
    _make_private(copy)
    with closing(_connect(str(copy))) as target:
        connection.backup(target)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise HistoryError(f"{path}: {error}; if it is damaged, move it away to begin anew") from error
    except OSError as error:
        raise HistoryError(f"{path}: {error.strerror}") from error
