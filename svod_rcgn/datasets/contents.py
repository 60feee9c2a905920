"""What a dataset holds: pictures with all that is said of them, read from one state."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..records import Box
from ..storage.sqlite import Database, Row
from .labels import Labels
from .pictures import PictureFolder
from .records import LabelledBox, Picture

_NEVER = (0, None)  # before the first act
_OF_IDS = "SELECT value FROM json_each(?)"
_OF_HASHES = f"SELECT id FROM pictures WHERE hash IN ({_OF_IDS})"


@dataclass(slots=True)
class _Said:
    """What the registers say of one picture, while they are read; a tag with the act that said it."""

    tags: dict[str, tuple[int, Any]] = field(default_factory=dict)
    confirmed: dict[str, int] = field(default_factory=dict)
    boxes: list[LabelledBox] = field(default_factory=list)
    annotated: bool = False
    hidden: bool = False
    shooting: str = ""


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
        said = self._said(wanted)
        pictures = (self._picture(row, said[row["id"]]) for row in self._rows(wanted))
        return [each for each in pictures if each.hidden == hidden]

    def numbered(self, ids: Iterable[int] | None = None) -> dict[int, Picture]:
        """The pictures that are there and not deleted, all or some, by their ids and in their order."""
        wanted = None if ids is None else json.dumps(list(ids))
        said = self._said(wanted, _OF_IDS)
        pictures = ((row["id"], self._picture(row, said[row["id"]])) for row in self._rows(wanted, _OF_IDS))
        return {number: each for number, each in pictures if not each.hidden}

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

    def _rows(self, wanted: str | None, of: str = _OF_HASHES) -> Sequence[Row]:
        only, values = _only("s.picture", wanted, of)
        return self._database.rows(
            "SELECT p.id, p.hash, p.suffix, p.width, p.height, p.sharpness, s.value AS name, a.time "
            f"FROM {self._table} s JOIN pictures p ON p.id = s.picture JOIN acts a ON a.number = s.act "
            f"WHERE s.thing = 'picture' AND s.value IS NOT NULL AND {only} ORDER BY p.id",
            values,
        )

    def _said(self, wanted: str | None, of: str = _OF_HASHES) -> Mapping[int, _Said]:
        only, values = _only("picture", wanted, of)
        said: dict[int, _Said] = defaultdict(_Said)
        for thing, picture, item, value, act in self._database.rows(
            f"SELECT thing, picture, item, value, act FROM {self._table} "
            f"WHERE {only} AND thing != 'picture' AND (value IS NOT NULL OR thing = 'tag')",
            values,
        ):
            self._note(said[picture], thing, item, value, act)
        return said

    def _note(self, said: _Said, thing: str, item: int, value: Any, act: int) -> None:
        if thing == "tag":
            label = self.labels.label(item)
            if act > said.tags.get(label, _NEVER)[0]:
                said.tags[label] = (act, value)
        elif thing == "confirmed":
            label = self.labels.label(item)
            said.confirmed[label] = max(act, said.confirmed.get(label, 0))
        elif thing == "box":
            number, *corners = json.loads(value)
            said.boxes.append(LabelledBox(item, self.labels.label(number), Box(*corners)))
        elif thing == "shooting":
            said.shooting = value
        else:
            setattr(said, thing, bool(value))

    def _picture(self, row: Row, said: _Said) -> Picture:
        tags = {label: value for label, (_, value) in said.tags.items()}
        boxes = tuple(sorted(said.boxes, key=lambda each: each.number))
        return Picture(
            hash=row["hash"],
            name=row["name"],
            path=self._folder.path(row["hash"], row["suffix"]),
            width=row["width"],
            height=row["height"],
            sharpness=row["sharpness"],
            yes=tuple(sorted(label for label, value in tags.items() if value == 1)),
            no=tuple(sorted(label for label, value in tags.items() if value == 0)),
            boxes=boxes if boxes or said.annotated else None,
            shooting=said.shooting,
            added=row["time"],
            hidden=said.hidden,
            confirmed=tuple(
                sorted(
                    label for label, act in said.confirmed.items() if act > said.tags.get(label, _NEVER)[0]
                )
            ),
        )


def _only(column: str, wanted: str | None, of: str) -> tuple[str, tuple[str, ...]]:
    return (f"{column} > 0", ()) if wanted is None else (f"{column} IN ({of})", (wanted,))
