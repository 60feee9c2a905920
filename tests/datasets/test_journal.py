import hashlib
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from svod_rcgn.datasets import transfer
from svod_rcgn.datasets.collection import create_dataset
from svod_rcgn.errors import DatasetError
from tests.datasets.makers import CAT, DOG, box, new, said
from tests.datasets.somebody import Somebody


def _rows(dataset, table="state"):
    return [tuple(row) for row in dataset._database.rows(f"SELECT * FROM {table} ORDER BY 1, 2, 3")]


def _exported(dataset, folder):
    """The bytes of all files of two exports that hold all there is."""
    digests = {}
    for layout in ("coco", "csv"):
        transfer.export(dataset, folder / layout, layout)
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digests[path.relative_to(folder).as_posix()] = hashlib.sha256(path.read_bytes()).hexdigest()
    return digests


@pytest.fixture
def filled(dataset):
    dataset.add([new(number, yes=[CAT], boxes=(box(DOG, 1, 2, 3.5, 4),)) for number in range(1, 4)], "a")
    dataset.tag([dataset.pictures()[0].hash], [DOG], said=False)
    dataset.rename(CAT, "Мой кот")
    return dataset


@pytest.mark.slow
def test_a_thousand_random_acts_and_as_many_undos_give_back_the_same_bytes(filled, tmp_path):
    before, rows = _exported(filled, tmp_path / "before"), _rows(filled)
    begin = filled.state
    somebody = Somebody(filled, random.Random(1))
    while filled.state - begin < 1000:
        somebody.act()
    changed = _exported(filled, tmp_path / "changed")
    for act in sorted((act for act in filled.log() if act.number > begin), key=lambda act: -act.number):
        # Backwards each act is in force when its turn comes, be it an undo itself.
        filled.undo(act.number)
    assert filled.state - begin >= 2000
    assert _exported(filled, tmp_path / "after") == before != changed
    assert _rows(filled) == rows


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**9))
def test_the_state_is_what_the_acts_give_when_replayed(tmp_path_factory, seed):
    dataset = create_dataset(tmp_path_factory.mktemp("replayed"), "things", "Ada")
    dataset.add([new(number, yes=[CAT]) for number in range(1, 4)], "a")
    somebody = Somebody(dataset, random.Random(seed))
    for _ in range(30):
        somebody.act()
    state, undone = _rows(dataset), dataset._database.rows("SELECT act FROM undone ORDER BY act")
    now = said(dataset)
    assert said(dataset, at=dataset.state) == now
    dataset.rebuild()
    assert _rows(dataset) == state
    assert [tuple(row) for row in dataset._database.rows("SELECT act FROM undone ORDER BY act")] == [
        tuple(row) for row in undone
    ]
    assert said(dataset) == now
    dataset.close()


def test_each_past_state_can_be_looked_at(dataset):
    states = {0: {}}
    dataset.add([new(1)], "a")
    states[1] = said(dataset)
    dataset.tag([dataset.pictures()[0].hash], [CAT])
    states[2] = said(dataset)
    dataset.undo()
    states[3] = said(dataset)
    dataset.undo(3)
    states[4] = said(dataset)
    assert states[4] == states[2] != states[3] == states[1]
    assert {number: said(dataset, at=number) for number in states} == states
    with pytest.raises(DatasetError, match="there is no act 5; the last one is 4"):
        dataset.pictures(at=5)


def test_any_act_can_be_undone_and_counts_as_if_it_had_never_been(dataset):
    dataset.add([new(1, yes=[CAT])], "a")
    dataset.rename(CAT, DOG)
    dataset.add([new(2, yes=[DOG])], "b")
    dataset.undo(2)
    assert said(dataset) == {"picture-1.png": ((CAT,), (), None), "picture-2.png": ((CAT,), (), None)}
    dataset.undo(1)
    assert said(dataset) == {"picture-2.png": ((CAT,), (), None)}


def test_undo_without_a_number_goes_back_step_by_step(dataset):
    dataset.add([new(1)], "a")
    (digest,) = (each.hash for each in dataset.pictures())
    dataset.tag([digest], [CAT])
    dataset.tag([digest], [DOG])
    assert [dataset.undo().undoes for _ in range(3)] == [3, 2, 1]
    with pytest.raises(DatasetError, match="there is nothing to undo"):
        dataset.undo()


def test_what_is_undone_cannot_be_undone_again_but_done_again(dataset):
    dataset.add([new(1)], "a")
    undoing = dataset.undo()
    with pytest.raises(DatasetError, match="act 1 is undone already"):
        dataset.undo(1)
    dataset.undo(undoing.number)
    assert len(dataset.pictures()) == 1
    with pytest.raises(DatasetError, match="there is no act 99; the last one is 3"):
        dataset.undo(99)


def test_a_purge_cannot_be_undone_and_is_passed_over(dataset):
    dataset.add([new(1), new(2)], "a")
    dataset.delete([dataset.pictures()[0].hash])
    dataset.purge()
    with pytest.raises(DatasetError, match="removed pictures from the disk; it cannot be undone"):
        dataset.undo(3)
    assert dataset.undo().undoes == 2
    assert len(dataset.pictures()) == 1


def test_the_log_says_who_did_what_and_what_is_undone(dataset):
    dataset.add([new(1, yes=[CAT])], "holiday/")
    dataset.tag([dataset.pictures()[0].hash], [DOG, CAT], said=False)
    dataset.undo()
    assert [
        (act.number, act.who, act.kind, act.summary, act.undone, act.undoes) for act in dataset.log()
    ] == [
        (1, "Ada", "add", "1 picture from holiday/", False, None),
        (2, "Ada", "tag as not", "1 picture: dog, cat", True, None),
        (3, "Ada", "undo", "tag as not 1 picture: dog, cat", False, 2),
    ]
    assert [act.number for act in dataset.log(2)] == [2, 3]
