"""Announcements that are due, kept until their channel has taken them."""

import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from time import time as wall_clock
from typing import Any

import msgspec

from ..records import Event
from ..storage.sqlite import Connection, Row
from .database import Database

log = logging.getLogger(__name__)


class State(str, Enum):
    """What became of an announcement."""

    WAITING = "waiting"
    SENT = "sent"
    REFUSED = "refused"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, eq=False)
class Delivery:
    """An event on its way to a channel.

    `id` is the delivery's own. `picture` is a JPEG of the subject, or None. `uncertain` is the time, in
    seconds since the epoch, of an attempt whose outcome nobody knows: the process died or the line broke
    before the answer came. `receipt` is what the channel noted when it had done a part of the work; ""
    at first.
    """

    event: Event
    channel: str
    picture: bytes | None = None
    attempts: int = 0
    uncertain: float | None = None
    receipt: str = ""
    id: str = field(default_factory=lambda: uuid.uuid4().hex)


class Outbox:
    """The queue of each channel, oldest first.

    Sent and refused announcements keep their row, so that it can be told what became of them, but
    neither their text nor their picture.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def next(self, channel: str) -> Delivery | None:
        """The oldest announcement that waits for a channel; one that cannot be read holds up no other."""
        while rows := self._database.rows(
            "SELECT * FROM announcements WHERE channel = ? AND state = ? ORDER BY created, rowid LIMIT 1",
            (channel, State.WAITING.value),
        ):
            try:
                return _delivery(rows[0])
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                log.warning("%s: one announcement is damaged and was left out: %s", channel, error)
                self._settle(rows[0]["id"], State.REFUSED, f"damaged: {error}")
        return None

    def begin(self, delivery: Delivery) -> None:
        """Note that the sending begins, so that a crash in the midst of it is known afterwards."""
        self._set(delivery.id, "attempts = attempts + 1, uncertain = coalesce(uncertain, ?)", wall_clock())

    def note(self, delivery: Delivery, receipt: str) -> None:
        """Note that the channel has done a part, which is not to be done again."""
        self._set(delivery.id, "receipt = ?, uncertain = NULL", receipt)

    def sent(self, delivery: Delivery) -> None:
        """The channel has taken it."""
        self._settle(delivery.id, State.SENT, None)

    def refused(self, delivery: Delivery, reason: str) -> None:
        """The channel will never take it."""
        self._settle(delivery.id, State.REFUSED, reason)

    def postponed(self, delivery: Delivery, reason: str, *, uncertain: bool) -> None:
        """The channel did not take it now, or `uncertain`: nobody knows whether it did."""
        self._set(delivery.id, "reason = ?" if uncertain else "reason = ?, uncertain = NULL", reason)

    def waiting(self) -> dict[str, int]:
        """How many announcements wait for each channel."""
        rows = self._database.rows(
            "SELECT channel, count(*) AS waiting FROM announcements WHERE state = ? GROUP BY channel",
            (State.WAITING.value,),
        )
        return {row["channel"]: row["waiting"] for row in rows}

    def _settle(self, number: str, state: State, reason: str | None) -> None:
        self._set(
            number,
            "state = ?, reason = ?, settled = ?, body = NULL, picture = NULL, uncertain = NULL",
            state.value,
            reason,
            wall_clock(),
        )

    def _set(self, number: str, changes: str, *values: Any) -> None:
        with self._database.transaction() as connection:
            connection.execute(
                f"UPDATE announcements SET {changes} WHERE id = ?",  # noqa: S608 - changes are ours
                (*values, number),
            )


def post(connection: Connection, visit: int, deliveries: Sequence[Delivery], limit: int) -> Sequence[str]:
    """Queue deliveries within a transaction.

    Args:
        connection: The transaction.
        visit: The row of the visit that they tell of.
        deliveries: At most one for each channel.
        limit: How many may wait for a channel; the oldest make room.

    Returns:
        The channels where one was dropped.
    """
    for each in deliveries:
        connection.execute(
            "INSERT INTO announcements (id, visit, channel, body, picture, state, created)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                each.id, visit, each.channel, msgspec.json.encode(each.event), each.picture,
                State.WAITING.value, wall_clock(),
            ),
        )  # fmt: skip
    return [each.channel for each in deliveries if _drop_oldest(connection, each.channel, limit)]


def _drop_oldest(connection: Connection, channel: str, limit: int) -> bool:
    dropped = connection.execute(
        "UPDATE announcements SET state = ?, settled = ?, body = NULL, picture = NULL WHERE rowid IN"
        " (SELECT rowid FROM announcements WHERE channel = ? AND state = ?"
        " ORDER BY created DESC, rowid DESC LIMIT -1 OFFSET ?)",
        (State.DROPPED.value, wall_clock(), channel, State.WAITING.value, limit),
    )
    return dropped.rowcount > 0


def _delivery(row: Row) -> Delivery:
    event = msgspec.json.decode(row["body"], type=Event)
    return Delivery(
        event,
        row["channel"],
        row["picture"],
        row["attempts"],
        row["uncertain"],
        row["receipt"] or "",
        row["id"],
    )
