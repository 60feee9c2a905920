"""A recogniser learns while it is shown things, unlearns by undo, and answers by any of its versions."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from svod_rcgn.datasets.collection import open_dataset
from svod_rcgn.errors import DatasetError, InputError
from svod_rcgn.storage.images import PictureFile, encode_png
from svod_rcgn.teach.acts import grouped
from svod_rcgn.teach.collection_records import CollectionQuery
from svod_rcgn.teach.recognisers import Recognisers
from svod_rcgn.teach.records import ActGroup
from svod_rcgn.teach.settings import TeachPlaces, TeachSettings
from svod_rcgn.teach.taught_recogniser import Recogniser
from svod_rcgn.teach.workshop import Workshop
from tests.classification.training.makers import coloured, pictures
from tests.patience import PATIENCE, wait_for

pytestmark = pytest.mark.slow
PLAIN = TeachSettings(smoothing=0.0, limit=0.0)


def hold(
    recogniser: Recogniser, colour: str, *, first: int = 0, each: int = 6, tags: tuple[str, ...] = ()
) -> None:
    """Somebody holds the button before so many pictures of a colour."""
    with recogniser.holding(f"hold {colour} {first}", "Ada") as held:
        for number in range(first, first + each):
            image = coloured(colour, number)
            held.take(image, PictureFile("a.png", encode_png(image)), tags or (colour,), float(number))


def learned(recogniser: Recogniser) -> None:
    """Wait until it knows all that was said."""
    wait_for(lambda: recogniser.learning.state.state == recogniser.state.state)


def acts_of(recogniser: Recogniser) -> list[ActGroup]:
    return grouped(recogniser.log(100)[1])


def written(recogniser: Recogniser, version: int) -> None:
    wait_for(lambda: recogniser.learning.state.version == version)


def told(recogniser: Recogniser, colour: str, number: int = 50) -> tuple[str, ...]:
    answer = recogniser.stream().answer(coloured(colour, number))
    assert answer is not None
    return tuple(each.label for each in answer.answers[:1])


def taught(recogniser: Recogniser) -> None:
    recogniser.wish(PLAIN)
    for first in (0, 10):
        hold(recogniser, "red", first=first)
        hold(recogniser, "blue", first=first)
    learned(recogniser)


def test_what_is_held_before_it_is_learned_with_no_word_more_and_written_as_a_version(recogniser: Recogniser):
    taught(recogniser)
    assert [told(recogniser, colour) for colour in ("red", "blue")] == [("red",), ("blue",)]
    written(recogniser, 1)
    assert [each.in_use for each in recogniser.versions()] == [True]
    assert recogniser.learning.state.accuracy is not None
    assert recogniser.learning.state.error is None


def test_the_live_answer_is_that_of_the_network_that_is_written(recogniser: Recogniser, places: TeachPlaces):
    from svod_rcgn.classification.build import load_classifier

    taught(recogniser)
    written(recogniser, 1)
    image = coloured("red", 77)
    live = recogniser.stream().answer(image)
    classifier = load_classifier("colours", places.models_dir)
    (kept,) = classifier.classify([image])
    assert live is not None
    for each in live.answers:
        assert each.probability == pytest.approx(kept.probabilities[each.index], abs=0.03)
    assert live.nearness == pytest.approx(kept.nearness, abs=0.02)


def test_an_undone_hold_is_unlearned_and_is_one_act(recogniser: Recogniser):
    taught(recogniser)
    last = acts_of(recogniser)[-1]
    assert last.kind == "add"
    before = recogniser.state
    hold(recogniser, "red", first=20, tags=("blue",))
    learned(recogniser)
    wrong = acts_of(recogniser)[-1]
    recogniser.undo(wrong.numbers, recogniser.state.state, "Bob")
    learned(recogniser)
    assert recogniser.state.classes == before.classes
    assert acts_of(recogniser)[-1].who == "Bob"
    assert told(recogniser, "red") == ("red",)


def test_all_that_was_taught_can_be_undone_and_nothing_is_known_then(recogniser: Recogniser):
    hold(recogniser, "red")
    learned(recogniser)
    wait_for(lambda: recogniser.learning.lesson is not None)
    for each in reversed(acts_of(recogniser)):
        recogniser.undo(each.numbers, recogniser.state.state, "Ada")
    learned(recogniser)
    wait_for(lambda: recogniser.learning.lesson is None)
    answer = recogniser.stream().answer(coloured("red", 1))
    assert answer is not None
    assert (answer.answers, answer.told) == ((), ())


def test_acts_on_old_knowledge_are_refused_with_what_happened(recogniser: Recogniser):
    hold(recogniser, "red")
    state, acts = recogniser.state.state, acts_of(recogniser)
    hold(recogniser, "blue")
    with pytest.raises(DatasetError, match="hold blue"):
        recogniser.undo(acts[-1].numbers, state, "Bob")


def test_an_earlier_version_answers_again_until_the_next_change(recogniser: Recogniser):
    taught(recogniser)
    written(recogniser, 1)
    for first in (0, 10):
        hold(recogniser, "green", first=first)
    learned(recogniser)
    written(recogniser, 2)
    assert told(recogniser, "green") == ("green",)
    recogniser.learning.use(1)
    assert told(recogniser, "green")[0] in ("red", "blue")
    assert [each.number for each in recogniser.versions() if each.in_use] == [1]
    hold(recogniser, "green", first=30)
    learned(recogniser)
    wait_for(lambda: recogniser.learning.state.question is None)
    assert told(recogniser, "green") == ("green",)


def test_what_was_learned_answers_after_a_new_start_without_learning_again(places: TeachPlaces):
    with closing(Recognisers(places)) as first:
        taught(first.create("colours", "Ada"))
    with closing(Recognisers(places)) as second:
        recogniser = second.get("colours")
        learned(recogniser)
        wait_for(lambda: recogniser.learning.lesson is not None)
        recogniser.wish(PLAIN)
        assert [told(recogniser, colour) for colour in ("red", "blue")] == [("red",), ("blue",)]
        assert recogniser.learning.state.version == 1
        assert [(each.number, each.in_use) for each in recogniser.versions()] == [(1, True)]
        assert recogniser.learning.record is not None
        assert recogniser.learning.record.left_out
        answer = recogniser.stream().answer(coloured("red", 0))
        assert answer is not None
        assert answer.nearest[0].shows == ("red",)


def test_nothing_is_learned_while_training_is_off_and_nothing_answered_while_classification_is(
    recogniser: Recogniser,
):
    recogniser.wish(TeachSettings(training=False))
    hold(recogniser, "red")
    assert recogniser.learning.lesson is None
    recogniser.wish(TeachSettings(training=True, classification=False))
    learned(recogniser)
    assert recogniser.stream().answer(coloured("red", 0)) is None


def test_several_tags_at_once_make_classes_that_do_not_exclude_each_other(recogniser: Recogniser):
    for first in (0, 10, 20):
        hold(recogniser, "red", first=first, tags=("warm", "red"))
        hold(recogniser, "blue", first=first, tags=("cold", "blue"))
    learned(recogniser)
    recogniser.wish(PLAIN)
    answer = recogniser.stream().answer(coloured("red", 0))
    assert answer is not None
    assert {each.label for each in answer.answers[:2]} == {"warm", "red"}
    assert sum(each.probability for each in answer.answers) > 1.2


def test_the_map_of_a_class_covers_the_picture(recogniser: Recogniser):
    taught(recogniser)
    answer = recogniser.stream().answer(coloured("red", 0), mapped=True)
    assert answer is not None
    assert answer.class_map is not None
    assert len(answer.class_map.values) == answer.class_map.rows * answer.class_map.columns
    assert max(answer.class_map.values) == 255


@pytest.mark.parametrize(
    "wrong", [TeachSettings(smoothing=-1), TeachSettings(smoothing=99), TeachSettings(limit=2)]
)
def test_absurd_wishes_are_refused(recogniser: Recogniser, wrong: TeachSettings):
    with pytest.raises(InputError):
        recogniser.wish(wrong)


def test_pictures_of_a_hold_that_look_the_same_are_kept_once(recogniser: Recogniser):
    image = coloured("red", 1)
    with recogniser.holding("hold", "Ada") as held:
        for time in range(5):
            held.take(image, PictureFile("a.png", encode_png(image)), ("red",), float(time))
    assert (held.count.seen, held.count.kept) == (5, 1)
    assert recogniser.state.pictures == 1


def test_advice_says_what_was_shown_once_or_is_rare(recogniser: Recogniser):
    assert "hold the button" in recogniser.state.advice[0]
    recogniser.dataset("Ada").add(pictures("red", each=10), "files")
    recogniser.dataset("Ada").add(pictures("blue", each=2), "files")
    assert any("4 times" in each for each in recogniser.state.advice)


def test_at_a_start_the_collection_is_shown_before_all_of_it_was_read(
    recogniser: Recogniser, monkeypatch: pytest.MonkeyPatch
):
    recogniser.dataset("Ada").add(pictures("red", each=5), "Ada")
    learned(recogniser)
    workshop = Workshop(recogniser)
    queries = CollectionQuery(), CollectionQuery(order="oldest")
    views = [workshop.view(each) for each in queries]
    details = workshop.details(views[0].pictures[:3])
    with closing(open_dataset(recogniser._own.folder.parent, recogniser.name, "Bob")) as unread:
        monkeypatch.setattr(recogniser, "_own", unread)
        assert [workshop.view(each) for each in queries] == views
        assert workshop.details(views[0].pictures[:3]) == details
        with unread.reading(), ThreadPoolExecutor(1) as another:  # as while all of it is read
            file = another.submit(recogniser.file, views[0].pictures[0]).result(PATIENCE)
        assert file is not None
        assert file.is_file()
        assert not unread.is_read
        assert workshop.view(CollectionQuery(label="red")).pictures == views[0].pictures
        assert unread.is_read
        assert workshop.view(CollectionQuery()) == views[0]
