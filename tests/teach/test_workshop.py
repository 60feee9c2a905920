"""What the last training makes of the pictures: doubts, the confusion matrix, and what settles them."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from svod_rcgn.classification.training.records import TrainingRecord
from svod_rcgn.datasets.collection import Dataset, create_dataset
from svod_rcgn.errors import ChangedError, InputError
from svod_rcgn.records import Box
from svod_rcgn.teach.collection_records import CollectionQuery
from svod_rcgn.teach.workshop import Workshop
from tests.classification.training.report.makers import answer, record_of
from tests.datasets.makers import CAT, DOG, NewBox, new

LABELS = (CAT, DOG)
Told = Sequence[tuple[int, float]]


class Bench:
    """A dataset with a workshop over it, and what was answered to its pictures."""

    def __init__(self, folder: Path) -> None:
        self.set: Dataset = create_dataset(folder, "things", "Ada")
        self.learning = SimpleNamespace(
            record=None, lesson=None, looked=0, state=SimpleNamespace(version=3), changed=lambda: None
        )
        self.workshop = Workshop(self)  # type: ignore[arg-type]

    # As a recogniser has it

    @property
    def standing(self) -> Any:
        return self.set.standing()

    def features(self) -> None:
        """Nothing was looked at."""

    def listed(self) -> None:
        """All is at hand."""

    def some(self, _hashes: Sequence[str]) -> None:
        """All is at hand."""

    def file(self, digest: str) -> Path | None:
        return self.set.file(digest)

    def dataset(self, _who: str) -> Dataset:
        return self.set

    def learn(self, answers: Sequence[Told], *, independent: bool = False) -> TrainingRecord:
        """Answer to the pictures in their order, while they show what is said of them now."""
        places = {label: place for place, label in enumerate(LABELS)}
        told = [
            answer(int(each.hash, 16), tuple(places[label] for label in each.shows), *found, name=each.name)
            for each, found in zip(self.standing.pictures, answers, strict=True)
        ]
        self.learning.record = record_of(LABELS, told, independent=independent)
        return self.learning.record

    # As a test asks

    def names(self, **query: Any) -> list[str]:
        found = self.workshop.view(CollectionQuery(order="oldest", **query)).pictures
        return [self.standing.by_hash[each].name for each in found]

    def settle(self, verdict: Any, label: str | None = None) -> int:
        (suspect, *_) = self.workshop.suspects(1).suspects
        done = self.workshop.settle(suspect.picture, verdict, label, self.set.state, "Bob")
        assert done.state == done.act == self.set.state
        return done.act


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.set.close()


@pytest.fixture
def bench(empty: Bench) -> Bench:
    """Two cats, two dogs, and a dog that is called a cat."""
    empty.set.add(
        [new(n, yes=[label], name=f"{n}.png") for n, label in enumerate((CAT, CAT, DOG, DOG, CAT))], "a"
    )
    return empty


CATS, DOGS = ((0, 0.9), (1, 0.1)), ((1, 0.9), (0, 0.1))
UNSURE = ((0, 0.55), (1, 0.45))
EXCLUSIVE = (CATS, UNSURE, DOGS, DOGS, DOGS)


def test_before_anything_is_learned_nothing_is_doubted(bench: Bench):
    overview = bench.workshop.overview()
    assert (overview.learned, overview.confusion, overview.suspects) == (False, None, 0)
    assert bench.names(kind="suspect") == bench.names(kind="uncertain") == []
    (told, *_) = bench.workshop.details([bench.set.hashes()[0]]).pictures
    assert (told.told, told.probability, told.suspicion) == (None, None, None)


def test_what_contradicts_its_tag_is_doubted_with_the_reason_in_words(bench: Bench):
    bench.learn(EXCLUSIVE)
    (suspect,) = bench.workshop.suspects(10).suspects
    assert (suspect.name, suspect.shows, suspect.label) == ("4.png", (CAT,), DOG)
    assert "Tagged cat" in suspect.evidence
    assert "dog, 90% sure" in suspect.evidence
    (told,) = bench.workshop.details([suspect.picture]).pictures
    assert (told.told, told.probability, told.suspicion) == (DOG, 0.9, suspect.evidence)


def test_cells_are_counted_by_what_is_said_now_and_opened(bench: Bench):
    bench.learn(EXCLUSIVE)
    confusion = bench.workshop.overview().confusion
    assert confusion is not None
    assert (confusion.labels, confusion.rows) == (LABELS, ((2, 1), (0, 2)))
    assert bench.names(shows=CAT, told=DOG) == ["4.png"]
    assert bench.names(told=DOG) == ["2.png", "3.png", "4.png"]
    bench.set.relabel([bench.set.hashes()[4]], CAT, DOG)
    confusion = bench.workshop.overview().confusion
    assert confusion is not None
    assert confusion.rows == ((2, 0), (0, 3))
    assert bench.names(kind="suspect") == []


def test_the_least_sure_answers_come_first(bench: Bench):
    bench.learn(EXCLUSIVE)
    assert bench.names(kind="uncertain") == ["1.png"]
    view = bench.workshop.view(CollectionQuery(order="uncertain"))
    assert bench.standing.by_hash[view.pictures[0]].name == "1.png"


@pytest.mark.parametrize("verdict", ["right", "relabel", "delete"])
def test_a_suspect_is_settled_by_one_act_and_asked_again_when_that_is_undone(bench: Bench, verdict: str):
    bench.learn(EXCLUSIVE)
    before = bench.standing
    act = bench.settle(verdict)
    assert bench.workshop.suspects(10).suspects == ()
    bench.learn(EXCLUSIVE[: len(bench.standing.pictures)])
    assert bench.workshop.suspects(10).suspects == ()
    bench.set.undo(act)
    bench.learn(EXCLUSIVE)
    assert bench.workshop.suspects(10).total == 1
    assert bench.standing.pictures == before.pictures


@pytest.mark.parametrize("verdict", ["relabel", "delete"])
def test_what_was_settled_and_taken_back_is_settled_anew_before_it_is_learned(bench: Bench, verdict: Any):
    bench.learn(EXCLUSIVE)
    (suspect,) = bench.workshop.suspects(10).suspects
    act = bench.settle(verdict)
    bench.learn(EXCLUSIVE[: len(bench.standing.pictures)])
    with pytest.raises(InputError, match="no suspect"):
        bench.workshop.settle(suspect.picture, "relabel", "wolf", bench.set.state, "Bob")
    bench.set.undo(act)
    assert bench.workshop.suspects(10).total == 0
    bench.workshop.settle(suspect.picture, "relabel", "wolf", bench.set.state, "Bob")
    assert bench.standing.by_hash[suspect.picture].yes == ("wolf",)


def test_what_was_settled_and_is_said_otherwise_since_is_not_settled_anew(bench: Bench):
    bench.learn(EXCLUSIVE)
    (suspect,) = bench.workshop.suspects(10).suspects
    bench.settle("relabel")
    bench.learn(EXCLUSIVE)
    bench.set.tag([suspect.picture], [CAT])
    with pytest.raises(InputError, match="no suspect"):
        bench.workshop.settle(suspect.picture, "right", None, bench.set.state, "Bob")


def test_a_suspect_becomes_what_it_was_taken_for_or_what_somebody_says(bench: Bench):
    bench.learn(EXCLUSIVE)
    act = bench.settle("relabel")
    assert bench.standing.pictures[4].yes == (DOG,)
    bench.set.undo(act)
    bench.settle("relabel", "wolf")
    assert bench.standing.pictures[4].yes == ("wolf",)


def test_what_was_found_right_counts_until_it_is_said_anew(bench: Bench):
    bench.learn(EXCLUSIVE)
    bench.settle("right")
    digest = bench.set.hashes()[4]
    assert bench.standing.by_hash[digest].confirmed == (CAT,)
    bench.set.tag([digest], [CAT])
    assert bench.standing.by_hash[digest].confirmed == ()
    assert bench.workshop.suspects(10).total == 1


def test_a_suspect_that_somebody_has_changed_is_not_settled(bench: Bench):
    bench.learn(EXCLUSIVE)
    (suspect,) = bench.workshop.suspects(10).suspects
    seen = bench.set.state
    bench.set.tag([suspect.picture], [CAT])
    with pytest.raises(ChangedError, match="tag 1 picture: cat"):
        bench.workshop.settle(suspect.picture, "delete", None, seen, "Bob")
    with pytest.raises(InputError, match="no suspect"):
        bench.workshop.settle(bench.set.hashes()[0], "delete", None, bench.set.state, "Bob")


def test_a_box_that_is_doubted_is_denied_by_a_tag_and_stays(empty: Bench):
    bench = empty
    bench.set.add([new(n, yes=[DOG], name=f"{n}.png") for n in range(3)], "a")
    boxed = new(7, boxes=(NewBox(CAT, Box(1, 1, 20, 20)),), name="boxed.png")
    bench.set.add([boxed], "a")
    bench.learn((DOGS, DOGS, DOGS, DOGS))
    bench.settle("relabel")
    picture = bench.standing.pictures[3]
    assert (picture.shows, picture.no) == ((DOG,), (CAT,))
    assert picture.boxes is not None
    assert [each.label for each in picture.boxes] == [CAT]
    assert bench.workshop.suspects(10).suspects == ()


@pytest.fixture
def several(empty: Bench) -> Bench:
    """Pictures of a cat, of a dog, and of both, which make each class a question of its own."""
    said = ([CAT, DOG], [CAT], [CAT], [CAT, DOG], [CAT])
    empty.set.add([new(n, yes=each, name=f"{n}.png") for n, each in enumerate(said)], "a")
    both, cat = ((0, 0.9), (1, 0.8)), ((0, 0.9), (1, 0.1))
    empty.learn((both, cat, cat, cat, both), independent=True)
    return empty


def test_of_several_classes_each_is_doubted_for_itself(several: Bench):
    found = {each.name: each for each in several.workshop.suspects(10).suspects}
    assert {name: (each.label, each.denies) for name, each in found.items()} == {
        "3.png": (DOG, True),
        "4.png": (DOG, False),
    }
    assert "does not show dog" in found["3.png"].evidence
    assert several.names(shows=DOG, told=CAT) == ["3.png"]


def test_of_several_classes_the_one_that_is_doubted_is_mended_and_the_others_stay(several: Bench):
    for each in several.workshop.suspects(10).suspects:
        several.workshop.settle(each.picture, "relabel", None, several.set.state, "Bob")
    pictures = {each.name: each for each in several.standing.pictures}
    assert (pictures["3.png"].yes, pictures["3.png"].no) == ((CAT,), (DOG,))
    assert pictures["4.png"].yes == (CAT, DOG)


def test_of_several_classes_what_was_found_right_is_right_for_that_class(several: Bench):
    for each in several.workshop.suspects(10).suspects:
        several.workshop.settle(each.picture, "right", None, several.set.state, "Bob")
    assert several.workshop.suspects(10).suspects == ()
    pictures = {each.name: each for each in several.standing.pictures}
    assert pictures["3.png"].confirmed == pictures["4.png"].confirmed == (DOG,)
    assert pictures["4.png"].yes == (CAT,)
