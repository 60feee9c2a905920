"""Visits: written as they happen, read back with what became of their announcements."""

import json
import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from ..records import FACE, PRESENCE, Event, FloatArray, Phase, Subject, Visit
from ..storage import files
from . import outbox
from .database import FILE, Database, open_reader
from .observations import Observations
from .outbox import Delivery

SNAPSHOTS = "snapshots"
CLIPS = "clips"
_PLACES = {"snapshot": ".jpg", "clip": ".mp4"}  # columns of visits that name files of their own
_VISITS = "camera = ? AND kind = ? AND rule = ?"
_NONE: Mapping[str, float] = MappingProxyType({})


@dataclass(frozen=True, slots=True, eq=False)
class OpenVisit:
    """A visit that was still going on when the last process ended: times in seconds since the epoch.

    `row` is its number in the database; `embedding` is what an unknown subject is known by again.
    """

    row: int
    visit: Visit
    embedding: FloatArray | None


@dataclass(frozen=True, slots=True)
class DeliveryOutcome:
    """What became of one announcement; `reason` says why it was not sent."""

    channel: str
    state: str
    attempts: int
    reason: str | None


@dataclass(frozen=True, slots=True)
class VisitEntry:
    """One visit as it is read: times in seconds since the epoch."""

    id: int
    subject: Subject
    camera: str
    first: float
    last: float
    score: float
    snapshot: Path | None
    over: bool
    announcements: tuple[DeliveryOutcome, ...]
    rule: str = PRESENCE
    measures: Mapping[str, float] = field(default_factory=dict)
    clip: Path | None = None


@dataclass(frozen=True, slots=True)
class VisitQuery:
    """Which visits are asked for; None and False ask for all.

    `since` and `until` are in seconds since the epoch, the latter of the beginning; `unknown` asks for
    strangers; `limit` keeps the last ones; `before` asks for those that come before one in the order of
    time, given by its beginning and its number, as the last page ended with it.
    """

    person: str | None = None
    camera: str | None = None
    since: float | None = None
    unknown: bool = False
    limit: int | None = None
    kind: str | None = None
    label: str | None = None
    until: float | None = None
    before: tuple[float, int] | None = None
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class VisitTotal:
    """How many visits there are of a person, and when the last ended, in seconds since the epoch."""

    person: str
    visits: int
    last: float


@dataclass(frozen=True, slots=True, eq=False)
class OpenRule:
    """An event of a rule that is not over; `channels` know of it.

    Of one that was still going on when the last process ended, `event` says that it ended when that process
    saw it last.
    """

    row: int
    event: Event
    channels: Sequence[str]


class Journal:
    """The visits of a database, and their pictures in a folder, if there is one."""

    def __init__(self, database: Database, snapshots: Path | None, queue: int) -> None:
        """Take a database that is open.

        Args:
            database: Where visits and announcements are written.
            snapshots: The folder of the pictures; None keeps none.
            queue: How many announcements may wait for a channel.
        """
        self._database = database
        self._snapshots = snapshots
        self._queue = queue

    @property
    def seen(self) -> Observations:
        """What was seen besides, frame by frame."""
        return Observations(self._database)

    @property
    def clips(self) -> Path | None:
        """The folder of the clips, beside that of the pictures; None where none are kept."""
        return None if self._snapshots is None else self._snapshots.with_name(CLIPS)

    def begin(
        self,
        visit: Visit,
        camera: str,
        *,
        picture: bytes | None = None,
        embedding: FloatArray | None = None,
        deliveries: Sequence[Delivery] = (),
        rule: str = PRESENCE,
        measures: Mapping[str, float] = _NONE,
    ) -> tuple[int, Sequence[str]]:
        """Write a visit, its times in seconds since the epoch, together with what is to be told of it.

        Args:
            visit: What has begun.
            camera: Where.
            picture: A JPEG of the subject.
            embedding: What an unknown subject is known by again.
            deliveries: What the channels are to be told.
            rule: By which it has begun.
            measures: What the rule measured, by name.

        Returns:
            The number of its row, and the channels whose queue was full.
        """
        values = {
            **_columns(visit),
            "camera": camera,
            "snapshot": None if picture is None else self._keep(f"{uuid.uuid4().hex}.jpg", picture),
            "embedding": None if embedding is None else embedding.astype("<f4").tobytes(),
            "rule": rule,
            "measures": _encoded(measures),
        }
        names, marks = ", ".join(values), ", ".join(f":{name}" for name in values)
        with self._database.transaction() as connection:
            cursor = connection.execute(f"INSERT INTO visits ({names}) VALUES ({marks})", values)  # noqa: S608
            row = int(cursor.lastrowid or 0)
            return row, outbox.post(connection, row, deliveries, self._queue)

    def update(self, number: int, last: float, score: float, *, over: bool = False) -> None:
        """Write how far a visit has gone; none ends before it begins, even where the clock was set back."""
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE visits SET last = max(first, ?), score = ?, over = ? WHERE id = ?",
                (last, score, over, number),
            )

    def end_rule(
        self,
        number: int,
        last: float,
        measures: Mapping[str, float],
        deliveries: Sequence[Delivery] = (),
    ) -> Sequence[str]:
        """Write that an event of a rule is over, and what is to be told of that.

        Args:
            number: Of its row.
            last: When it ended, in seconds since the epoch.
            measures: What the rule has measured by then.
            deliveries: What the channels are to be told.

        Returns:
            The channels whose queue was full.
        """
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE visits SET last = max(first, ?), measures = ?, over = 1 WHERE id = ?",
                (last, _encoded(measures), number),
            )
            return outbox.post(connection, number, deliveries, self._queue)

    def go_on(self, numbers: Collection[int], last: float) -> None:
        """Write that events of rules still go on, at a time in seconds since the epoch."""
        with self._database.transaction() as connection:
            connection.executemany(
                "UPDATE visits SET last = max(last, ?) WHERE id = ?", [(last, number) for number in numbers]
            )

    def told_last(self, camera: str, since: float) -> list[tuple[str, Subject, float]]:
        """When each rule of a camera was last told of each subject, after a time, by rule and subject."""
        rows = self._database.rows(
            "SELECT *, max(first) AS told FROM visits WHERE camera = ? AND rule != ? AND first > ?"
            " AND id IN (SELECT visit FROM announcements) GROUP BY rule, kind, label",
            (camera, PRESENCE, since),
        )
        return [(row["rule"], _subject(row), row["told"]) for row in rows]

    def film(self, number: int, name: str) -> None:
        """Write that there is a clip of an event; any thread may."""
        with self._database.transaction() as connection:
            connection.execute("UPDATE visits SET clip = ? WHERE id = ?", (name, number))

    def open_rules(self, camera: str) -> list[OpenRule]:
        """The events of a camera's rules that went on when the last process ended, the oldest first."""
        rows = self._database.rows(
            "SELECT * FROM visits WHERE camera = ? AND rule != ? AND over = 0 ORDER BY id", (camera, PRESENCE)
        )
        told = self._deliveries("FROM visits WHERE over = 0", ())
        return [_open_rule(row, [each.channel for each in told[row["id"]]]) for row in rows]

    def illustrate(self, number: int, picture: bytes) -> None:
        """Put a better picture in the place of a visit's first one."""
        rows = self._database.rows("SELECT snapshot FROM visits WHERE id = ?", (number,))
        if rows and rows[0]["snapshot"]:
            self._keep(rows[0]["snapshot"], picture)

    def withdraw(self, number: int) -> None:
        """Take a visit back, with its picture and announcements; one that was told of stays, as over."""
        told = "EXISTS (SELECT 1 FROM announcements WHERE visit = visits.id AND attempts > 0)"
        self._delete(f"id = ? AND NOT {told}", (number,))
        with self._database.transaction() as connection:
            connection.execute("UPDATE visits SET over = 1 WHERE id = ?", (number,))

    def resume(self, camera: str, kind: str, since: float) -> list[OpenVisit]:
        """The visits of a camera that were still going on when the last process ended.

        Args:
            camera: Its name.
            kind: Of the subjects asked for.
            since: Visits whose visitor was last seen before are over, in seconds since the epoch.

        Returns:
            The visits, the oldest first.
        """
        with self._database.transaction() as connection:
            connection.execute(
                f"UPDATE visits SET over = 1 WHERE {_VISITS} AND last < ?",  # noqa: S608
                (camera, kind, PRESENCE, since),
            )
        rows = self._database.rows(
            f"SELECT * FROM visits WHERE {_VISITS} AND last >= ? ORDER BY id",  # noqa: S608
            (camera, kind, PRESENCE, since),
        )
        return [_open_visit(row) for row in rows]

    def entries(self, query: VisitQuery) -> list[VisitEntry]:
        """The visits that a query asks for, the oldest first."""
        where, values = _condition(query)
        limit = -1 if query.limit is None else query.limit
        asked = f"FROM visits WHERE {where} ORDER BY first DESC, id DESC LIMIT {limit}"
        rows = self._database.rows(f"SELECT * {asked}", values)
        deliveries = self._deliveries(asked, values)
        return [self._entry(row, tuple(deliveries[row["id"]])) for row in reversed(rows)]

    def entry(self, number: int) -> VisitEntry | None:
        """One visit by its number; None where there is no such one."""
        rows = self._database.rows("SELECT * FROM visits WHERE id = ?", (number,))
        return self._entry(rows[0], ()) if rows else None

    def snapshot_of(self, number: int) -> Path | None:
        """The file of a visit's picture; None where there is no such visit, or no picture of it."""
        rows = self._database.rows("SELECT snapshot FROM visits WHERE id = ?", (number,))
        name = rows[0]["snapshot"] if rows else None
        return self._snapshots / name if self._snapshots and name else None

    def totals(self) -> list[VisitTotal]:
        """The visits of each person in numbers."""
        rows = self._database.rows(
            "SELECT person, count(*) AS visits, max(last) AS last FROM visits"
            " WHERE person IS NOT NULL AND rule = ? GROUP BY person",
            (PRESENCE,),
        )
        return [VisitTotal(row["person"], row["visits"], row["last"]) for row in rows]

    def clip_of(self, number: int) -> Path | None:
        """The film of an event; None where there is no such event, or no film of it."""
        rows = self._database.rows("SELECT clip FROM visits WHERE id = ?", (number,))
        name = rows[0]["clip"] if rows else None
        return self.clips / name if self.clips and name else None

    def rules(self) -> list[str]:
        """The rules by which anything was told."""
        return [row["rule"] for row in self._database.rows("SELECT DISTINCT rule FROM visits ORDER BY rule")]

    def things(self) -> list[str]:
        """The labels of all that came and is no face."""
        rows = self._database.rows(
            "SELECT DISTINCT label FROM visits WHERE kind != ? AND label IS NOT NULL ORDER BY label", (FACE,)
        )
        return [row["label"] for row in rows]

    def cameras(self) -> list[str]:
        """The names of all cameras that visits were to."""
        rows = self._database.rows("SELECT DISTINCT camera FROM visits ORDER BY camera")
        return [row["camera"] for row in rows]

    def forget_before(self, time: float) -> int:
        """Delete what ended before a time, in seconds since the epoch: rows and pictures.

        Returns:
            How many visits were deleted.
        """
        count = self._delete("last < ?", (time,))
        self._delete_lost_pictures(time)
        return count

    def forget(self, person: str) -> int:
        """Delete a person's visits with their pictures and announcements; returns how many."""
        return self._delete("person = ?", (person,))

    def count(self, persons: Collection[str]) -> list[tuple[str, int]]:
        """How many visits there are of each of some persons; those without any are left out."""
        marks = ", ".join("?" * len(persons))
        rows = self._database.rows(
            f"SELECT person, count(*) AS visits FROM visits WHERE person IN ({marks}) GROUP BY person",  # noqa: S608
            tuple(persons),
        )
        return [(row["person"], row["visits"]) for row in rows]

    def rename(self, person: str, name: str) -> int:
        """Give a person's visits another name; returns how many there were."""
        with self._database.transaction() as connection:
            return connection.execute(
                "UPDATE visits SET person = ?, label = ? WHERE person = ?", (name, name, person)
            ).rowcount

    def _keep(self, name: str, picture: bytes) -> str | None:
        if self._snapshots is None:
            return None
        files.write_bytes(self._snapshots / name, picture, private=True)
        return name

    def _delete(self, where: str, values: tuple[Any, ...]) -> int:
        with self._database.transaction() as connection:
            doomed = connection.execute(
                f"DELETE FROM visits WHERE {where} RETURNING snapshot, clip",  # noqa: S608 - where is ours
                values,
            ).fetchall()
        for column, folder in self._folders():
            for row in doomed:
                if row[column]:
                    (folder / row[column]).unlink(missing_ok=True)
        if doomed:
            self._database.shrink()
        return len(doomed)

    def _delete_lost_pictures(self, time: float) -> None:
        """Delete old pictures and clips without a visit: a crash can leave one behind."""
        rows = self._database.rows("SELECT snapshot, clip FROM visits")
        for column, folder in self._folders():
            known = {row[column] for row in rows}
            for path in folder.iterdir() if folder.is_dir() else ():
                is_ours = path.suffix == _PLACES[column] and path.name not in known
                if is_ours and path.stat().st_mtime < time:
                    path.unlink(missing_ok=True)

    def _folders(self) -> list[tuple[str, Path]]:
        """The columns of visits that name files, and where those lie."""
        if self._snapshots is None or self.clips is None:
            return []
        return [("snapshot", self._snapshots), ("clip", self.clips)]

    def _deliveries(self, asked: str, values: tuple[Any, ...]) -> dict[int, list[DeliveryOutcome]]:
        found: dict[int, list[DeliveryOutcome]] = defaultdict(list)
        for row in self._database.rows(
            f"SELECT * FROM announcements WHERE visit IN (SELECT id {asked}) ORDER BY channel",  # noqa: S608
            values,
        ):
            delivery = DeliveryOutcome(row["channel"], row["state"], row["attempts"], row["reason"])
            found[row["visit"]].append(delivery)
        return found

    def _entry(self, row: Any, announcements: tuple[DeliveryOutcome, ...]) -> VisitEntry:
        snapshot = self._snapshots / row["snapshot"] if self._snapshots and row["snapshot"] else None
        return VisitEntry(
            id=row["id"],
            subject=_subject(row),
            camera=row["camera"],
            first=row["first"],
            last=row["last"],
            score=row["score"],
            snapshot=snapshot,
            over=bool(row["over"]),
            announcements=announcements,
            rule=row["rule"],
            measures=json.loads(row["measures"] or "{}"),
            clip=self.clips / row["clip"] if self.clips and row["clip"] else None,
        )


def _encoded(measures: Mapping[str, float]) -> str | None:
    return json.dumps(dict(measures)) if measures else None


def _columns(visit: Visit) -> dict[str, Any]:
    subject = visit.subject
    is_face = subject.kind == FACE
    return {
        "person": subject.label if is_face else None,
        "stranger": subject.number if is_face else None,
        "kind": subject.kind,
        "label": subject.label,
        "number": subject.number,
        "event": visit.id,
        "first": visit.first,
        "last": visit.last,
        "score": visit.score,
    }


def _subject(row: Any) -> Subject:
    return Subject(row["kind"], row["label"], row["number"])


def _open_visit(row: Any) -> OpenVisit:
    embedding = None if row["embedding"] is None else np.frombuffer(row["embedding"], "<f4")
    visit = Visit(row["event"], _subject(row), row["first"], row["last"], row["score"])
    return OpenVisit(row["id"], visit, embedding)


def _open_rule(row: Any, channels: Sequence[str]) -> OpenRule:
    measures = {**json.loads(row["measures"] or "{}"), "seconds": row["last"] - row["first"]}
    event = Event(
        id=row["event"],
        rule=row["rule"],
        phase=Phase.ENDED,
        subject=_subject(row),
        source=row["camera"],
        time=row["last"],
        score=row["score"],
        measures=measures,
    )
    return OpenRule(row["id"], event, channels)


def _condition(query: VisitQuery) -> tuple[str, tuple[Any, ...]]:
    asked: list[tuple[str, Any]] = [
        ("person = ?", query.person),
        ("camera = ?", query.camera),
        ("last >= ?", query.since),
        ("first < ?", query.until),
        ("kind = ?", query.kind),
        ("label = ?", query.label),
        ("rule = ?", query.rule),
    ]
    terms: list[tuple[str, tuple[Any, ...]]] = [
        (term, (value,)) for term, value in asked if value is not None
    ]
    if query.unknown:
        terms.append(("label IS NULL AND kind = ?", (FACE,)))
    if query.before is not None:
        terms.append(("(first, id) < (?, ?)", query.before))
    where = " AND ".join(term for term, _ in terms) or "1"
    return where, tuple(value for _, values in terms for value in values)


def visits(folder: Path, query: VisitQuery) -> list[VisitEntry]:
    """The visits of a folder that a query asks for, the oldest first.

    Raises:
        HistoryError: Nothing has been recorded there, or it cannot be read.
    """
    with closing(open_reader(folder / FILE)) as database:
        return Journal(database, folder / SNAPSHOTS, queue=0).entries(query)


def visit_of(folder: Path, number: int) -> VisitEntry | None:
    """The visit with a number, None where there is none.

    Raises:
        HistoryError: Nothing has been recorded there, or it cannot be read.
    """
    with closing(open_reader(folder / FILE)) as database:
        return Journal(database, folder / SNAPSHOTS, queue=0).entry(number)
