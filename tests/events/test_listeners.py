"""What becomes of visits: told, written down, kept to be named."""

from dataclasses import replace

import pytest

from svod_rcgn.errors import HistoryError
from svod_rcgn.events.listeners import Snapshot
from svod_rcgn.faces.settings import StrangerSettings
from svod_rcgn.faces.strangers.collect import AT_ONCE, StrangerCollector
from svod_rcgn.faces.strangers.folder import StrangerFolder
from svod_rcgn.history.database import Database
from svod_rcgn.history.visits import Journal, VisitQuery
from svod_rcgn.notify.console import ConsoleAnnouncer
from svod_rcgn.notify.recorder import VisitRecorder
from svod_rcgn.records import FACE, Frame, Visit
from tests.faces.galleries import directions
from tests.fakes import BLUE, RED, FakeAligner, FakeNotifier, event, person, picture, sighting, stranger

ANN, BEN = directions(2)
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


@pytest.mark.parametrize(("unknown", "names"), [(False, ["Ann"]), (True, ["Ann", None])])
def test_strangers_are_announced_where_that_is_wished(unknown, names):
    notifier = FakeNotifier()
    announcer = ConsoleAnnouncer([notifier], unknown=unknown)
    announcer.begun(EVENT, VISIT, None)
    announcer.begun(STRANGE_EVENT, STRANGER, None)
    assert [event.subject.label for event in notifier.events] == names


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


def _collector(folder):
    settings = StrangerSettings(pictures=2)
    return StrangerCollector(StrangerFolder(folder, settings), FakeAligner(), settings)


def _see(collector, subject, embedding, worth=0.8):
    seen = sighting(subject.label, worth=worth, embedding=embedding)
    collector.seen(Frame(picture(RED), 0, 0.0, "door"), {subject: seen})


def test_a_strangers_good_faces_are_kept_when_the_visit_is_over(tmp_path):
    collector = _collector(tmp_path)
    for worth in (0.1, 0.8, 0.9):
        _see(collector, stranger(3), ANN, worth)
    assert list(tmp_path.iterdir()) == []
    collector.ended(STRANGER, None)
    assert [path.name for path in tmp_path.rglob("*.png")] == ["001.png"]


def test_nothing_is_kept_of_persons_passers_by_and_whoever_gets_a_name(tmp_path):
    collector = _collector(tmp_path)
    _see(collector, person("Ann"), ANN)
    collector.ended(VISIT, None)
    _see(collector, stranger(3), ANN)
    collector.withdrawn(STRANGER)
    collector.ended(STRANGER, None)
    _see(collector, stranger(4), None)
    collector.ended(replace(STRANGER, subject=stranger(4)), None)
    assert list(tmp_path.iterdir()) == []


def test_passers_by_do_not_pile_up(tmp_path):
    collector = _collector(tmp_path)
    for number in range(1, AT_ONCE + 2):
        _see(collector, stranger(number), ANN)
    collector.ended(replace(STRANGER, subject=stranger(1)), None)
    assert list(tmp_path.iterdir()) == []
    collector.ended(replace(STRANGER, subject=stranger(AT_ONCE + 1)), None)
    assert [path.name for path in tmp_path.iterdir()] == ["visitor-001"]


def test_a_full_disk_does_not_end_the_camera(tmp_path, caplog):
    (tmp_path / "clarify").write_text("a file where the folder should be")
    collector = _collector(tmp_path / "clarify")
    _see(collector, stranger(3), ANN)
    collector.ended(STRANGER, None)
    assert "could not be stored" in caplog.text
