"""Classes as they are called now: what was renamed and merged, followed from their numbers to a name."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..errors import DatasetError
from ..storage.sqlite import Connection, Row
from .class_names import checked

Query = Callable[[str, Sequence[Any]], Sequence[Row]]


class Labels:
    """The classes of one state of a dataset.

    A class has a number for good. It is called as it was first, or as it was renamed last; one that was
    merged is called as what it was merged into. Where undoing gives two of them the same name, they
    count as one class for as long as that lasts.
    """

    def __init__(self, query: Query, table: str) -> None:
        """Read them.

        Args:
            query: Gives the rows of a question to the database.
            table: That holds the state.
        """
        names = {row["id"]: row["name"] for row in query("SELECT id, name FROM classes", ())}
        facts: dict[str, dict[int, Any]] = {"name": {}, "into": {}, "class": {}}
        asked = (
            f"SELECT thing, item, value FROM {table} WHERE picture = 0 AND thing IN ('name', 'into', 'class')"
        )
        for row in query(asked, ()):
            if row["value"] is not None:
                facts[row["thing"]][row["item"]] = row["value"]
        names.update(facts["name"])
        self._roots = {number: _root(number, facts["into"]) for number in names}
        self._labels = {number: str(names[root]) for number, root in self._roots.items()}
        self._numbers: dict[str, list[int]] = defaultdict(list)
        for number, label in self._labels.items():
            self._numbers[label].append(number)
        self.known = tuple(sorted({self._labels[number] for number in facts["class"]}))

    @property
    def names(self) -> Mapping[int, str]:
        """What the class of each number is called."""
        return self._labels

    def label(self, number: int) -> str:
        """What the class of a number is called."""
        return self._labels[number]

    def numbers(self, label: str) -> Sequence[int]:
        """All numbers of a class, merged ones too.

        Raises:
            DatasetError: There is no such class.
        """
        label = checked(label)
        if label not in self.known:
            raise DatasetError(f"there is no class {label!r}; {self._there_are()}")
        return self._numbers[label]

    def roots(self, label: str) -> Sequence[int]:
        """The numbers that bear a class's name themselves.

        Raises:
            DatasetError: There is no such class.
        """
        return [number for number in self.numbers(label) if self._roots[number] == number]

    def number_for(self, connection: Connection, name: str) -> int:
        """The number of a class, a new one where no class is called so.

        Raises:
            DatasetError: It cannot be called so.
        """
        label = checked(name)
        if numbers := [each for each in self._numbers[label] if self._roots[each] == each]:
            return numbers[0]
        number = int(connection.execute("INSERT INTO classes (name) VALUES (?)", (label,)).lastrowid or 0)
        self._labels[number], self._roots[number] = label, number
        self._numbers[label].append(number)
        return number

    def _there_are(self) -> str:
        if not self.known:
            return "there are none yet"
        shown = ", ".join(self.known[:8])
        return f"there are {shown}{' and more' if len(self.known) > 8 else ''}"  # noqa: PLR2004


def _root(number: int, into: dict[int, int]) -> int:
    """Where merging leads; of classes that undoing has merged into each other, the first one."""
    way = [number]
    while (following := into.get(way[-1])) is not None:
        if following in way:
            return min(way[way.index(following) :])
        way.append(following)
    return way[-1]
