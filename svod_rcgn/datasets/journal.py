"""The journal of a dataset: acts that set registers, and what they give when replayed.

Nothing is taken back but by a further act: an undone act counts as if it had never been, and undoing
its undoing does it again. The state is, for each register, the value of the last act in force; it is
brought up to date in the transaction that writes the act.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from time import time as wall_clock
from typing import TypeAlias

from ..errors import DatasetError
from ..storage.sqlite import Connection, Database, Row
from .records import Act

Value: TypeAlias = int | str | None

UNDO, PURGE = "undo", "purge"
NOW, PAST = "state", "temp.past"  # tables that hold a state
_CALLED = "picture = 0 AND (thing IN ('name', 'into') OR thing = 'class' AND value IS NULL)"
_REPLAY = "SELECT thing, picture, item, value, max(act) FROM facts WHERE act <= ? AND act NOT IN "


@dataclass(frozen=True, slots=True)
class Fact:
    """The value that an act gives to one register; see `schema`."""

    thing: str
    value: Value
    picture: int = 0
    item: int = 0


class Journal:
    """Acts in a database, written by one at a time, and the state that they give."""

    def __init__(self, database: Database, who: str) -> None:
        self._database = database
        self._who = who

    def append(self, connection: Connection, kind: str, summary: str, facts: Iterable[Fact]) -> int:
        """Write an act and what it changes, in the caller's transaction; its number."""
        number = self._write(connection, kind, summary)
        rows = [(each.thing, each.picture, each.item, each.value, number) for each in facts]
        connection.executemany(
            "INSERT OR REPLACE INTO facts (thing, picture, item, value, act) VALUES (?, ?, ?, ?, ?)", rows
        )
        connection.executemany(
            "INSERT OR REPLACE INTO state (thing, picture, item, value, act) VALUES (?, ?, ?, ?, ?)", rows
        )
        return number

    def undo(self, number: int | None = None) -> Act:
        """Undo an act, or the last one that can be; the act that does it.

        Raises:
            DatasetError: There is no such act, it is undone already, or it cannot be.
        """
        with self._database.transaction() as connection:
            target = self._last(connection) if number is None else self._act(connection, number)
            if target.undone:
                raise DatasetError(f"act {target.number} is undone already; `log` shows which act did it")
            if target.kind == PURGE:
                raise DatasetError(f"act {target.number} removed pictures from the disk; it cannot be undone")
            summary = f"{target.kind} {target.summary}"
            undoing = self._write(connection, UNDO, summary, target.number)
            _switch(connection, target)
            return self._act(connection, undoing)

    def acts(self, last: int | None = None) -> list[Act]:
        """All acts or the last ones, in their order."""
        limit = -1 if last is None else last
        rows = self._database.rows(f"{_ACTS} ORDER BY number DESC LIMIT ?", (limit,))
        return [_told(row) for row in reversed(rows)]

    @property
    def head(self) -> int:
        """The number of the last act; 0 where there is none."""
        return int(self._database.rows("SELECT coalesce(max(number), 0) FROM acts")[0][0])

    def since(self, state: int) -> list[Act]:
        """The acts after one, in their order."""
        return [
            _told(row) for row in self._database.rows(f"{_ACTS} WHERE number > ? ORDER BY number", (state,))
        ]

    def touched(self, state: int) -> frozenset[int] | None:
        """The ids of pictures of which the acts after one say anything, or have taken anything back.

        Returns:
            None where pictures were removed for good, which no act tells of.
        """
        later = self.since(state)
        if any(act.kind == PURGE for act in later):
            return None
        rows = self._database.rows(
            "SELECT DISTINCT picture FROM facts "
            "WHERE act IN (SELECT value FROM json_each(?)) AND picture > 0",
            (json.dumps(sorted(set(self._meant(later).values()))),),
        )
        return frozenset(row[0] for row in rows)

    def touching(self, state: int, pictures: Iterable[int]) -> list[Act]:
        """Those of the acts after one that touch any of these pictures, or what classes are called."""
        later = self.since(state)
        meant = self._meant(later)
        rows = self._database.rows(
            "SELECT DISTINCT act FROM facts WHERE act IN (SELECT value FROM json_each(?)) "
            f"AND (picture IN (SELECT value FROM json_each(?)) OR {_CALLED})",
            (json.dumps(sorted(set(meant.values()))), json.dumps(list(pictures))),
        )
        found = {row[0] for row in rows}
        return [act for act in later if meant[act.number] in found]

    def _meant(self, acts: Iterable[Act]) -> dict[int, int]:
        """The act whose registers each sets: its own, or those of what it undoes in the end."""
        acts = list(acts)
        undoes: dict[int, int] = {}
        if any(act.undoes for act in acts):
            rows = self._database.rows("SELECT number, undoes FROM acts WHERE undoes")
            undoes = {row["number"]: row["undoes"] for row in rows}
        return {act.number: _end(act.number, undoes) for act in acts}

    def rebuild(self) -> None:
        """Make the state again from the journal alone."""
        with self._database.transaction() as connection:
            undone = undone_at(connection, self.head)
            connection.execute("DELETE FROM undone")
            connection.executemany("INSERT INTO undone VALUES (?)", [(act,) for act in undone])
            connection.execute("DELETE FROM state")
            connection.execute(
                f"INSERT INTO state {_REPLAY} (SELECT act FROM undone) GROUP BY thing, picture, item",
                (self.head,),
            )

    def look_at(self, number: int) -> str:
        """Lay out the state after an act for reading; the name of its table.

        Raises:
            DatasetError: There is no such act.
        """
        if not 0 <= number <= self.head:
            raise DatasetError(f"there is no act {number}; the last one is {self.head}")
        with self._database.transaction() as connection:
            connection.execute("DROP TABLE IF EXISTS temp.past")
            connection.execute("CREATE TEMP TABLE gone (act INTEGER PRIMARY KEY)")
            connection.executemany(
                "INSERT INTO temp.gone VALUES (?)", [(act,) for act in undone_at(connection, number)]
            )
            connection.execute("CREATE TEMP TABLE past (thing, picture, item, value, act)")
            connection.execute(
                f"INSERT INTO temp.past {_REPLAY} (SELECT act FROM temp.gone) GROUP BY thing, picture, item",
                (number,),
            )
            connection.execute("DROP TABLE temp.gone")
        return PAST

    def _write(self, connection: Connection, kind: str, summary: str, undoes: int | None = None) -> int:
        cursor = connection.execute(
            "INSERT INTO acts (time, who, kind, summary, undoes) VALUES (?, ?, ?, ?, ?)",
            (wall_clock(), self._who, kind, summary, undoes),
        )
        return int(cursor.lastrowid or 0)

    def _act(self, connection: Connection, number: int) -> Act:
        row = connection.execute(f"{_ACTS} WHERE number = ?", (number,)).fetchone()
        if row is None:
            raise DatasetError(f"there is no act {number}; the last one is {self.head}")
        return _told(row)

    def _last(self, connection: Connection) -> Act:
        row = connection.execute(
            f"{_ACTS} WHERE kind NOT IN (?, ?) AND number NOT IN (SELECT act FROM undone) "
            "ORDER BY number DESC LIMIT 1",
            (UNDO, PURGE),
        ).fetchone()
        if row is None:
            raise DatasetError("there is nothing to undo")
        return _told(row)


_ACTS = (
    "SELECT number, time, who, kind, summary, undoes, number IN (SELECT act FROM undone) AS undone FROM acts"
)


def _told(row: Row) -> Act:
    return Act(**{**dict(row), "undone": bool(row["undone"])})


def _end(act: int, undoes: dict[int, int]) -> int:
    while (target := undoes.get(act)) is not None:
        act = target
    return act


def undone_at(connection: Connection, number: int) -> set[int]:
    """The acts that were not in force after an act."""
    rows = connection.execute("SELECT number, undoes FROM acts WHERE undoes AND number <= ?", (number,))
    undoes = {row["number"]: row["undoes"] for row in rows}
    undone: set[int] = set()
    for act in undoes:
        for each, off in _chain(act, undoes):
            (undone.add if off else undone.discard)(each)
    return undone


def _chain(undoing: int, undoes: dict[int, int]) -> Iterable[tuple[int, bool]]:
    """What an undoing puts out of force (True), what comes into force by that (False), and so on."""
    off = True
    each: int | None = undoes[undoing]
    while each is not None:
        yield each, off
        each, off = undoes.get(each), not off


def _switch(connection: Connection, target: Act) -> None:
    rows = connection.execute("SELECT number, undoes FROM acts WHERE undoes")
    undoes = {row["number"]: row["undoes"] for row in rows} if target.undoes else {}
    changed: Sequence[tuple[int, bool]] = list(_chain(0, {**undoes, 0: target.number}))
    for act, off in changed:
        change = "INSERT OR IGNORE INTO undone VALUES (?)" if off else "DELETE FROM undone WHERE act = ?"
        connection.execute(change, (act,))
    settle(connection, changed[-1][0])


def settle(connection: Connection, act: int) -> None:
    """Bring the registers that an act sets to the values that are in force."""
    keys = "(thing, picture, item) IN (SELECT thing, picture, item FROM facts WHERE act = ?)"
    connection.execute(f"DELETE FROM state WHERE {keys}", (act,))
    connection.execute(
        "INSERT INTO state SELECT thing, picture, item, value, max(act) FROM facts "
        f"WHERE {keys} AND act NOT IN (SELECT act FROM undone) GROUP BY thing, picture, item",
        (act,),
    )
