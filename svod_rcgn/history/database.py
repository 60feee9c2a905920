"""The SQLite file of the record of events."""

from pathlib import Path

from ..errors import HistoryError
from ..storage import sqlite
from . import migrations

FILE = "events.db"


class Database(sqlite.Database):
    """The record, brought to the newest format."""

    def __init__(self, path: Path) -> None:
        """Open the file, and make it where there is none; `sqlite.MEMORY` keeps it off the disk.

        Raises:
            HistoryError: It cannot be opened, is damaged, or a newer version wrote it.
        """
        super().__init__(path, migrations.STEPS, HistoryError)


def open_reader(path: Path) -> Database:
    """Open an existing file.

    Raises:
        HistoryError: There is none, or it cannot be read.
    """
    if not path.is_file():
        raise HistoryError(f"{path}: nothing has been recorded yet; `python video.py` records visits")
    return Database(path)
