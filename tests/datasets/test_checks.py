from functools import partial

import cv2
import pytest

from svod_rcgn.datasets.checks import Judgement, check
from svod_rcgn.datasets.records import NewPicture
from tests.datasets.makers import CAT, DOG, box, given, new, noise, png


def _kinds(dataset, judgements=None):
    return [each.kind for each in check(dataset, judgements)]


def _only(dataset, kind, judgements=None):
    return [each for each in check(dataset, judgements) if each.kind == kind]


def test_a_sound_dataset_has_no_findings(dataset):
    dataset.add([new(number, yes=[CAT if number % 2 else DOG]) for number in range(24)], "a")
    assert check(dataset) == []


def test_a_lost_and_a_changed_file_are_found(dataset):
    dataset.add([new(number) for number in range(3)], "a")
    lost, changed, _ = (each.path for each in dataset.pictures())
    lost.unlink()
    changed.write_bytes(b"something else")
    assert [(each.what, each.way_out[:21]) for each in _only(dataset, "unreadable")] == [
        ("picture-0.png: No such file or directory", "add the picture anew,"),
        ("picture-1.png: its file was changed", "add the picture anew,"),
    ]


def test_tiny_and_blurred_pictures_are_found(dataset):
    soft = cv2.GaussianBlur(noise(9, 320, 320), (0, 0), 12)
    dataset.add([new(1), new(2, width=20, height=90)], "a")
    dataset.add([NewPicture("soft.png", partial(given, "soft.png", png(soft)))], "b")
    names = {each.hash: each.name for each in dataset.pictures()}
    (tiny,), (blurred,) = _only(dataset, "tiny"), _only(dataset, "blurred")
    assert [names[each] for each in tiny.pictures] == ["picture-2.png"]
    assert [names[each] for each in blurred.pictures] == ["soft.png"]


def test_near_doubles_are_found_and_those_that_disagree_said_so(dataset):
    dataset.add([new(1, yes=[CAT], width=320, height=240), new(2, width=320, height=240)], "a")
    dataset.add([new(1, yes=[DOG], width=640, height=480, name="twice.png")], "b")
    (found,) = _only(dataset, "near double")
    assert found.what == "picture-1.png and twice.png look nearly the same, and are tagged cat and dog"
    dataset.delete([found.pictures[0]])
    assert _only(dataset, "near double") == []


def test_classes_with_nothing_little_or_one_shooting_are_found(dataset):
    dataset.create_classes(["empty"])
    dataset.add([new(number, yes=[CAT], shooting="hold") for number in range(12)], "a")
    dataset.add([new(number, yes=[DOG]) for number in range(12, 16)], "b")
    told = {each.kind: each.what for each in check(dataset)}
    assert told == {
        "empty class": "empty: no pictures",
        "one shooting": "cat: all of one shooting",
        "few pictures": "dog: 4 pictures",
    }


def test_pictures_of_which_nothing_is_said_are_found_beside_others(dataset):
    dataset.add([new(number) for number in range(3)], "a")
    assert _kinds(dataset) == []
    dataset.add([new(3, boxes=(box(CAT, 1, 1, 30, 30),))], "b")
    assert [each.what for each in check(dataset)][:2] == [
        "3 pictures of which nothing is said",
        "3 pictures of which nobody said where things are",
    ]
    for each in dataset.pictures()[:3]:
        dataset.add_boxes(each.hash, [])
    assert _kinds(dataset) == ["few pictures"]


@pytest.mark.parametrize(
    ("corners", "told"),
    [
        ((5, 5, 5, 20), "is 0x15"),
        ((30, 5, 20, 20), "is -10x15"),
        ((100, 5, 120, 20), "lies outside of the picture"),
        ((-20, -20, -1, -1), "lies outside of the picture"),
        ((80, 5, 106, 20), "reaches 10 pixels over the border"),
    ],
)
def test_odd_boxes_are_kept_and_found_with_their_way_out(dataset, corners, told):
    dataset.add([new(1, boxes=(box(CAT, 1, 1, 30, 30), box(DOG, *corners)))], "a")
    (found,) = _only(dataset, "box")
    assert found.what == f"picture-1.png: box 2 (dog) {told}"
    assert found.way_out == f"box {found.pictures[0][:12]} --remove 2"
    dataset.move_box(found.pictures[0], found.boxes[0], None)
    assert _only(dataset, "box") == []


def test_doubled_boxes_are_found_and_neighbours_are_not(dataset):
    boxes = (
        box(CAT, 1, 1, 31, 31),
        box(CAT, 1, 1, 31, 31),
        box(CAT, 1.5, 1, 31, 31),
        box(DOG, 1, 1, 31, 31),
        box(CAT, 20, 1, 50, 31),
    )
    dataset.add([new(1, boxes=boxes)], "a")
    assert [each.what for each in _only(dataset, "doubled box")] == [
        "picture-1.png: box 2 (cat) repeats box 1",
        "picture-1.png: box 3 (cat) repeats box 1",
    ]


def test_pictures_that_a_network_contradicts_are_found_the_surest_first(dataset):
    dataset.add([new(1, yes=[CAT]), new(2, yes=[CAT]), new(3, yes=[CAT, DOG]), new(4, no=[DOG])], "a")
    one, two, three, four = (each.hash for each in dataset.pictures())
    judgements = {
        one: Judgement(DOG, 0.7),
        two: Judgement(CAT, 0.9),
        three: Judgement(DOG, 0.99),
        four: Judgement(DOG, 0.95),
        "0" * 64: Judgement(DOG, 1.0),
    }
    assert [(each.pictures, each.what) for each in _only(dataset, "contradictory", judgements)] == [
        ((four,), "picture-4.png: tagged not dog, and looks like dog (95%)"),
        ((one,), "picture-1.png: tagged cat, and looks like dog (70%)"),
    ]
    assert _only(dataset, "contradictory") == []
