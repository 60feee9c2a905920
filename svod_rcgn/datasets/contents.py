"""What a dataset holds: pictures with all that is said of them, read from one state."""

import json
from collections.abc import Collection, Iterable, Sequence
from operator import attrgetter
from typing import Any, TypeAlias

from ..records import Box
from ..storage.sqlite import Database, Row
from .labels import Labels
from .pictures import PictureFolder
from .records import LabelledBox, Picture

_OF_IDS = "SELECT value FROM json_each(?)"
_OF_HASHES = f"SELECT id FROM pictures WHERE hash IN ({_OF_IDS})"


_HASHES = """
SELECT group_concat(printf('%016x%s', id, hash), '') FROM pictures
WHERE id IN (SELECT picture FROM {0} WHERE thing = 'picture' AND value IS NOT NULL)
AND id NOT IN (SELECT picture FROM {0} WHERE thing = 'hidden' AND value)
"""
_ID, _LINE = 16, 80  # characters of an id, and of that with a hash

_Tag: TypeAlias = tuple[int, str, Any]
"""The act that said it, the class, and 1 yes, 0 no, None not said."""


class _Said:
    """What the registers say of pictures, by their ids, while they are read."""

    def __init__(self) -> None:
        self.tags: dict[int, list[_Tag]] = {}
        self.confirmed: dict[int, list[tuple[int, str]]] = {}
        self.boxes: dict[int, list[LabelledBox]] = {}
        self.shootings: dict[int, str] = {}
        self.annotated: set[int] = set()
        self.hidden: set[int] = set()

    def yes_and_no(self, picture: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The classes that a picture is said to show, and those that it is said not to."""
        last = self._last(picture)
        if len(last) == 1:  # as nearly always
            _, label, value = last[0]
            return (label,) if value == 1 else (), (label,) if value == 0 else ()
        yes = sorted(label for _, label, value in last if value == 1)
        return tuple(yes), tuple(sorted(label for _, label, value in last if value == 0))

    def boxed(self, picture: int) -> tuple[LabelledBox, ...] | None:
        """The boxes of a picture; None where nobody said where things are."""
        boxes = self.boxes.get(picture)
        if boxes is None:
            return () if picture in self.annotated else None
        return tuple(sorted(boxes, key=attrgetter("number")))

    def still_confirmed(self, picture: int) -> tuple[str, ...]:
        """The classes that were found right since they were said last."""
        confirmed = self.confirmed.get(picture)
        if confirmed is None:
            return ()
        said = {label: act for act, label, _ in self._last(picture)}
        return tuple(sorted({label for act, label in confirmed if act > said.get(label, 0)}))

    def _last(self, picture: int) -> Sequence[_Tag]:
        """What was said last of each class; several are called the same where they were merged."""
        tags = self.tags.get(picture, ())
        if len(tags) < 2:  # noqa: PLR2004 - a pair is what can disagree
            return tags
        last: dict[str, _Tag] = {}
        for each in sorted(tags, key=_lateness, reverse=True):
            last.setdefault(each[1], each)
        return list(last.values())


def _lateness(tag: _Tag) -> tuple[int, bool]:
    """One act takes a class away and gives another, and what it gives holds where the two are merged."""
    act, _, value = tag
    return act, value is not None


class Contents:
    """Reads one state of a dataset."""

    def __init__(self, database: Database, folder: PictureFolder, table: str) -> None:
        """Take a database that is open.

        Args:
            database: The dataset's.
            folder: Where the pictures lie.
            table: The table that holds the state.
        """
        self._database, self._folder, self._table = database, folder, table
        self.labels = Labels(database.rows, table)

    def pictures(self, hashes: Iterable[str] | None = None, *, hidden: bool = False) -> list[Picture]:
        """All pictures that are there, or some of them, in the order in which they came.

        Args:
            hashes: Only these.
            hidden: Those that were deleted instead of the others.
        """
        wanted = None if hashes is None else json.dumps(list(hashes))
        return [each for each in self._pictures(wanted, _OF_HASHES).values() if each.hidden == hidden]

    def hashes(self) -> list[str]:
        """The hashes of all pictures that are there, in the order in which they came.

        They come as one row: for each row a thread has to wait for its turn anew while others work, which
        of 100,000 makes minutes.
        """
        told = self._database.rows(_HASHES.format(self._table))[0][0] or ""
        lines = sorted(told[begin : begin + _LINE] for begin in range(0, len(told), _LINE))
        return [each[_ID:] for each in lines]

    def numbered(self, ids: Iterable[int] | None = None) -> dict[int, Picture]:
        """The pictures that are there and not deleted, all or some, by their ids and in their order."""
        wanted = None if ids is None else json.dumps(list(ids))
        found = self._pictures(wanted, _OF_IDS)
        return {number: each for number, each in found.items() if not each.hidden}

    def bearing(self, classes: Collection[int]) -> set[int]:
        """The ids of pictures of which anything is said, or was and was taken back, of these classes."""
        if not classes:
            return set()
        rows = self._database.rows(
            f"SELECT DISTINCT picture FROM {self._table} WHERE thing IN ('tag', 'confirmed') AND item IN "
            "(SELECT value FROM json_each(?1)) OR thing = 'box' AND value IS NOT NULL AND "
            "json_extract(value, '$[0]') IN (SELECT value FROM json_each(?1))",
            (json.dumps(list(classes)),),
        )
        return {row[0] for row in rows}

    def alike(self, after: int = 0) -> list[tuple[int, int]]:
        """Pairs of ids of pictures that look nearly the same, of which the second is above a number."""
        rows = self._database.rows("SELECT one, other FROM alike WHERE other > ?", (after,))
        return [(row[0], row[1]) for row in rows]

    def _pictures(self, wanted: str | None, of: str) -> dict[int, Picture]:
        only, values = _only("s.picture", wanted, of)
        said = self._said(wanted, of)
        rows = self._database.rows(
            "SELECT p.id, p.hash, p.suffix, p.width, p.height, p.sharpness, s.value AS name, a.time "
            f"FROM {self._table} s JOIN pictures p ON p.id = s.picture JOIN acts a ON a.number = s.act "
            f"WHERE s.thing = 'picture' AND s.value IS NOT NULL AND {only} ORDER BY p.id",
            values,
        )
        return {row[0]: self._picture(row, said) for row in rows}

    def _said(self, wanted: str | None, of: str) -> _Said:
        only, values = _only("picture", wanted, of)
        said, names = _Said(), self.labels.names
        for thing, picture, item, value, act in self._database.rows(
            f"SELECT thing, picture, item, value, act FROM {self._table} "
            f"WHERE {only} AND thing != 'picture' AND (value IS NOT NULL OR thing = 'tag')",
            values,
        ):
            if thing == "tag":
                said.tags.setdefault(picture, []).append((act, names[item], value))
            elif thing == "shooting":
                said.shootings[picture] = value
            elif thing == "box":
                number, *corners = json.loads(value)
                box = LabelledBox(item, names[number], Box(*corners))
                said.boxes.setdefault(picture, []).append(box)
            elif thing == "confirmed":
                said.confirmed.setdefault(picture, []).append((act, names[item]))
            elif value:
                (said.hidden if thing == "hidden" else said.annotated).add(picture)
        return said

    def _picture(self, row: Row, said: _Said) -> Picture:
        number, digest, suffix, width, height, sharpness, name, time = row
        yes, no = said.yes_and_no(number)
        return Picture(
            hash=digest,
            name=name,
            folder=self._folder.folder,
            suffix=suffix,
            width=width,
            height=height,
            sharpness=sharpness,
            yes=yes,
            no=no,
            boxes=said.boxed(number),
            shooting=said.shootings.get(number, ""),
            added=time,
            hidden=number in said.hidden,
            confirmed=said.still_confirmed(number),
        )


def _only(column: str, wanted: str | None, of: str) -> tuple[str, tuple[str, ...]]:
    return (f"{column} > 0", ()) if wanted is None else (f"{column} IN ({of})", (wanted,))
