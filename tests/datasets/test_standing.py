"""How a dataset stands is what reading all of it gives; after a change only what that touched is read."""

import random
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from svod_rcgn.datasets.collection import create_dataset, open_dataset
from svod_rcgn.datasets.shootings import group
from svod_rcgn.errors import ChangedError, DatasetError
from tests.datasets.makers import CAT, DOG, new
from tests.datasets.somebody import Somebody


def told(standing):
    return (
        standing.state,
        standing.pictures,
        standing.labels,
        standing.classes,
        standing.shootings,
        standing.doubled,
    )


def read_anew(dataset):
    """What somebody is told who has never asked before."""
    opened = open_dataset(dataset.folder.parent, dataset.name, "Bob")
    try:
        return told(opened.standing())
    finally:
        opened.close()


def many(dataset, count):
    dataset.add([new(number, yes=[CAT], shooting=f"hold {number // 4}") for number in range(count)], "a")


def rows_read_by(dataset, act):
    """How many rows are read to know how a dataset stands after an act, when that was known before."""
    dataset.standing()
    act()
    read = []
    rows = dataset._database.rows

    def counting(*question):
        found = rows(*question)
        read.append(len(found))
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dataset._database, "rows", counting)
        dataset.standing()
    return sum(read)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**9))
def test_after_any_acts_it_is_what_is_read_anew(tmp_path_factory, seed):
    dataset = create_dataset(tmp_path_factory.mktemp("standing"), "things", "Ada")
    # Beside these few, so many pictures that no act touches most of them.
    many(dataset, 12)
    dataset.add([new(number, yes=[DOG]) for number in range(1, 4)], "a")
    somebody = Somebody(dataset, random.Random(seed))
    while somebody.count < 12:
        somebody.act()
        assert told(dataset.standing()) == read_anew(dataset)
        with dataset.reading() as contents:
            assert contents.hashes() == dataset.hashes()
    pictures = dataset.standing().pictures
    assert pictures == tuple(dataset.pictures())
    tokens = {each.hash: each.shooting for each in pictures}
    assert dataset.standing().shootings == group(tokens, dataset.near_doubles())
    dataset.close()


@pytest.mark.parametrize(
    "act",
    [
        lambda dataset, digest: dataset.tag([digest], [DOG], said=False),
        lambda dataset, _: dataset.undo(),
        lambda dataset, digest: dataset.delete([digest]),
        lambda dataset, _: dataset.add([new(5000, yes=[CAT])], "a"),
    ],
    ids=["tag", "undo", "delete", "add"],
)
def test_after_a_change_only_what_it_touched_is_read(tmp_path, act):
    read = []
    for count in (12, 120):
        dataset = create_dataset(tmp_path, f"{count} things", "Ada")
        many(dataset, count)
        digest = dataset.hashes()[5]
        dataset.tag([digest], [DOG])
        read.append(rows_read_by(dataset, partial(act, dataset, digest)))
        assert told(dataset.standing()) == read_anew(dataset)
        dataset.close()
    assert read[0] == read[1] < 20


def test_what_another_process_does_is_known(dataset):
    many(dataset, 12)
    dataset.standing()
    other = open_dataset(dataset.folder.parent, dataset.name, "Bob")
    other.tag([other.hashes()[3]], [DOG])
    other.rename(CAT, "kitten")
    other.close()
    assert told(dataset.standing()) == read_anew(dataset)
    assert [each.label for each in dataset.standing().classes] == [DOG, "kitten"]


def test_what_was_taken_back_by_a_failure_is_not_remembered(dataset):
    many(dataset, 12)
    before = told(dataset.standing())

    def delete_and_fail():
        with dataset.unchanged_since(dataset.state):
            dataset.delete(dataset.hashes()[:2])
            assert len(dataset.standing().pictures) == 10
            dataset.rename("no such", "class")

    with pytest.raises(DatasetError, match="no class"):
        delete_and_fail()
    assert told(dataset.standing()) == before
    dataset.tag([dataset.hashes()[3]], [DOG])
    assert told(dataset.standing()) == read_anew(dataset)


def test_what_was_removed_for_good_is_gone(dataset):
    many(dataset, 12)
    dataset.delete(dataset.hashes()[:2])
    dataset.standing()
    assert dataset.purge() == 2
    assert told(dataset.standing()) == read_anew(dataset)


def test_hashes_of_nothing_and_of_a_past_state_are_listed_too(dataset):
    with dataset.reading() as contents:
        assert contents.hashes() == []
    assert not dataset.is_read
    many(dataset, 3)
    dataset.delete(dataset.hashes()[:1])
    assert dataset.is_read
    with dataset.reading(at=1) as contents:
        assert contents.hashes() == [each.hash for each in dataset.pictures(at=1)]


def test_a_standing_that_was_given_does_not_change(dataset):
    many(dataset, 12)
    given = dataset.standing()
    before = told(given)
    dataset.delete([given.pictures[0].hash])
    dataset.standing()
    assert told(given) == before


def test_acts_on_pictures_are_refused_where_these_were_touched_and_not_where_others_were(dataset):
    many(dataset, 12)
    one, other, *_ = dataset.hashes()
    seen = dataset.state
    dataset.tag([one], [DOG])
    with dataset.untouched_since(seen, [other]):
        dataset.tag([other], [DOG])
    with pytest.raises(ChangedError, match="tag 1 picture: dog"), dataset.untouched_since(seen, [one]):
        dataset.delete([one])
    assert one in dataset.hashes()
    seen = dataset.state
    dataset.undo(seen - 1)
    with pytest.raises(ChangedError, match="undo tag"), dataset.untouched_since(seen, [one]):
        dataset.delete([one])
    seen = dataset.state
    dataset.rename(CAT, "kitten")
    with pytest.raises(ChangedError, match="rename"), dataset.untouched_since(seen, [other]):
        dataset.tag([other], [CAT])
