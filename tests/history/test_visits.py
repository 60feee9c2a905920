import os
import stat

import numpy as np

from svod_rcgn.history.visits import VisitQuery
from tests.events.visitors import announcement, record
from tests.faces.galleries import directions

(ANN,) = directions(1)


def _pictures(tmp_path):
    folder = tmp_path / "snapshots"
    return sorted(folder.iterdir()) if folder.exists() else []


def _persons(journal, **query):
    return [entry.person for entry in journal.entries(VisitQuery(**query))]


def test_a_visit_is_read_back_with_its_announcements(journal, tmp_path):
    number, full = journal.begin(record(), b"jpeg", {"slack": announcement(), "webhook": announcement()})
    journal.update(number, 1100.0, 0.95, over=True)
    (entry,) = journal.entries(VisitQuery())
    assert (entry.person, entry.camera, entry.first, entry.last) == ("Ann", "door", 1000.0, 1100.0)
    assert (entry.score, entry.over, full) == (0.95, True, [])
    assert entry.snapshot.read_bytes() == b"jpeg"
    assert [(d.channel, d.state, d.attempts) for d in entry.announcements] == [
        ("slack", "waiting", 0),
        ("webhook", "waiting", 0),
    ]


def test_pictures_are_for_the_owner_alone(journal, tmp_path):
    journal.begin(record(), b"jpeg", {})
    (path,) = _pictures(tmp_path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_better_picture_takes_the_place_of_the_first(journal, tmp_path):
    number, _ = journal.begin(record(), b"first", {})
    journal.illustrate(number, b"better")
    assert [path.read_bytes() for path in _pictures(tmp_path)] == [b"better"]


def test_visits_are_filtered(journal):
    journal.begin(record("Ann", "door", 100, 200), None, {})
    journal.begin(record("Ben", "garden", 300, 400), None, {})
    journal.begin(record(None, "door", 500, 600, stranger=1), None, {})
    assert _persons(journal) == ["Ann", "Ben", None]
    assert _persons(journal, person="Ben") == ["Ben"]
    assert _persons(journal, camera="door") == ["Ann", None]
    assert _persons(journal, since=400) == ["Ben", None]
    assert _persons(journal, unknown=True) == [None]
    assert _persons(journal, limit=2) == ["Ben", None]
    assert _persons(journal, person="'; DROP TABLE visits; --") == []


def test_a_visit_that_is_taken_back_leaves_nothing(journal, outbox, tmp_path):
    number, _ = journal.begin(record(None, stranger=1), b"jpeg", {"slack": announcement()})
    journal.withdraw(number)
    assert journal.entries(VisitQuery()) == []
    assert outbox.next("slack") is None
    assert _pictures(tmp_path) == []


def test_a_visit_that_was_told_of_stays_when_it_is_taken_back(journal, outbox):
    number, _ = journal.begin(record(None, stranger=1), None, {"slack": announcement()})
    letter = outbox.next("slack")
    outbox.begin(letter)
    outbox.sent(letter)
    journal.withdraw(number)
    (entry,) = journal.entries(VisitQuery())
    assert entry.over
    assert [delivery.state for delivery in entry.announcements] == ["sent"]


def test_visits_that_were_going_on_can_be_gone_on_with(journal):
    journal.begin(record("Old", last=100), None, {})
    number, _ = journal.begin(record("Ann", last=180), None, {})
    journal.begin(record("Elsewhere", camera="garden", last=190), None, {})
    stranger, _ = journal.begin(record(None, last=185, stranger=4, embedding=ANN), None, {})
    going_on = journal.resume("door", since=150)
    assert {number: r.person for number, r in going_on.items()} == {number: "Ann", stranger: None}
    assert going_on[stranger].stranger == 4
    assert np.array_equal(going_on[stranger].embedding, ANN)
    over = {entry.person: entry.over for entry in journal.entries(VisitQuery())}
    assert over == {"Old": True, "Ann": False, "Elsewhere": False, None: False}


def test_what_is_too_old_is_deleted_with_its_pictures(journal, tmp_path):
    journal.begin(record("Old", last=100), b"old", {"slack": announcement()})
    journal.begin(record("New", last=300), b"new", {})
    assert journal.forget_before(200) == 1
    assert _persons(journal) == ["New"]
    assert [path.read_bytes() for path in _pictures(tmp_path)] == [b"new"]


def test_a_picture_that_a_crash_left_behind_is_deleted_in_time(journal, tmp_path):
    journal.begin(record("New", last=10_000), b"new", {})
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
        journal.begin(record(name), b"jpeg", {"slack": announcement(name)})
    journal.begin(record("Ann"), None, {})
    assert journal.forget(name) == 3
    assert _persons(journal) == ["Ann"]
    assert _pictures(tmp_path) == []
    for path in tmp_path.glob("events.db*"):
        assert name.encode() not in path.read_bytes()


def test_a_person_can_be_renamed(journal):
    journal.begin(record("Ann"), None, {})
    assert journal.rename("Ann", "Anna") == 1
    assert _persons(journal) == ["Anna"]


def test_without_a_folder_no_picture_is_kept(database, tmp_path):
    from svod_rcgn.history.visits import Journal

    journal = Journal(database, None, queue=3)
    number, _ = journal.begin(record(), b"jpeg", {})
    journal.illustrate(number, b"better")
    assert journal.entries(VisitQuery())[0].snapshot is None
    assert _pictures(tmp_path) == []


def test_a_full_queue_drops_the_oldest_and_says_so(journal, outbox):
    told = [announcement(f"P{n}") for n in range(5)]
    full = [journal.begin(record(), None, {"slack": letter})[1] for letter in told]
    assert full == [[], [], [], ["slack"], ["slack"]]
    assert outbox.waiting() == {"slack": 3}
    assert outbox.next("slack").announcement == told[2]
    states = [entry.announcements[0].state for entry in journal.entries(VisitQuery())]
    assert states == ["dropped", "dropped", "waiting", "waiting", "waiting"]
