import numpy as np
import pytest

from svod_rcgn.objects.records import Candidates
from svod_rcgn.objects.settings import ObjectSettings
from svod_rcgn.objects.stages import centernet, yolox
from svod_rcgn.objects.stages.detect import ObjectDetector, without_doubles
from svod_rcgn.objects.stages.placed import placed
from tests.objects.fakes import HALF, LABELS, Dots, make_card, make_detector, scene


def _corners(detection) -> tuple[float, ...]:
    box = detection.box
    return box.left, box.top, box.right, box.bottom


def test_objects_come_with_class_score_and_a_box_in_pixels_of_the_picture() -> None:
    picture = scene(("red", 28, 20), ("blue", 68, 84), height=128, width=128, level=250)
    found = make_detector().detect(picture)
    assert sorted((each.label, each.index) for each in found) == [("blue", 2), ("red", 0)]
    blue = next(each for each in found if each.label == "blue")
    assert blue.score > 0.5
    middle = blue.box.centre
    assert middle == pytest.approx((68, 84), abs=8)  # a cell is 8 pixels of this picture
    assert (blue.box.width, blue.box.height) == pytest.approx((4 * HALF, 4 * HALF))


def test_a_picture_of_another_shape_is_squashed_and_its_boxes_are_stretched_back() -> None:
    (found,) = make_detector().detect(np.repeat(scene(("red", 34, 34)), 2, axis=1))
    assert (found.box.width, found.box.height) == pytest.approx((4 * HALF, 2 * HALF))


def test_boxes_end_at_the_borders_of_the_picture() -> None:
    (found,) = make_detector().detect(scene(("red", 6, 6)))
    assert _corners(found)[:2] == (0, 0)


def test_nothing_is_found_where_nothing_is() -> None:
    assert make_detector().detect(np.zeros((50, 70, 3), np.uint8)) == ()


def test_each_class_has_its_own_limit_unless_another_is_asked_for() -> None:
    dim = scene(("red", 22, 22), level=120)
    assert make_detector().detect(dim) == ()
    (found,) = make_detector(score=0.2).detect(dim)
    assert 0.2 <= found.score < 0.5


def test_only_the_classes_and_the_number_asked_for_are_told_the_surest_first() -> None:
    both = np.maximum(scene(("red", 22, 22)), scene(("blue", 46, 46), level=200))
    assert [each.label for each in make_detector(most=1).detect(both)] == ["red"]
    assert [each.label for each in make_detector(labels=("blue",)).detect(both)] == ["blue"]


def test_what_was_left_out_is_told() -> None:
    assert make_detector().limits.score == 0.5
    told = make_detector(score=0.2, overlap=0.4, most=7).limits
    assert (told.score, told.overlap, told.most) == (0.2, 0.4, 7)


def test_of_two_boxes_of_a_class_that_overlap_the_surer_stays_and_another_class_is_left_alone() -> None:
    boxes = np.array([[0, 0, 10, 10], [0, 0, 10, 9], [0, 0, 10, 9.5], [20, 0, 30, 10]], np.float32)
    found = Candidates(boxes, np.array([0.9, 0.8, 0.7, 0.6], np.float32), np.array([0, 0, 1, 0]))
    assert without_doubles(found, 0.5).tolist() == [0, 2, 3]
    assert without_doubles(found.at(slice(0)), 0.5).tolist() == []


def test_the_answers_of_yolox_are_boxes_of_three_grids() -> None:
    cells = np.zeros((1, 64 + 16 + 4, 5 + 2), np.float32)
    cells[0, 8 * 2 + 3] = [0.5, 0.5, np.log(2), np.log(4), 0.9, 0.1, 0.8]  # stride 8, row 2, column 3
    cells[0, 64 + 16 + 1] = [0.25, 0.5, 0, 0, 0.5, 1.0, 0.0]  # stride 32, row 0, column 1
    found = yolox.decode([cells], 0.4, (64, 64))
    assert found.classes.tolist() == [1, 0]
    assert found.scores.tolist() == pytest.approx([0.72, 0.5])
    assert found.boxes[0].tolist() == pytest.approx([28 - 8, 20 - 16, 28 + 8, 20 + 16])
    assert found.boxes[1].tolist() == pytest.approx([40 - 16, 0, 40 + 16, 32])


def test_a_picture_that_is_all_peaks_gives_no_more_than_can_be_told() -> None:
    heat = np.linspace(0.5, 1, 64 * 64 * 3, dtype=np.float32).reshape(1, 64, 64, 3)
    found = centernet.decode([heat, np.ones((1, 64, 64, 4), np.float32)], 0.1)
    assert len(found.scores) == 1000
    assert found.scores.min() >= np.sort(heat.ravel())[-1000]


@pytest.mark.parametrize(("height", "width"), [(40, 80), (80, 40), (300, 100), (1, 7)])
def test_a_picture_is_put_into_a_corner_with_its_shape_and_comes_back_from_there(
    height: int, width: int
) -> None:
    picture = np.full((height, width, 3), 200, np.uint8)
    fed = placed(picture, make_card(fit="corner"))
    inner = np.argwhere((fed.image == 200).all(2)).max(0) + 1
    assert max(inner) == 64
    assert (fed.image[inner[0] :] == 114).all()
    assert (fed.image[:, inner[1] :] == 114).all()
    whole = np.array([[0, 0, inner[1], inner[0]]], np.float32)
    assert fed.back(whole, picture.shape).tolist() == [pytest.approx([0, 0, width, height], abs=1e-3)]


def test_of_a_picture_that_is_all_candidates_the_surest_alone_are_held_against_each_other() -> None:
    boxes = np.array([[0, 0, 9, 9]] * 6000 + [[20, 20, 29, 29]] * 9, np.float32)
    scores = np.linspace(0.9, 0.6, len(boxes), dtype=np.float32)
    found = make_detector().chosen(Candidates(boxes, scores, np.zeros(len(boxes), np.intp)))
    assert found.boxes.tolist() == [[0, 0, 9, 9]]


def test_a_network_that_gives_no_doubles_keeps_all() -> None:
    detector = ObjectDetector(
        "dots", make_card(overlap=None), LABELS, Dots(), centernet.decode, ObjectSettings()
    )
    assert detector.limits.overlap is None
    assert len(detector.detect(scene(("red", 22, 22), ("green", 22, 22)))) == 2
