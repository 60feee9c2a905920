"""How the record of events has grown: numbered steps, each from one format to the next.

A step that has been released is never changed; a new format gets a step of its own at the end.
"""

import json
from collections.abc import Sequence

from ..storage.sqlite import Connection, Step


def _visits_and_announcements(connection: Connection) -> None:
    """Format 1: visits of persons and strangers, and what the channels are to be told of them."""
    connection.execute(
        """CREATE TABLE visits (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            person TEXT,
            stranger INTEGER,
            camera TEXT NOT NULL,
            first REAL NOT NULL,
            last REAL NOT NULL,
            score REAL NOT NULL,
            snapshot TEXT,
            embedding BLOB,
            over INTEGER NOT NULL DEFAULT 0
        )"""
    )
    connection.execute("CREATE INDEX visits_by_time ON visits (last)")
    connection.execute(
        """CREATE TABLE announcements (
            id TEXT PRIMARY KEY,
            visit INTEGER NOT NULL REFERENCES visits (id) ON DELETE CASCADE,
            channel TEXT NOT NULL,
            body BLOB,
            picture BLOB,
            state TEXT NOT NULL,
            created REAL NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0,
            uncertain REAL,
            receipt TEXT,
            reason TEXT,
            settled REAL
        )"""
    )
    connection.execute("CREATE INDEX announcements_due ON announcements (channel, state, created)")
    connection.execute("CREATE INDEX announcements_of_visit ON announcements (visit)")


def _subjects_of_any_kind(connection: Connection) -> None:
    """Format 2: visits of anything that has a kind, and events in the bodies of what is to be told."""
    for column in (
        "kind TEXT NOT NULL DEFAULT 'face'",
        "label TEXT",
        "number INTEGER",
        "event TEXT",
    ):
        connection.execute(f"ALTER TABLE visits ADD COLUMN {column}")
    new_id = "lower(hex(randomblob(16)))"
    connection.execute(f"UPDATE visits SET label = person, number = stranger, event = {new_id}")  # noqa: S608
    waiting = connection.execute("SELECT rowid, body FROM announcements WHERE body IS NOT NULL").fetchall()
    for number, body in waiting:
        connection.execute("UPDATE announcements SET body = ? WHERE rowid = ?", (_event_of(body), number))


def _events_of_rules(connection: Connection) -> None:
    """Format 3: what rules say lies beside the visits, with what they measured."""
    connection.execute("ALTER TABLE visits ADD COLUMN rule TEXT NOT NULL DEFAULT 'presence'")
    connection.execute("ALTER TABLE visits ADD COLUMN measures TEXT")
    connection.execute("ALTER TABLE visits ADD COLUMN clip TEXT")


def _observations(connection: Connection) -> None:
    """Format 4: what was seen, in blocks of some seconds of one camera."""
    connection.execute(
        """CREATE TABLE observations (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            camera TEXT NOT NULL,
            begun REAL NOT NULL,
            ended REAL NOT NULL,
            persons TEXT NOT NULL,
            body BLOB NOT NULL
        )"""
    )
    connection.execute("CREATE INDEX observations_by_time ON observations (begun)")


def _order_of_time(connection: Connection) -> None:
    """Format 5: visits are found by when they began, a page at a time."""
    connection.execute("CREATE INDEX visits_by_beginning ON visits (first, id)")
    connection.execute("CREATE INDEX visits_of_person ON visits (person, last)")


STEPS: Sequence[Step] = (
    _visits_and_announcements,
    _subjects_of_any_kind,
    _events_of_rules,
    _observations,
    _order_of_time,
)
"""The step at place n makes format n + 1 of format n; the first makes it of nothing."""


def _event_of(body: bytes) -> bytes:
    """An announcement as format 1 wrote it, as the event that format 2 writes."""
    told = json.loads(body)
    event = {
        "id": told["id"],
        "rule": "presence",
        "phase": "begun",
        "subject": {"kind": "face", "label": told["name"], "number": None},
        "source": told["camera"],
        "time": told["time"],
        "score": told["score"],
        "measures": {"share": told["share"]},
        "attributes": told.get("fields", {}),
    }
    return json.dumps(event, ensure_ascii=False).encode()
