"""Visits read back while a camera may be writing them."""

from contextlib import closing
from pathlib import Path

from .database import FILE, open_reader
from .visits import SNAPSHOTS, Entry, Journal, Query

__all__ = ["Entry", "Query", "visits"]


def visits(folder: Path, query: Query) -> list[Entry]:
    """The visits of a folder that a query asks for, the oldest first.

    Raises:
        HistoryError: Nothing has been recorded there, or it cannot be read.
    """
    with closing(open_reader(folder / FILE)) as database:
        return Journal(database, folder / SNAPSHOTS, queue=0).entries(query)
