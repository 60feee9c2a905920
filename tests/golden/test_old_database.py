"""The record of visits that version 0.1.0 has written is read as that version read it.

events-0.1.0.db was made by the code of version 0.1.0 (commit 1b6ec94): Database, Journal with two places in
its queue, and Outbox, on a clock that began on 2026-01-05 at 9:00 UTC, with numbers counted up instead of
random ones. It holds, one after the other:

1. Ada Lovelace, an ended visit; the webhook took the announcement, Slack refused it.
2. Charles Babbage, an ended visit without a picture; both announcements were dropped for want of room, the
   webhook's after an attempt.
3. A stranger, with 512 random numbers of unit length as embedding. Both announcements wait: the webhook's
   `uncertain` is set, since no answer came, and Slack's has a receipt, since the message is out and its
   picture is not.
4. Mary Somerville, whose visit goes on; both announcements wait untried, each behind the stranger's.

The channels are those of `--notify_webhook https://example.org/visits` and `--notify_slack_channel faces`.
The pictures are a drawn ramp of 64x64, and lie in the announcements only; the files of data/snapshots are not
here. events-0.1.0.json is what that version's `python -m svod_rcgn.events --format json` says of it, in
UTC. A run of video.py on a copy needs --retention_days 99999, or it deletes what is so old.
"""

import csv
import io
import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.golden.homes import Home
from tests.golden.records import FOLDER, differences, read

TOLD = read("events-0.1.0")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    (home.folder / "data").mkdir()
    shutil.copy(FOLDER / "events-0.1.0.db", home.folder / "data" / "events.db")
    return home


def _rows(home: Home) -> dict[str, list[dict[str, Any]]]:
    with closing(sqlite3.connect(home.folder / "data" / "events.db")) as database:
        database.row_factory = sqlite3.Row
        tables = "visits", "announcements"
        return {table: [dict(row) for row in database.execute(f"SELECT * FROM {table}")] for table in tables}


def test_an_old_database_is_told_as_its_own_version_told_it(home: Home) -> None:
    assert differences(TOLD, json.loads(home.must("events", "--format", "json"))) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        (("--unknown",), [3]),
        (("--person", "Ada Lovelace"), [1]),
        (("--camera", "yard"), [2, 4]),
        (("--camera", "yard", "--limit", "1"), [4]),
        (("--since", "2026-01-05T10:30"), [3, 4]),
        (("--person", "Nobody"), []),
    ],
)
def test_an_old_database_is_searched_as_before(
    home: Home, words: tuple[str, ...], numbers: list[int]
) -> None:
    found = json.loads(home.must("events", "--format", "json", *words))
    assert differences([entry for entry in TOLD if entry["id"] in numbers], found) == []


@pytest.mark.slow
def test_an_old_database_fills_the_same_spreadsheet(home: Home) -> None:
    rows = list(csv.DictReader(io.StringIO(home.must("events", "--format", "csv"))))
    assert [row["person"] for row in rows] == [entry["person"] or "" for entry in TOLD]
    assert [row["from"] for row in rows] == [entry["from"] for entry in TOLD]
    assert [row["to"] for row in rows] == [entry["to"] if entry["over"] else "" for entry in TOLD]
    assert [row["picture"] for row in rows] == [entry["picture"] or "" for entry in TOLD]
    assert [row["announced"] for row in rows] == [
        "; ".join(map(_told, each["announcements"])) for each in TOLD
    ]


def _told(delivery: dict[str, Any]) -> str:
    reason = f" ({delivery['reason']})" if delivery["reason"] else ""
    return f"{delivery['channel']}: {delivery['state']}{reason}"


@pytest.mark.slow
def test_reading_an_old_database_loses_nothing_of_it(home: Home) -> None:
    before = _rows(home)
    home.must("events")
    after = _rows(home)
    assert {table: len(rows) for table, rows in after.items()} == {"visits": 4, "announcements": 8}
    assert [_facts(row) for row in after["announcements"]] == [_facts(row) for row in before["announcements"]]
    for row in (*before["announcements"], *after["announcements"]):
        del row["body"]  # now an event, whose facts have been compared
    assert differences(before, after, more=True) == []


def _facts(row: dict[str, Any]) -> tuple[Any, ...] | None:
    """What an announcement tells: as 0.1.0 wrote it, or as an event."""
    if row["body"] is None:
        return None
    told = json.loads(row["body"])
    if "subject" not in told:
        return tuple(told[key] for key in ("id", "name", "camera", "time", "share", "score", "fields"))
    share, name = told["measures"]["share"], told["subject"]["label"]
    return told["id"], name, told["source"], told["time"], share, told["score"], told["attributes"]


def test_an_old_database_holds_an_announcement_in_every_state(home: Home) -> None:
    rows = _rows(home)["announcements"]
    waiting = [row for row in rows if row["state"] == "waiting"]
    assert {row["state"] for row in rows} == {"waiting", "sent", "refused", "dropped"}
    assert {row["channel"].split()[0] for row in waiting} == {"webhook", "slack"}
    assert [row["channel"].split()[0] for row in waiting if row["uncertain"]] == ["webhook"]
    assert [row["channel"].split()[0] for row in waiting if row["receipt"]] == ["slack"]
