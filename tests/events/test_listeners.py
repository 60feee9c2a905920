"""What becomes of visits: told, written down, kept to be named."""

from dataclasses import replace

import pytest
from svod_rcgn.events.records import Event, Visit

from svod_rcgn.errors import HistoryError
from svod_rcgn.events.listeners import Snapshot
from svod_rcgn.faces.settings import StrangerSettings
from svod_rcgn.faces.strangers.collect import AT_ONCE, StrangerCollector
from svod_rcgn.faces.strangers.folder import StrangerFolder
from svod_rcgn.history.database import Database
from svod_rcgn.history.visits import Journal, VisitQuery
from svod_rcgn.notify.console import ConsoleAnnouncer
from svod_rcgn.notify.recorder import VisitRecorder
from svod_rcgn.records import Frame
from tests.faces.galleries import directions
from tests.fakes import BLUE, RED, FakeAligner, FakeNotifier, picture, sighting

ANN, BEN = directions(2)
VISIT, STRANGER = Visit("Ann", 1.0, 6.0, 0.9), Visit(3, 1.0, 6.0, 0.8)
EVENT, STRANGE_EVENT = Event("Ann", 6.0, 0.7, 0.85, "door", {"a": 1}), Event(None, 6.0, 0.7, 0.85, "door")
PORTRAIT = Snapshot(picture(RED), 0.5, ANN)


class FakeCourier:
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


def _recording(journal, sender, unknown=False):
    return VisitRecorder(journal, [sender], "door", lambda time: 1000 + time, unknown=unknown)


@pytest.mark.parametrize(("unknown", "names"), [(False, ["Ann"]), (True, ["Ann", None])])
def test_strangers_are_announced_where_that_is_wished(unknown, names):
    notifier = FakeNotifier()
    announcing = ConsoleAnnouncer([notifier], unknown=unknown)
    announcing.begun(VISIT, EVENT, None)
    announcing.begun(STRANGER, STRANGE_EVENT, None)
    assert [event.name for event in notifier.events] == names


def test_a_visit_is_recorded_from_beginning_to_end(journal, database_pictures):
    sender = FakeCourier()
    recording = _recording(journal, sender)
    recording.begun(VISIT, EVENT, PORTRAIT)
    (first_picture,) = database_pictures()
    recording.goes_on(replace(VISIT, last=8.0), PORTRAIT)
    assert database_pictures() == [first_picture]
    recording.ended(replace(VISIT, last=9.0, score=0.95), Snapshot(picture(BLUE), 0.8))
    (entry,) = journal.entries(VisitQuery())
    assert (entry.person, entry.camera, entry.first, entry.last) == ("Ann", "door", 1001.0, 1009.0)
    assert (entry.score, entry.over, sender.woken) == (0.95, True, 1)
    assert database_pictures() != [first_picture]


@pytest.fixture
def database_pictures(tmp_path):
    return lambda: [path.read_bytes() for path in (tmp_path / "snapshots").iterdir()]


@pytest.mark.parametrize("unknown", [False, True])
def test_a_stranger_is_recorded_and_told_where_that_is_wished(journal, unknown):
    sender = FakeCourier()
    _recording(journal, sender, unknown).begun(STRANGER, STRANGE_EVENT, PORTRAIT)
    (entry,) = journal.entries(VisitQuery())
    assert entry.person is None
    assert len(entry.announcements) == sender.woken == unknown


def test_a_strangers_visit_is_taken_back(journal):
    recording = _recording(journal, FakeCourier(), unknown=True)
    recording.begun(STRANGER, STRANGE_EVENT, PORTRAIT)
    recording.withdrawn(STRANGER)
    recording.ended(STRANGER, None)
    assert journal.entries(VisitQuery()) == []


def test_a_visit_of_the_process_before_is_gone_on_with(journal):
    first = _recording(journal, FakeCourier())
    first.begun(VISIT, EVENT, PORTRAIT)
    (number,) = journal.resume("door", 0)
    second = _recording(journal, FakeCourier())
    second.take_over("Ann", number)
    second.ended(replace(VISIT, last=50.0), PORTRAIT)
    (entry,) = journal.entries(VisitQuery())
    assert (entry.last, entry.over) == (1050.0, True)


def test_a_full_disk_is_told_once_and_ends_no_camera(caplog):
    class FullDisk:
        def begin(self, *_):
            raise HistoryError("events.db: disk is full")

    recording = _recording(FullDisk(), FakeCourier())
    for _ in range(3):
        recording.begun(VISIT, EVENT, PORTRAIT)
        recording.goes_on(VISIT, PORTRAIT)
        recording.ended(VISIT, PORTRAIT)
    assert caplog.text.count("disk is full") == 1


def _clarifying(folder):
    settings = StrangerSettings(pictures=2)
    return StrangerCollector(StrangerFolder(folder, settings), FakeAligner(), settings)


def _see(clarifying, who, embedding, worth=0.8, name=None):
    plain = sighting(name)
    seen = replace(plain, face=replace(plain.face, score=worth), embedding=embedding)
    clarifying.seen(Frame(picture(RED), 0, 0.0, "door"), {who: seen})


def test_a_strangers_good_faces_are_kept_when_the_visit_is_over(tmp_path):
    clarifying = _clarifying(tmp_path)
    for worth in (0.1, 0.8, 0.9):
        _see(clarifying, 3, ANN, worth)
    assert list(tmp_path.iterdir()) == []
    clarifying.ended(STRANGER, None)
    assert [path.name for path in tmp_path.rglob("*.png")] == ["001.png"]


def test_nothing_is_kept_of_persons_passers_by_and_whoever_gets_a_name(tmp_path):
    clarifying = _clarifying(tmp_path)
    _see(clarifying, "Ann", ANN, name="Ann")
    clarifying.ended(VISIT, None)
    _see(clarifying, 3, ANN)
    clarifying.withdrawn(STRANGER)
    clarifying.ended(STRANGER, None)
    _see(clarifying, 4, None)
    clarifying.ended(replace(STRANGER, who=4), None)
    assert list(tmp_path.iterdir()) == []


def test_passers_by_do_not_pile_up(tmp_path):
    clarifying = _clarifying(tmp_path)
    for number in range(1, AT_ONCE + 2):
        _see(clarifying, number, ANN)
    clarifying.ended(replace(STRANGER, who=1), None)
    assert list(tmp_path.iterdir()) == []
    clarifying.ended(replace(STRANGER, who=AT_ONCE + 1), None)
    assert [path.name for path in tmp_path.iterdir()] == ["visitor-001"]


def test_a_full_disk_does_not_end_the_camera(tmp_path, caplog):
    (tmp_path / "clarify").write_text("a file where the folder should be")
    clarifying = _clarifying(tmp_path / "clarify")
    _see(clarifying, 3, ANN)
    clarifying.ended(STRANGER, None)
    assert "could not be stored" in caplog.text
