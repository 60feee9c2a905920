import os
import stat
from dataclasses import replace

import numpy as np

from svod_rcgn.history.visits import VisitQuery
from svod_rcgn.records import FACE, Subject
from tests.events.visitors import delivery, visit
from tests.faces.galleries import directions
from tests.fakes import person, stranger

(ANN,) = directions(1)


def _pictures(tmp_path):
    folder = tmp_path / "snapshots"
    return sorted(folder.iterdir()) if folder.exists() else []


def _begin(journal, begun, picture, deliveries=(), camera="door", embedding=None):
    return journal.begin(begun, camera, picture=picture, embedding=embedding, deliveries=deliveries)


def _persons(journal, **query):
    return [entry.subject.label for entry in journal.entries(VisitQuery(**query))]


def test_a_visit_is_read_back_with_its_announcements(journal, tmp_path):
    number, full = _begin(journal, visit(), b"jpeg", [delivery(channel="slack"), delivery(channel="webhook")])
    journal.update(number, 1100.0, 0.95, over=True)
    (entry,) = journal.entries(VisitQuery())
    assert (entry.subject.label, entry.camera, entry.first, entry.last) == ("Ann", "door", 1000.0, 1100.0)
    assert (entry.score, entry.over, full) == (0.95, True, [])
    assert entry.snapshot.read_bytes() == b"jpeg"
    assert [(d.channel, d.state, d.attempts) for d in entry.announcements] == [
        ("slack", "waiting", 0),
        ("webhook", "waiting", 0),
    ]


def test_pictures_are_for_the_owner_alone(journal, tmp_path):
    _begin(journal, visit(), b"jpeg")
    (path,) = _pictures(tmp_path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_better_picture_takes_the_place_of_the_first(journal, tmp_path):
    number, _ = _begin(journal, visit(), b"first")
    journal.illustrate(number, b"better")
    assert [path.read_bytes() for path in _pictures(tmp_path)] == [b"better"]


def test_visits_are_filtered(journal):
    _begin(journal, visit("Ann", 100, 200), None)
    _begin(journal, visit("Ben", 300, 400), None, camera="garden")
    _begin(journal, visit(None, 500, 600, stranger=1), None)
    assert _persons(journal) == ["Ann", "Ben", None]
    assert _persons(journal, person="Ben") == ["Ben"]
    assert _persons(journal, camera="door") == ["Ann", None]
    assert _persons(journal, since=400) == ["Ben", None]
    assert _persons(journal, unknown=True) == [None]
    assert _persons(journal, limit=2) == ["Ben", None]
    assert _persons(journal, person="'; DROP TABLE visits; --") == []


def test_strangers_are_people(journal):
    _begin(journal, visit(None, stranger=1), None)
    _begin(journal, replace(visit(), subject=Subject("picture", None)), None)
    assert len(journal.entries(VisitQuery())) == 2
    (entry,) = journal.entries(VisitQuery(unknown=True))
    assert entry.subject.kind == FACE


def test_a_visit_that_is_taken_back_leaves_nothing(journal, outbox, tmp_path):
    number, _ = _begin(journal, visit(None, stranger=1), b"jpeg", [delivery()])
    journal.withdraw(number)
    assert journal.entries(VisitQuery()) == []
    assert outbox.next("slack") is None
    assert _pictures(tmp_path) == []


def test_a_visit_that_was_told_of_stays_when_it_is_taken_back(journal, outbox):
    number, _ = _begin(journal, visit(None, stranger=1), None, [delivery()])
    waiting = outbox.next("slack")
    outbox.begin(waiting)
    outbox.sent(waiting)
    journal.withdraw(number)
    (entry,) = journal.entries(VisitQuery())
    assert entry.over
    assert [delivery.state for delivery in entry.announcements] == ["sent"]


def test_visits_that_were_going_on_can_be_gone_on_with(journal):
    _begin(journal, visit("Old", last=100), None)
    number, _ = _begin(journal, visit("Ann", last=180), None)
    _begin(journal, visit("Elsewhere", last=190), None, camera="garden")
    stranger_row, _ = _begin(journal, visit(None, last=185, stranger=4), None, embedding=ANN)
    first, second = journal.resume("door", FACE, since=150)
    assert (first.row, first.visit.subject) == (number, person("Ann"))
    assert (second.row, second.visit.subject) == (stranger_row, stranger(4))
    assert np.array_equal(second.embedding, ANN)
    over = {entry.subject.label: entry.over for entry in journal.entries(VisitQuery())}
    assert over == {"Old": True, "Ann": False, "Elsewhere": False, None: False}


def test_what_is_too_old_is_deleted_with_its_pictures(journal, tmp_path):
    _begin(journal, visit("Old", last=100), b"old", [delivery()])
    _begin(journal, visit("New", last=300), b"new")
    assert journal.forget_before(200) == 1
    assert _persons(journal) == ["New"]
    assert [path.read_bytes() for path in _pictures(tmp_path)] == [b"new"]


def test_a_picture_that_a_crash_left_behind_is_deleted_in_time(journal, tmp_path):
    _begin(journal, visit("New", last=10_000), b"new")
    lost = tmp_path / "snapshots" / "lost.jpg"
    lost.write_bytes(b"lost")
    other = tmp_path / "snapshots" / "notes.txt"
    other.write_text("a person's own")
    for path in (lost, other):
        os.utime(path, (100, 100))
    journal.forget_before(200)
    assert not lost.exists()
    assert other.exists()
    assert len(_pictures(tmp_path)) == 2


def test_a_person_who_is_forgotten_is_in_no_byte_of_the_file(journal, tmp_path):
    name = "Somebody With A Rare Name"
    for _ in range(3):
        _begin(journal, visit(name), b"jpeg", [delivery(name)])
    _begin(journal, visit("Ann"), None)
    assert journal.forget(name) == 3
    assert _persons(journal) == ["Ann"]
    assert _pictures(tmp_path) == []
    for path in tmp_path.glob("events.db*"):
        assert name.encode() not in path.read_bytes()


def test_a_person_can_be_renamed(journal):
    _begin(journal, visit("Ann"), None)
    assert journal.rename("Ann", "Anna") == 1
    assert _persons(journal) == ["Anna"]


def test_without_a_folder_no_picture_is_kept(database, tmp_path):
    from svod_rcgn.history.visits import Journal

    journal = Journal(database, None, queue=3)
    number, _ = _begin(journal, visit(), b"jpeg")
    journal.illustrate(number, b"better")
    assert journal.entries(VisitQuery())[0].snapshot is None
    assert _pictures(tmp_path) == []


def test_a_full_queue_drops_the_oldest_and_says_so(journal, outbox):
    told = [delivery(f"P{n}") for n in range(5)]
    full = [_begin(journal, visit(), None, [each])[1] for each in told]
    assert full == [[], [], [], ["slack"], ["slack"]]
    assert outbox.waiting() == {"slack": 3}
    assert outbox.next("slack").event == told[2].event
    states = [entry.announcements[0].state for entry in journal.entries(VisitQuery())]
    assert states == ["dropped", "dropped", "waiting", "waiting", "waiting"]


def test_visits_of_one_kind_are_not_gone_on_with_by_another(journal):
    _begin(journal, visit("Ann", last=180), None)
    car = replace(visit(last=180), subject=Subject("object", "car", 12))
    _begin(journal, car, None)
    (found,) = journal.resume("door", "object", since=150)
    assert found.visit == car


def test_a_clock_that_is_set_back_leaves_no_visit_that_ends_before_it_begins(journal):
    row, _ = journal.begin(replace(visit(), first=1000.0, last=1010.0), "door")
    journal.update(row, 400.0, 0.9, over=True)
    (entry,) = journal.entries(VisitQuery())
    assert (entry.first, entry.last) == (1000.0, 1000.0)
