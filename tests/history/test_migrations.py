"""A record of events that an older version wrote is brought to the newest format, whole or not at all."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from svod_rcgn.errors import HistoryError
from svod_rcgn.history import migrations
from svod_rcgn.history.database import FILE, Database
from svod_rcgn.history.outbox import Outbox
from svod_rcgn.history.visits import Journal
from svod_rcgn.notify.slack import SlackChannel
from svod_rcgn.notify.webhook import WebhookChannel
from svod_rcgn.records import FACE, Phase, Subject
from tests.notify.servers import Server, SlackServer, serving

OLD = Path(__file__).parents[1] / "golden" / "events-0.1.0.db"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return Path(shutil.copy(OLD, tmp_path / FILE))


def _left(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def _version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def test_an_old_record_is_brought_to_the_newest_format_and_its_copy_goes(old: Path) -> None:
    with closing(Database(old)):
        pass
    assert _version(old) == len(migrations.STEPS)
    assert _left(old.parent) == {FILE}


def test_a_new_record_has_the_newest_format(tmp_path: Path) -> None:
    with closing(Database(tmp_path / FILE)):
        pass
    assert _version(tmp_path / FILE) == len(migrations.STEPS)


def test_old_visits_get_subjects_and_ids(old: Path) -> None:
    with closing(Database(old)) as database:
        rows = database.rows("SELECT kind, label, number, person, stranger, event FROM visits ORDER BY id")
    assert [(row["kind"], row["label"], row["number"]) for row in rows] == [
        (FACE, "Ada Lovelace", None),
        (FACE, "Charles Babbage", None),
        (FACE, None, rows[2]["stranger"]),
        (FACE, "Mary Somerville", None),
    ]
    assert len({row["event"] for row in rows}) == len(rows)


def test_a_visit_that_went_on_is_gone_on_with(old: Path) -> None:
    with closing(Database(old)) as database:
        (camera,) = {row["camera"] for row in database.rows("SELECT camera FROM visits WHERE over = 0")}
        found = Journal(database, None, 10).resume(camera, FACE, since=0)
    assert Subject(FACE, "Mary Somerville") in [each.visit.subject for each in found]


def test_the_embedding_of_a_stranger_outlives_it(old: Path) -> None:
    with closing(Database(old)) as database:
        (camera,) = {row["camera"] for row in database.rows("SELECT camera FROM visits WHERE label IS NULL")}
        (stranger,) = [
            each
            for each in Journal(database, None, 10).resume(camera, FACE, since=0)
            if each.visit.subject.label is None
        ]
    assert stranger.embedding is not None
    assert stranger.embedding.shape == (512,)


def test_what_the_webhook_had_not_been_told_is_delivered(old: Path) -> None:
    with serving(Server()) as server, closing(Database(old)) as database:
        channel = WebhookChannel(server.url, None)
        _rename(database, "webhook", channel.name)
        outbox = Outbox(database)
        while (delivery := outbox.next(channel.name)) is not None:
            channel.deliver(delivery, lambda _: None)
            outbox.sent(delivery)
        bodies = [json.loads(request.body) for request in server.requests]
    assert [(body["type"], body["name"]) for body in bodies] == [
        ("visit.begun", None),
        ("visit.begun", "Mary Somerville"),
    ]
    assert all(body["picture"] for body in bodies)


def test_what_slack_had_taken_in_part_is_finished_and_not_said_again(old: Path) -> None:
    with serving(SlackServer()) as server, closing(Database(old)) as database:
        channel = SlackChannel("xoxb-token", "#faces", server.url)
        outbox = Outbox(database)
        delivery = outbox.next(channel.name)
        assert delivery is not None
        channel.deliver(delivery, lambda _: None)
        assert (server.messages, len(server.pictures)) == ([], 1)


def _rename(database: Database, kind: str, name: str) -> None:
    with database.transaction() as connection:
        connection.execute("UPDATE announcements SET channel = ? WHERE channel LIKE ?", (name, f"{kind} %"))


def test_an_old_waiting_announcement_is_an_event_with_all_that_it_told(old: Path) -> None:
    with closing(sqlite3.connect(old)) as connection:
        (body,) = connection.execute(
            "SELECT body FROM announcements WHERE state = 'waiting' ORDER BY created, rowid DESC LIMIT 1"
        ).fetchone()
    told = json.loads(body)
    with closing(Database(old)) as database:
        (event,) = [
            delivery.event
            for channel in Outbox(database).waiting()
            if (delivery := Outbox(database).next(channel)) and delivery.event.id == told["id"]
        ]
    assert (event.subject, event.phase, event.source) == (
        Subject(FACE, told["name"]), Phase.BEGUN, told["camera"],
    )  # fmt: skip
    assert (event.time, event.score, event.measures) == (
        told["time"], told["score"], {"share": told["share"]},
    )  # fmt: skip
    assert event.attributes == told["fields"]


def test_a_step_that_fails_leaves_the_old_record_as_it_was(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM visits")
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(migrations, "STEPS", (*migrations.STEPS, breaks))
    with pytest.raises(HistoryError, match="disk is full"):
        Database(old)
    assert _version(old) == 1
    with closing(sqlite3.connect(old)) as connection:
        assert connection.execute("SELECT count(*) FROM visits").fetchone() == (4,)
    assert _version(old.with_name(f"{FILE}.format-1")) == 1
    assert not old.with_name(f"{FILE}.format-1").stat().st_mode & 0o077


def test_a_newer_record_is_refused_and_left_alone(old: Path) -> None:
    with closing(sqlite3.connect(old)) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = old.read_bytes()
    with pytest.raises(HistoryError, match="written by a newer version; update this program"):
        Database(old)
    assert old.read_bytes() == before
