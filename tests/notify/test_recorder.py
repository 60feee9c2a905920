"""Visits written down, and what the channels are told of them."""

from dataclasses import replace

import pytest

from svod_rcgn.errors import HistoryError
from svod_rcgn.events.listeners import Snapshot
from svod_rcgn.history.database import Database
from svod_rcgn.history.visits import Journal, VisitQuery
from svod_rcgn.notify.recorder import VisitRecorder
from svod_rcgn.records import FACE, Visit
from tests.faces.galleries import directions
from tests.fakes import BLUE, RED, event, person, picture, stranger

(ANN,) = directions(1)
VISIT = Visit("1", person("Ann"), 1.0, 6.0, 0.9)
STRANGER = Visit("2", stranger(3), 1.0, 6.0, 0.8)
EVENT, STRANGE_EVENT = event("Ann", 6.0, 0.7, 0.85, "door", {"a": 1}), event(None, 6.0, 0.7, 0.85, "door")
SNAPSHOT = Snapshot(picture(RED), 0.5, ANN)


class FakeSender:
    channel = "slack"

    def __init__(self):
        self.woken = 0

    def wake(self):
        self.woken += 1


@pytest.fixture
def journal(tmp_path):
    database = Database(tmp_path / "events.db")
    yield Journal(database, tmp_path / "snapshots", 10)
    database.close()


def _recorder(journal, sender, unknown=False):
    return VisitRecorder(journal, [sender], "door", lambda time: 1000 + time, unknown=unknown)


def test_a_visit_is_recorded_from_beginning_to_end(journal, database_pictures):
    sender = FakeSender()
    recorder = _recorder(journal, sender)
    recorder.begun(EVENT, VISIT, SNAPSHOT)
    (first_picture,) = database_pictures()
    recorder.goes_on(replace(VISIT, last=8.0), SNAPSHOT)
    assert database_pictures() == [first_picture]
    recorder.ended(replace(VISIT, last=9.0, score=0.95), Snapshot(picture(BLUE), 0.8))
    (entry,) = journal.entries(VisitQuery())
    assert (entry.subject.label, entry.camera, entry.first, entry.last) == ("Ann", "door", 1001.0, 1009.0)
    assert (entry.score, entry.over, sender.woken) == (0.95, True, 1)
    assert database_pictures() != [first_picture]


@pytest.fixture
def database_pictures(tmp_path):
    return lambda: [path.read_bytes() for path in (tmp_path / "snapshots").iterdir()]


@pytest.mark.parametrize("unknown", [False, True])
def test_a_stranger_is_recorded_and_told_where_that_is_wished(journal, unknown):
    sender = FakeSender()
    _recorder(journal, sender, unknown).begun(STRANGE_EVENT, STRANGER, SNAPSHOT)
    (entry,) = journal.entries(VisitQuery())
    assert entry.subject.label is None
    assert len(entry.announcements) == sender.woken == unknown


def test_a_strangers_visit_is_taken_back(journal):
    recorder = _recorder(journal, FakeSender(), unknown=True)
    recorder.begun(STRANGE_EVENT, STRANGER, SNAPSHOT)
    recorder.withdrawn(STRANGER)
    recorder.ended(STRANGER, None)
    assert journal.entries(VisitQuery()) == []


def test_a_visit_of_the_process_before_is_gone_on_with(journal):
    first = _recorder(journal, FakeSender())
    first.begun(EVENT, VISIT, SNAPSHOT)
    (before,) = journal.resume("door", FACE, 0)
    second = _recorder(journal, FakeSender())
    second.take_over(before.visit.subject, before.row)
    second.ended(replace(VISIT, last=50.0), SNAPSHOT)
    (entry,) = journal.entries(VisitQuery())
    assert (entry.last, entry.over) == (1050.0, True)


def test_a_full_disk_is_told_once_and_ends_no_camera(caplog):
    class FullDisk:
        def begin(self, *_, **__):
            raise HistoryError("events.db: disk is full")

    recorder = _recorder(FullDisk(), FakeSender())
    for _ in range(3):
        recorder.begun(EVENT, VISIT, SNAPSHOT)
        recorder.goes_on(VISIT, SNAPSHOT)
        recorder.ended(VISIT, SNAPSHOT)
    assert caplog.text.count("disk is full") == 1
