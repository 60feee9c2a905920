import numpy as np
import pytest

from svod_rcgn.classification.training import examples
from svod_rcgn.classification.training.examples import MANY_NO, counts_of, make_lessons
from svod_rcgn.datasets.records import NewBox
from svod_rcgn.errors import DatasetError
from svod_rcgn.records import Box
from tests.classification.training.makers import example, picture, pictures


def test_classes_exclude_each_other_until_a_picture_shows_two() -> None:
    one_each = [example("a", "cat"), example("b", "dog")]
    assert not make_lessons(one_each, [], [("a",), ("b",)]).independent
    both = [*one_each, example("c", "cat", "dog")]
    lessons = make_lessons(both, [], [("a",), ("b",), ("c",)])
    assert lessons.independent
    assert lessons.labels == ("cat", "dog")
    assert lessons.targets.tolist() == [[1, 0], [0, 1], [1, 1]]


def test_what_was_not_said_counts_as_no_until_enough_was_said() -> None:
    shown = [example("both", "cat", "dog"), *(example(f"dog {n}", "dog") for n in range(3))]
    few = [example(f"no {n}", "dog", lacks=("cat",)) for n in range(MANY_NO - 1)]
    rows = [*shown, *few]
    unsaid = make_lessons(rows, [], [(each.picture,) for each in rows])
    assert unsaid.said.min() == 1
    rows.append(example("the last", "dog", lacks=("cat",)))
    said = make_lessons(rows, [], [(each.picture,) for each in rows])
    place = said.labels.index("cat")
    assert said.said[1:4, place].tolist() == [0, 0, 0]
    assert said.said[4:, place].min() == 1
    assert said.said[:, said.labels.index("dog")].min() == 1


def test_a_picture_that_only_lacks_a_class_is_learned_from_where_classes_are_independent() -> None:
    lacking = example("c", lacks=("cat",))
    alone = [example("a", "cat"), example("b", "dog"), lacking]
    assert len(make_lessons(alone, [], [("a",), ("b",), ("c",)]).examples) == 2
    both = [*alone, example("d", "cat", "dog")]
    assert len(make_lessons(both, [], [("a",), ("b",), ("c",), ("d",)]).examples) == 4


def test_no_shooting_is_in_two_folds_and_every_fold_has_some_of_each_class() -> None:
    rows = [example(f"{label} {n}", label) for label in ("cat", "dog") for n in range(40)]
    groups = [tuple(each.picture for each in rows[begin : begin + 4]) for begin in range(0, 80, 4)]
    lessons = make_lessons(rows, [], groups)
    for shooting in range(20):
        assert len(set(lessons.folds[lessons.shootings == shooting].tolist())) == 1
    for fold in range(examples.FOLDS):
        assert (lessons.targets[lessons.folds == fold].sum(0) == 8).all()


def test_negatives_have_a_column_of_their_own_and_show_no_class() -> None:
    rows = [example("a", "cat"), example("b", "dog")]
    lessons = make_lessons(rows, [example("n")], [("a",), ("b",), ("n",)])
    assert lessons.targets.tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    assert lessons.said.tolist() == [[1, 1, 1], [1, 1, 1], [0, 0, 1]]
    assert lessons.negatives == 1
    assert lessons.known == slice(0, 2)
    groups = [("a",), ("b",), ("c",), ("n",)]
    independent = make_lessons([*rows, example("c", "cat", "dog")], [example("n")], groups)
    assert independent.said.min() == 1


def test_a_dataset_is_read_with_its_boxes_and_what_it_denies(dataset) -> None:
    dataset.add(pictures("red", "green", each=2), "the test")
    boxed = picture("blue", 1, boxes=(NewBox("ball", Box(1, 1, 20, 20)),))
    dataset.add([boxed], "the test")
    (one,) = dataset.find(["red-0.png"])
    dataset.tag([one.hash], ["green"], said=False)
    dataset.create_classes(["yellow"])
    tagged = examples.read(dataset)
    assert tagged.state == dataset.state
    assert set(tagged.classes) == {"red", "green", "blue", "ball", "yellow"}
    shows = {each.name: (each.shows, each.lacks) for each in tagged.examples}
    assert shows["blue-1.png"] == (("ball", "blue"), ())
    assert shows["red-0.png"] == (("red",), ("green",))


def test_a_dataset_without_tags_says_how_to_tag(dataset) -> None:
    with pytest.raises(DatasetError, match=r"no picture shows a class.*tag"):
        examples.read(dataset)


def test_pictures_and_shootings_of_each_class_are_counted() -> None:
    rows = [example("a", "cat"), example("b", "cat"), example("c", "cat", "dog")]
    lessons = make_lessons(rows, [], [("a", "b"), ("c",)])
    assert counts_of(lessons) == {"cat": (3, 2), "dog": (1, 1)}
    assert np.unique(lessons.shootings).size == 2
