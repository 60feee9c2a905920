"""Announcements that are due, kept until their channel has taken them."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from time import time as wall_clock
from typing import Any

import msgspec

from .database import Database


@dataclass(frozen=True, slots=True)
class Announcement:
    """What one channel is to be told of one event.

    `id` stays the same however often the sending is tried; `time` is in seconds since the epoch;
    `picture` is a JPEG of the face, or None.
    """

    id: str
    name: str | None
    time: float
    share: float
    score: float
    camera: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    picture: bytes | None = None


class State(str, Enum):
    """What became of an announcement."""

    WAITING = "waiting"
    SENT = "sent"
    REFUSED = "refused"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Letter:
    """An announcement on its way.

    `uncertain` is the time, in seconds since the epoch, of an attempt whose outcome nobody knows: the
    process died or the line broke before the answer came. `receipt` is what the channel noted when it
    had done a part of the work; "" at first.
    """

    announcement: Announcement
    attempts: int
    uncertain: float | None
    receipt: str


class Outbox:
    """The queue of each channel, oldest first.

    Sent and refused announcements keep their row, so that it can be told what became of them, but
    neither their text nor their picture.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def next(self, channel: str) -> Letter | None:
        """The oldest announcement that waits for a channel."""
        rows = self._database.rows(
            "SELECT * FROM announcements WHERE channel = ? AND state = ? ORDER BY created, rowid LIMIT 1",
            (channel, State.WAITING.value),
        )
        return _letter(rows[0]) if rows else None

    def begin(self, letter: Letter) -> None:
        """Note that the sending begins, so that a crash in the midst of it is known afterwards."""
        self._set(letter, "attempts = attempts + 1, uncertain = coalesce(uncertain, ?)", wall_clock())

    def note(self, letter: Letter, receipt: str) -> None:
        """Note that the channel has done a part, which is not to be done again."""
        self._set(letter, "receipt = ?, uncertain = NULL", receipt)

    def sent(self, letter: Letter) -> None:
        """The channel has taken it."""
        self._settle(letter, State.SENT, None)

    def refused(self, letter: Letter, reason: str) -> None:
        """The channel will never take it."""
        self._settle(letter, State.REFUSED, reason)

    def postponed(self, letter: Letter, reason: str, *, uncertain: bool) -> None:
        """The channel did not take it now, or `uncertain`: nobody knows whether it did."""
        self._set(letter, "reason = ?" if uncertain else "reason = ?, uncertain = NULL", reason)

    def waiting(self) -> dict[str, int]:
        """How many announcements wait for each channel."""
        rows = self._database.rows(
            "SELECT channel, count(*) AS waiting FROM announcements WHERE state = ? GROUP BY channel",
            (State.WAITING.value,),
        )
        return {row["channel"]: row["waiting"] for row in rows}

    def _settle(self, letter: Letter, state: State, reason: str | None) -> None:
        self._set(
            letter,
            "state = ?, reason = ?, settled = ?, body = NULL, picture = NULL, uncertain = NULL",
            state.value,
            reason,
            wall_clock(),
        )

    def _set(self, letter: Letter, changes: str, *values: Any) -> None:
        with self._database.transaction() as connection:
            connection.execute(
                f"UPDATE announcements SET {changes} WHERE id = ?",  # noqa: S608 - changes are ours
                (*values, letter.announcement.id),
            )


def post(
    connection: sqlite3.Connection, visit: int, letters: Mapping[str, Announcement], limit: int
) -> Sequence[str]:
    """Queue announcements within a transaction.

    Args:
        connection: The transaction.
        visit: The row of the visit that they tell of.
        letters: An announcement for each channel.
        limit: How many may wait for a channel; the oldest make room.

    Returns:
        The channels where one was dropped.
    """
    for channel, announcement in letters.items():
        connection.execute(
            "INSERT INTO announcements (id, visit, channel, body, picture, state, created)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                announcement.id,
                visit,
                channel,
                _body(announcement),
                announcement.picture,
                State.WAITING.value,
                wall_clock(),
            ),
        )
    return [channel for channel in letters if _drop_oldest(connection, channel, limit)]


def _drop_oldest(connection: sqlite3.Connection, channel: str, limit: int) -> bool:
    dropped = connection.execute(
        "UPDATE announcements SET state = ?, settled = ?, body = NULL, picture = NULL WHERE rowid IN"
        " (SELECT rowid FROM announcements WHERE channel = ? AND state = ?"
        " ORDER BY created DESC, rowid DESC LIMIT -1 OFFSET ?)",
        (State.DROPPED.value, wall_clock(), channel, State.WAITING.value, limit),
    )
    return dropped.rowcount > 0


def _body(announcement: Announcement) -> bytes:
    return msgspec.json.encode(replace(announcement, picture=None))


def _letter(row: sqlite3.Row) -> Letter:
    announcement = msgspec.json.decode(row["body"], type=Announcement)
    announcement = replace(announcement, picture=row["picture"])
    return Letter(announcement, row["attempts"], row["uncertain"], row["receipt"] or "")
