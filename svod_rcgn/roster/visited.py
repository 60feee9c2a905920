"""The record of visits, as a place where something of a person may lie."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from ..faces.people.search import Sought, Trace
from ..faces.settings import Paths
from ..history.database import FILE, Database
from ..history.visits import SNAPSHOTS, Journal


class Visited:
    """Visits with their pictures, and the announcements that wait to be sent."""

    title = "visits, their pictures and announcements"

    def __init__(self, paths: Paths) -> None:
        self._folder = paths.history_dir

    def people(self) -> set[str]:
        """Nobody: a visit does not make a person known."""
        return set()

    def search(self, sought: Sought) -> list[Trace]:
        """See `Place.search`."""
        path = self._folder / FILE
        with self._journal() as journal:
            if journal is None:
                return []
            return [Trace(path, f"{count} visits of {name}") for name, count in journal.count(sought.names)]

    def forget(self, person: str, sought: Sought) -> None:  # noqa: ARG002
        """See `Place.forget`."""
        with self._journal() as journal:
            if journal is not None:
                for name in sorted(sought.names):
                    journal.forget(name)

    def hand_over(self, person: str, to: str) -> None:
        """See `Place.hand_over`; visits bear the name that is shown."""
        with self._journal() as journal:
            if journal is not None:
                journal.rename(person.replace("_", " "), to.replace("_", " "))

    @contextmanager
    def _journal(self) -> Iterator[Journal | None]:
        path: Path = self._folder / FILE
        if not path.is_file():
            yield None
            return
        with closing(Database(path)) as database:
            yield Journal(database, self._folder / SNAPSHOTS, queue=0)
