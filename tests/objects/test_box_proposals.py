"""Boxes that are proposed, so that a person corrects few of them."""

import numpy as np
import pytest

from svod_rcgn.geometry import intersection_over_union
from svod_rcgn.objects.box_proposals import BoxedFrame, BoxProposer, Origin, load_proposer
from svod_rcgn.objects.records import Detection
from svod_rcgn.records import Box, Frame
from tests.objects.fakes import make_detector, scene, write_network

GOOD = 0.7  # overlap from which a person leaves a box as it is


def _frame(image, number=0):
    return Frame(image, number, number / 25, "film")


def _box(x, y, half=8.0):
    return Box(x - half, y - half, x + half, y + half)


def _thing(x, y, label="red", half=8.0):
    return Detection(_box(x, y, half), ("red", "green", "blue").index(label), label, 1.0)


def _background(height=120, width=160):
    noise = np.random.default_rng(3).integers(0, 60, (height // 4, width // 4, 1), np.uint8)
    return np.repeat(np.repeat(noise, 4, 0), 4, 1).repeat(3, 2)


def _film(count=60):
    """A red and a green thing with a pattern that cross a room, and where each is."""
    pattern = np.random.default_rng(4).integers(100, 255, (6, 6), np.uint8).repeat(4, 0).repeat(4, 1)
    for number in range(count):
        places = {"red": (20 + 2 * number, 30 + number // 2), "green": (136 - number, 90 - number // 2)}
        image = _background()
        for label, (x, y) in places.items():
            image[y - 12 : y + 12, x - 12 : x + 12, ("blue", "green", "red").index(label)] = pattern
        yield _frame(image, number), {label: _box(*place, 12.0) for label, place in places.items()}


class Clumsy:
    """Finds the red thing with a box too large on two frames of three, and always something that is none."""

    def __init__(self, truth):
        self._truth = truth

    def detect(self, image):
        number = next(place for place, (frame, _) in enumerate(self._truth) if frame.image is image)
        ghost = Detection(Box(100, 10, 124, 34), 2, "blue", 0.6)
        if number % 3 == 2:
            return (ghost,)
        x, y = self._truth[number][1]["red"].centre
        return ghost, _thing(x + 1, y, half=16.0)


def _annotated(film, proposer):
    """How often a person who wants the truth had to draw, mend or take away a box."""
    acts, before = 0, None
    for frame, truth in film:
        proposed = [each.found for each in proposer.propose(frame, before)]
        left = []
        for label, box in truth.items():
            own = [each for each in proposed if each.label == label]
            good = next((each for each in own if intersection_over_union(each.box, box) >= GOOD), None)
            acts += good is None
            left.append(good or Detection(box, ("red", "green", "blue").index(label), label, 1.0))
        acts += sum(each.label not in truth for each in proposed)
        before = BoxedFrame(frame, tuple(left))
    return acts


@pytest.mark.parametrize("helped", [True, False])
def test_a_film_needs_few_corrections(helped):
    film = list(_film())
    proposer = BoxProposer(Clumsy(film) if helped else None)
    assert _annotated(film, proposer) <= 12  # of 120 boxes


def test_without_anything_before_it_is_what_the_network_finds():
    image = scene(("red", 22, 42), ("green", 50, 13))
    proposed = BoxProposer(make_detector()).propose(_frame(image))
    assert {each.found.label for each in proposed} == {"red", "green"}
    assert {each.origin for each in proposed} == {Origin.NETWORK}
    assert BoxProposer(None).propose(_frame(image)) == ()


def test_what_a_person_mended_stays_mended_and_what_was_taken_away_is_not_proposed_again():
    first, second = (scene(("red", 22 + way, 42), ("green", 50, 13)) for way in (0, 4))
    proposer = BoxProposer(make_detector())
    before = BoxedFrame(_frame(first), (_thing(22, 42, half=7.0),))
    (only,) = proposer.propose(_frame(second, 1), before)
    assert (only.found.label, only.origin) == ("red", Origin.CARRIED)
    assert intersection_over_union(only.found.box, _box(26, 42, 7.0)) > 0.9


def test_a_class_that_a_person_gave_is_kept():
    first, second = (scene(("red", 22 + way, 42)) for way in (0, 4))
    before = BoxedFrame(_frame(first), (_thing(22, 42, "blue"),))
    (only,) = BoxProposer(make_detector()).propose(_frame(second, 1), before)
    assert only.found.label == "blue"


def test_what_has_left_the_picture_or_is_of_another_film_is_not_carried():
    first = scene(("red", 22, 42))
    before = BoxedFrame(_frame(first), (_thing(22, 42),))
    other = np.random.default_rng(0).integers(0, 255, first.shape, np.uint8)
    assert BoxProposer(None).propose(_frame(other, 1), before) == ()
    assert BoxProposer(None).propose(_frame(np.zeros((30, 40, 3), np.uint8), 1), before) == ()


def test_the_network_of_the_dataset_goes_before_that_of_coco_and_neither_is_needed(tmp_path):
    def first(name="yard", labels=("red",)):
        proposer = load_proposer(name, labels, tmp_path)
        return [
            each.found.label for each in proposer.propose(_frame(scene(("red", 22, 42), ("green", 50, 13))))
        ]

    assert first() == []
    write_network(tmp_path / "coco")
    assert first() == ["red"]
    assert first(labels=("cat",)) == []
    write_network(tmp_path / "yard")
    assert sorted(first()) == ["green", "red"]
    (tmp_path / "yard" / "network.xml").write_text("torn")
    assert first() == ["red"]
