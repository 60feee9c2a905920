"""What would teach most is asked first: untagged pictures, and live ones while that is switched on."""

import numpy as np
import pytest

from svod_rcgn.datasets.records import NewPicture
from svod_rcgn.errors import ChangedError, InputError
from svod_rcgn.geometry import unit_rows
from svod_rcgn.storage.images import PictureFile, encode_png
from svod_rcgn.teach.collection_records import CollectionQuery, QueuePicture, QueueView
from svod_rcgn.teach.settings import NONE, TeachSettings
from svod_rcgn.teach.taught_recogniser import Recogniser
from svod_rcgn.teach.teaching_queue import farthest_first
from svod_rcgn.teach.workshop import Workshop
from tests.classification.training.makers import coloured, pictures
from tests.patience import wait_for

ON = TeachSettings(smoothing=0.0, collecting=True)
PLACES = unit_rows(np.array([[1, 0, 0], [0.99, 0.1, 0], [0, 1, 0], [0, 0.99, 0.1], [0, 0, 1]], np.float32))
UNKNOWN = np.zeros(5, np.float32)


def chosen(doubts: list[float], count: int, known: np.ndarray = UNKNOWN) -> list[int]:
    return [place for place, _ in farthest_first(PLACES, np.array(doubts, np.float32), known, count)]


def test_of_what_is_alike_one_is_asked_before_something_else_is():
    assert chosen([1, 0.99, 0.9, 0.8, 0.7], 3) == [0, 2, 4]


def test_of_two_that_are_as_far_the_more_uncertain_one_is_asked():
    assert chosen([0.2, 0.9, 0.8, 0.9, 0.1], 2) == [1, 3]


def test_what_is_like_what_is_known_is_asked_last():
    known = np.array([0.99, 0.99, 0.1, 0.1, 0.99], np.float32)
    assert chosen([1, 1, 0.5, 0.5, 1], 1, known) == [2]


def test_no_picture_is_asked_twice_and_no_more_than_there_are():
    assert sorted(chosen([0, 0, 0, 0, 0], 9)) == [0, 1, 2, 3, 4]
    assert farthest_first(np.empty((0, 3), np.float32), np.empty(0), np.empty(0), 3) == []


class Taught:
    """A recogniser that knows red and blue, with its collection."""

    def __init__(self, recogniser: Recogniser) -> None:
        self.recogniser, self.workshop = recogniser, Workshop(recogniser)
        self.set = recogniser.dataset("Ada")

    def learn(self) -> None:
        self.set.add(pictures("red", "blue"), "Ada")
        self.settle()

    def settle(self) -> None:
        """Wait until all is learned and every untagged picture was looked at."""
        self.recogniser.learning.changed()
        wait_for(lambda: self.recogniser.learning.state.state == self.recogniser.standing.state)
        wait_for(lambda: all(map(self.is_judged, self.queue().pictures)))

    def is_judged(self, picture: QueuePicture) -> bool:
        answers = self.recogniser.learning.lesson is not None
        return picture.worth is not None and (picture.told is not None or not answers)

    def put_in(self, colour: str, *numbers: int) -> None:
        files = [PictureFile(f"{colour} {each}.png", encode_png(coloured(colour, each))) for each in numbers]
        new = [NewPicture.of(each, shooting="sent") for each in files]
        assert len(self.workshop.add(new, "sent", "Bob").added) == len(numbers)

    def watch(self, colour: str, *numbers: int, held: bool = False) -> None:
        stream = self.recogniser.stream()
        for number in numbers:
            stream.answer(coloured(colour, number), held=held)

    def queue(self, count: int = 50) -> QueueView:
        return self.workshop.queue.view(count, self.workshop.look)

    def answer(
        self, picture: QueuePicture, *labels: str, verdict: str = "shows", state: int = -1
    ) -> int | None:
        state = self.recogniser.standing.state if state < 0 else state
        return self.workshop.queue.answer(picture.picture, verdict, labels, state, "Bob").act


@pytest.fixture
def taught(recogniser: Recogniser) -> Taught:
    return Taught(recogniser)


def test_pictures_without_tags_are_asked_before_anything_is_learned(taught: Taught):
    taught.put_in("green", 1, 2)
    taught.settle()
    view = taught.queue()
    assert (view.untagged, view.live, view.collecting) == (2, 0, False)
    assert {each.name for each in view.pictures} == {"green 1.png", "green 2.png"}
    assert all(each.told is None for each in view.pictures)
    act = taught.answer(view.pictures[0], "green")
    assert taught.set.standing().by_hash[view.pictures[0].picture].yes == ("green",)
    assert len(taught.queue().pictures) == 1
    taught.set.undo(act)
    assert len(taught.queue().pictures) == 2


def test_what_untagged_pictures_are_taken_for_is_told_and_found_by_how_uncertain_it_is(taught: Taught):
    taught.learn()
    taught.put_in("violet", 1, 2, 3)
    taught.settle()
    for each in taught.queue().pictures:
        assert each.told in ("red", "blue")
        (told,) = taught.workshop.details([each.picture]).pictures
        assert (told.told, told.probability) == (each.told, each.probability)
        assert each.probability is not None
        unsure = each.probability < 0.6 or not each.known
        found = taught.workshop.view(CollectionQuery(kind="uncertain")).pictures
        assert (each.picture in found) == unsure
    first = taught.workshop.view(CollectionQuery(kind="untagged", order="uncertain")).pictures
    shares = [taught.workshop.details([each]).pictures[0].probability for each in first]
    assert shares == sorted(shares)  # type: ignore[type-var]


def test_a_picture_that_is_answered_by_none_of_these_teaches_that(taught: Taught):
    taught.put_in("violet", 1)
    (asked,) = taught.queue().pictures
    taught.answer(asked, verdict="none")
    assert taught.set.standing().by_hash[asked.picture].yes == (NONE,)


def test_what_is_skipped_is_not_asked_again_and_nothing_is_said_of_it(taught: Taught):
    taught.put_in("violet", 1, 2)
    before = taught.recogniser.standing.state
    one, other = taught.queue().pictures
    assert taught.answer(one, verdict="skip") is None
    assert [each.picture for each in taught.queue().pictures] == [other.picture]
    assert taught.recogniser.standing.state == before
    assert taught.queue().untagged == 2


def test_live_pictures_are_asked_only_while_that_is_switched_on(taught: Taught):
    taught.watch("green", 1)
    assert taught.queue().live == 0
    taught.recogniser.wish(ON)
    taught.watch("green", 1, held=True)
    assert taught.queue().live == 0
    taught.watch("green", 1)
    view = taught.queue()
    assert (view.live, view.collecting, view.untagged) == (1, True, 0)
    assert view.pictures[0].live
    taught.recogniser.wish(TeachSettings())
    assert taught.queue().pictures == ()


def test_nothing_of_a_live_picture_is_written_before_somebody_answers(taught: Taught):
    taught.recogniser.wish(ON)
    files = {path for path in taught.set.folder.rglob("*") if path.is_file()}
    taught.watch("green", 1)
    (asked,) = taught.queue().pictures
    assert {path for path in taught.set.folder.rglob("*") if path.is_file()} == files
    assert taught.workshop.queue.jpeg(asked.picture)
    act = taught.answer(asked, "green", "leaf")
    picture = taught.set.standing().by_hash[asked.picture]
    assert (picture.yes, picture.shooting[:5]) == (("green", "leaf"), "live ")
    assert picture.path.is_file()
    assert taught.queue().pictures == ()
    assert taught.workshop.queue.jpeg(asked.picture) is None
    taught.set.undo(act)
    assert taught.set.hashes() == []


def test_a_live_picture_that_is_skipped_is_forgotten(taught: Taught):
    taught.recogniser.wish(ON)
    taught.watch("green", 1)
    (asked,) = taught.queue().pictures
    taught.answer(asked, verdict="skip")
    assert taught.queue().live == 0
    assert taught.set.hashes() == []


def test_an_answer_on_old_knowledge_is_refused_and_the_picture_waits_on(taught: Taught):
    taught.recogniser.wish(ON)
    taught.set.create_classes(["green"])
    seen = taught.recogniser.standing.state
    taught.put_in("violet", 1)
    taught.watch("green", 1)
    asked = {each.live: each for each in taught.queue().pictures}
    taught.set.rename("green", "leaf")
    with pytest.raises(ChangedError, match="rename"):
        taught.answer(asked[True], "green", state=seen)
    assert taught.queue().live == 1
    now = taught.recogniser.standing.state
    taught.answer(asked[False], "violet")
    with pytest.raises(ChangedError, match="violet"):
        taught.answer(asked[False], "green", state=now)
    taught.answer(asked[True], "leaf")
    with pytest.raises(ChangedError, match="waits no more"):
        Taught(taught.recogniser).answer(
            QueuePicture("0" * 64, "", 0.0, True, None, None, False, None), "leaf"
        )


def test_an_answer_that_says_nothing_is_refused(taught: Taught):
    taught.put_in("violet", 1)
    (asked,) = taught.queue().pictures
    with pytest.raises(InputError, match="labels"):
        taught.answer(asked)
