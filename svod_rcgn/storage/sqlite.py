"""A SQLite file of the program's own: opened with suspicion, grown by steps, written by one at a time."""

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from sqlite3 import Connection, Row
from threading import RLock
from typing import Any, TypeAlias

from ..errors import SvodError

__all__ = ["MEMORY", "Connection", "Database", "Row", "Step", "migrate"]

Step: TypeAlias = Callable[[Connection], None]

MEMORY = Path(":memory:")
BUSY_SECONDS = 5.0
_CONNECTION = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA foreign_keys = ON;
PRAGMA secure_delete = ON;
"""


class Database:
    """One connection that all threads of a process share; whoever writes holds it alone.

    Its format is a number: step n of `steps` makes format n + 1 of format n, the first of nothing.
    """

    def __init__(
        self, path: Path, steps: Sequence[Step], failure: type[SvodError], busy_seconds: float = BUSY_SECONDS
    ) -> None:
        """Open the file, and make it where there is none; `MEMORY` keeps it off the disk.

        Args:
            path: The file.
            steps: How its tables have grown; a step that was released never changes.
            failure: What is raised where the file cannot be used.
            busy_seconds: How long to wait for another process that writes.

        Raises:
            SvodError: As `failure`: it cannot be opened, is damaged, or a newer version wrote it.
        """
        self.path = path
        self._failure = failure
        self._lock = RLock()
        self._is_writing = False
        with self._told():
            if path != MEMORY:
                _make_private(path)
            self._connection = _connect(str(path), busy_seconds)
            try:
                self._check_format(len(steps))
                self._connection.executescript(_CONNECTION)
                self._grow(steps)
            except BaseException:
                self._connection.close()
                raise

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Write all that the block writes, or nothing of it; a block within another is a part of that.

        Raises:
            SvodError: The file cannot be written.
        """
        with self._in_block("BEGIN IMMEDIATE") as connection:
            outermost, self._is_writing = not self._is_writing, True
            try:
                yield connection
            finally:
                self._is_writing = not outermost

    @property
    def is_writing(self) -> bool:
        """Whether this thread is within a block that writes, so that what it reads may never come to be."""
        with self._lock:
            return self._is_writing

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Read one state of the file in several questions, whatever others write meanwhile.

        Raises:
            SvodError: The file cannot be read.
        """
        with self._in_block("BEGIN"):
            yield

    @contextmanager
    def _in_block(self, begin: str) -> Iterator[Connection]:
        with self._lock, self._told():
            if self._connection.in_transaction:
                yield self._connection
                return
            self._connection.execute(begin)
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[Row]:
        """Everything that a query finds.

        Raises:
            SvodError: The file cannot be read.
        """
        with self._lock, self._told():
            return self._connection.execute(query, values).fetchall()

    def shrink(self) -> None:
        """Take what was deleted out of the write-ahead log too; not within a block that writes."""
        with self._lock, self._told():
            if not self._connection.in_transaction:
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    def _check_format(self, newest: int) -> None:
        if _version(self._connection) > newest:
            raise self._failure(
                f"{self.path}: written by a newer version; update this program or move the file away"
            )

    def _grow(self, steps: Sequence[Step]) -> None:
        """Bring the tables to the newest format; a copy of older ones is kept until that is done."""
        version = _version(self._connection)
        if version == len(steps):
            return
        copy = self.path.with_name(f"{self.path.name}.format-{version}")
        is_worth_a_copy = version > 0 and self.path != MEMORY
        if is_worth_a_copy:
            _back_up(self._connection, copy)
        with self.transaction() as connection:
            migrate(connection, steps, _version(connection))  # another process may have come first
        if is_worth_a_copy:
            copy.unlink(missing_ok=True)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            line = f"{self.path}: {error}; if it is damaged, move it away to begin anew"
            raise self._failure(line) from error
        except OSError as error:
            raise self._failure(f"{error.filename or self.path}: {error.strerror}") from error


def migrate(connection: Connection, steps: Sequence[Step], version: int) -> None:
    """Bring a database from a format to the newest, within the caller's transaction.

    Args:
        connection: In a transaction.
        steps: All that there are.
        version: The format that it has; 0 for an empty one.
    """
    for step in steps[version:]:
        step(connection)
    connection.execute(f"PRAGMA user_version = {len(steps)}")


def _make_private(path: Path) -> None:
    # The write-ahead log gets the rights of the file that it belongs to.
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def _connect(path: str, busy_seconds: float = BUSY_SECONDS) -> Connection:
    connection = sqlite3.connect(path, timeout=busy_seconds, isolation_level=None, check_same_thread=False)
    connection.row_factory = Row
    return connection


def _version(connection: Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _back_up(connection: Connection, copy: Path) -> None:
    _make_private(copy)
    with closing(_connect(str(copy))) as target:
        connection.backup(target)
