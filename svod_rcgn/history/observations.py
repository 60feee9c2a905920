"""What cameras saw, without any picture: kept briefly and compactly, so that rules can be tried on it.

A block holds some seconds of one camera. Frames are thinned: a few a second while something is seen, one a
second for a while after, and one in ten seconds while nothing is there.
"""

import zlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from ..records import FACE, Box, Observation, Subject
from .database import Database

_STEP = 0.2  # seconds between two frames that are kept while something is seen
_TICK = 1e-3
_EMPTY_STEP = 1.0  # while nothing is, for so long:
_SHORTLY = 60.0
_IDLE_STEP = 10.0
_BLOCK = 10.0  # seconds of seen things, after which a block is written
_LONGEST = 60.0  # of a block in which nothing was seen
_MOST_FRAMES = 500
_LARGEST = 64_000_000  # bytes of a block; what says to be larger is damaged
_FINE = 1000  # parts of a score
_ALIKE = 0.05  # by which a number may differ and still be the same
_SLICE = 200  # blocks that are read at once


@dataclass(frozen=True, slots=True, eq=False)
class SeenFrame:
    """What one frame of a camera showed: `time` in seconds since the epoch, sizes in pixels."""

    camera: str
    time: float
    width: int
    height: int
    subjects: Mapping[Subject, Observation]


class _Known(msgspec.Struct, array_like=True):
    """A subject with what was known of it for a while."""

    kind: str
    label: str | None
    number: int | None
    attributes: dict[str, Any]

    @property
    def subject(self) -> Subject:
        return Subject(self.kind, self.label, self.number)


class _Frame(msgspec.Struct, array_like=True):
    """Milliseconds since the block's begin, and the rows: known, score, and the box in pixels."""

    at: int
    rows: list[tuple[int, ...]]


class _Body(msgspec.Struct, array_like=True):
    width: int
    height: int
    known: list[_Known]
    frames: list[_Frame]


class _Block:
    """One that grows."""

    def __init__(self, frame: SeenFrame) -> None:
        self.begun = self.last = frame.time
        self.body = _Body(frame.width, frame.height, [], [])
        self._places: dict[Subject, int] = {}

    def add(self, frame: SeenFrame) -> None:
        rows = [self._row(subject, each) for subject, each in frame.subjects.items()]
        self.body.frames.append(_Frame(round(1000 * (frame.time - self.begun)), rows))
        self.last = frame.time

    def is_full(self, frame: SeenFrame) -> bool:
        """Whether a frame belongs to the next one."""
        lasts = frame.time - self.begun
        return (
            not 0 <= lasts < (_BLOCK if self.body.known else _LONGEST)
            or frame.time < self.last
            or len(self.body.frames) >= _MOST_FRAMES
            or (frame.width, frame.height) != (self.body.width, self.body.height)
        )

    def _row(self, subject: Subject, seen: Observation) -> tuple[int, ...]:
        place, score = self._place(subject, _plain(seen.attributes)), round(_FINE * seen.score)
        if seen.box is None:
            return place, score
        box = seen.box
        return place, score, round(box.left), round(box.top), round(box.right), round(box.bottom)

    def _place(self, subject: Subject, attributes: dict[str, Any]) -> int:
        known, place = self.body.known, self._places.get(subject)
        if place is None or not _alike(known[place].attributes, attributes):
            known.append(_Known(subject.kind, subject.label, subject.number, attributes))
            place = self._places[subject] = len(known) - 1
        return place


class ObservationRecorder:
    """Writes what one camera sees; one a camera, from one thread."""

    def __init__(self, observations: "Observations", camera: str) -> None:
        self._observations, self._camera = observations, camera
        self._block: _Block | None = None
        self._last = self._last_seen = float("-inf")
        self._was_empty = True

    def take(self, frame: SeenFrame) -> None:
        """Take in a frame.

        Raises:
            HistoryError: A block cannot be written; it is lost.
        """
        is_empty = not frame.subjects
        if not is_empty:
            self._last_seen = frame.time
        step = self._step(frame.time) - _TICK
        if 0 <= frame.time - self._last < step and is_empty == self._was_empty:
            return
        self._last, self._was_empty = frame.time, is_empty
        if self._block is not None and self._block.is_full(frame):
            self.flush()
        self._block = self._block or _Block(frame)
        self._block.add(frame)

    def flush(self) -> None:
        """Write what has been taken in.

        Raises:
            HistoryError: It cannot be written; it is lost.
        """
        block, self._block = self._block, None
        if block is not None:
            self._observations.write(self._camera, block.begun, block.last, block.body)

    def _step(self, time: float) -> float:
        if time == self._last_seen:
            return _STEP
        return _EMPTY_STEP if 0 <= time - self._last_seen <= _SHORTLY else _IDLE_STEP


class Observations:
    """The blocks of a database."""

    def __init__(self, database: Database, most_bytes: int = 500_000_000) -> None:
        """Take a database that is open.

        Args:
            database: Where the blocks are.
            most_bytes: That they may take together; the oldest make room.
        """
        self._database, self._most_bytes = database, most_bytes

    def write(self, camera: str, begun: float, ended: float, body: _Body) -> None:
        """Write a block."""
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT INTO observations (camera, begun, ended, persons, body) VALUES (?, ?, ?, ?, ?)",
                (camera, begun, ended, _persons(body), _packed(body)),
            )

    def frames(self, since: float, until: float = float("inf")) -> Iterator[SeenFrame]:
        """The frames that were kept of all cameras, each camera's in order; damaged blocks are left out."""
        after = (float("-inf"), 0)
        while rows := self._database.rows(
            "SELECT * FROM observations WHERE ended >= ? AND begun <= ? AND (begun, id) > (?, ?)"
            " ORDER BY begun, id LIMIT ?",
            (since, until, *after, _SLICE),
        ):
            for row in rows:
                frames = _frames(row["camera"], row["begun"], row["body"])
                yield from (frame for frame in frames if since <= frame.time <= until)
            after = rows[-1]["begun"], rows[-1]["id"]

    def span(self) -> tuple[float, float] | None:
        """From when to when there are any, in seconds since the epoch."""
        (row,) = self._database.rows("SELECT min(begun) AS first, max(ended) AS last FROM observations")
        return None if row["first"] is None else (row["first"], row["last"])

    def forget_before(self, time: float) -> int:
        """Delete what ended before a time, in seconds since the epoch, and the oldest beyond the bound.

        Returns:
            How many blocks were deleted.
        """
        beyond = (
            "id IN (SELECT id FROM (SELECT id, sum(length(body)) OVER (ORDER BY begun DESC, id DESC) AS size"
            " FROM observations) WHERE size > ?)"
        )
        with self._database.transaction() as connection:
            gone = connection.execute(
                f"DELETE FROM observations WHERE ended < ? OR {beyond}",  # noqa: S608 - beyond is ours
                (time, self._most_bytes),
            ).rowcount
        if gone:
            self._database.shrink()
        return gone

    def count(self, persons: Collection[str]) -> list[tuple[str, int]]:
        """In how many blocks each of some persons is; those in none are left out."""
        counts = ((person, len(self._blocks_with(person))) for person in persons)
        return [(person, number) for person, number in counts if number]

    def forget(self, person: str) -> int:
        """Take a person out of all blocks; returns out of how many."""
        return self._change(person, lambda body: _without(body, person))

    def rename(self, person: str, name: str) -> int:
        """Give a person another name; returns in how many blocks."""
        return self._change(person, lambda body: _renamed(body, person, name))

    def _blocks_with(self, person: str) -> list[int]:
        rows = self._database.rows(
            "SELECT id FROM observations WHERE instr(persons, ?) > 0", (_listed([person]),)
        )
        return [row["id"] for row in rows]

    def _change(self, person: str, change: Any) -> int:
        blocks = self._blocks_with(person)
        for number in blocks:
            self._change_one(number, change)
        if blocks:
            self._database.shrink()
        return len(blocks)

    def _change_one(self, number: int, change: Any) -> None:
        with self._database.transaction() as connection:
            (row,) = connection.execute("SELECT body FROM observations WHERE id = ?", (number,)).fetchall()
            body = _unpacked(row["body"])
            if body is None:
                connection.execute("DELETE FROM observations WHERE id = ?", (number,))
                return
            body = change(body)
            connection.execute(
                "UPDATE observations SET persons = ?, body = ? WHERE id = ?",
                (_persons(body), _packed(body), number),
            )


def _frames(camera: str, begun: float, packed: bytes) -> Iterator[SeenFrame]:
    body = _unpacked(packed)
    for frame in body.frames if body is not None else ():
        seen = {body.known[row[0]].subject: _observation(body.known[row[0]], row) for row in frame.rows}  # type: ignore[union-attr]
        yield SeenFrame(camera, begun + frame.at / 1000, body.width, body.height, seen)  # type: ignore[union-attr]


def _observation(known: _Known, row: tuple[int, ...]) -> Observation:
    place = row[2:]
    return Observation(
        kind=known.kind,
        label=known.label,
        score=row[1] / _FINE,
        box=Box(*place) if place else None,
        track=known.number,
        attributes=known.attributes,
    )


def _packed(body: _Body) -> bytes:
    return zlib.compress(msgspec.msgpack.encode(body))


def _unpacked(packed: bytes) -> _Body | None:
    """The block; None where it is damaged."""
    try:
        unpacker = zlib.decompressobj()
        body = msgspec.msgpack.decode(unpacker.decompress(packed, _LARGEST), type=_Body)
    except (zlib.error, msgspec.DecodeError):
        return None
    rows = [row for frame in body.frames for row in frame.rows]
    is_whole = all(len(row) in (2, 6) and 0 <= row[0] < len(body.known) for row in rows)
    return body if is_whole else None


def _persons(body: _Body) -> str:
    return _listed(
        sorted({each.label for each in body.known if each.kind == FACE and each.label is not None})
    )


def _listed(names: Collection[str]) -> str:
    """Names one a line, with a line's end on both sides of each."""
    return "".join(f"\n{name}\n" for name in names)


def _without(body: _Body, person: str) -> _Body:
    kept = [place for place, each in enumerate(body.known) if not _is(each, person)]
    now = {before: place for place, before in enumerate(kept)}
    frames = [
        _Frame(frame.at, [(now[row[0]], *row[1:]) for row in frame.rows if row[0] in now])
        for frame in body.frames
    ]
    return _Body(body.width, body.height, [body.known[place] for place in kept], frames)


def _renamed(body: _Body, person: str, name: str) -> _Body:
    known = [
        _Known(each.kind, name, each.number, each.attributes) if _is(each, person) else each
        for each in body.known
    ]
    return _Body(body.width, body.height, known, body.frames)


def _is(known: _Known, person: str) -> bool:
    return known.kind == FACE and known.label == person


def _plain(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes as a record has them."""
    return {str(name): msgspec.to_builtins(value) for name, value in attributes.items()}


def _alike(before: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether two say the same but for the last digits."""
    if before is now or before == now:
        return True
    return before.keys() == now.keys() and all(_nearly(before[name], now[name]) for name in now)


def _nearly(before: Any, now: Any) -> bool:
    if isinstance(before, float) and isinstance(now, float):
        return abs(before - now) <= _ALIKE * max(abs(before), abs(now))
    return bool(before == now)
