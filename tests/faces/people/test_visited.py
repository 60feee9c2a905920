import pytest

from svod_rcgn.faces.people.search import PersonTraces
from svod_rcgn.faces.people.stores import VisitStore, all_stores
from svod_rcgn.faces.settings import Paths
from svod_rcgn.history.database import FILE, Database
from svod_rcgn.history.visits import SNAPSHOTS, Journal, VisitQuery, visits
from tests.events.visitors import delivery, visit

ANN = PersonTraces(frozenset({"Ann_Lee", "Ann Lee"}), frozenset(), frozenset())


@pytest.fixture
def paths(tmp_path):
    folders = {
        name: tmp_path / name for name in ("input_dir", "aligned_dir", "classifiers_dir", "clarify_dir")
    }
    return Paths(history_dir=tmp_path, **folders)


@pytest.fixture
def visited(paths, tmp_path):
    database = Database(tmp_path / FILE)
    journal = Journal(database, tmp_path / SNAPSHOTS, 10)
    for name in ("Ann Lee", "Bob", "Ann Lee"):
        journal.begin(visit(name), "door", picture=b"jpeg", deliveries=[delivery(name)])
    database.close()
    return VisitStore(paths)


def _persons(folder):
    return [entry.subject.label for entry in visits(folder, VisitQuery())]


def test_visits_are_found_by_the_name_shown(visited):
    assert [trace.what for trace in visited.search(ANN)] == ["2 visits of Ann Lee"]


def test_a_person_who_is_forgotten_leaves_no_visit_picture_or_announcement(visited, tmp_path):
    visited.forget("Ann_Lee", ANN)
    assert visited.search(ANN) == []
    assert _persons(tmp_path) == ["Bob"]
    assert len(list((tmp_path / SNAPSHOTS).iterdir())) == 1
    assert b"Ann" not in (tmp_path / FILE).read_bytes()


def test_visits_are_handed_over(visited, tmp_path):
    visited.hand_over("Ann_Lee", "Ann_Smith")
    assert _persons(tmp_path) == ["Ann Smith", "Bob", "Ann Smith"]


def test_where_nothing_was_recorded_nothing_is_made(paths, tmp_path):
    visited = VisitStore(paths)
    assert visited.search(ANN) == []
    visited.forget("Ann_Lee", ANN)
    visited.hand_over("Ann_Lee", "Bob")
    assert list(tmp_path.iterdir()) == []


def test_it_is_one_of_the_stores(paths):
    assert any(isinstance(store, VisitStore) for store in all_stores(paths))
