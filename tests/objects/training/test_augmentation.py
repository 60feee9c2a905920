import numpy as np
import pytest

from svod_rcgn.objects.training.augmentation import KINDS, Kinds, Lesson, changed, shrunk
from svod_rcgn.objects.training.input_size import InputSize

SIZE = InputSize(96, 128, 8)
WHITE = 255


def _lesson(width=200, height=150, box=(60, 40, 120, 100)):
    image = np.zeros((height, width, 3), np.uint8)
    left, top, right, bottom = box
    image[top:bottom, left:right] = WHITE
    return Lesson(image, np.array([box], np.float32), np.zeros(1, np.intp))


def _white(image):
    rows, columns = np.nonzero(image.max(2) > 0.7 * image.max())
    return columns.min(), rows.min(), columns.max() + 1, rows.max() + 1


@pytest.mark.parametrize("kind", [*KINDS, "all", "none"])
def test_boxes_stay_on_what_they_show_whatever_is_changed(kind):
    kinds = Kinds() if kind == "all" else Kinds.only(kind)
    seen = 0
    for seed in range(30):
        found = changed(_lesson(), SIZE, np.random.default_rng(seed), kinds)
        assert found.image.shape == (96, 128, 3)
        for box in found.boxes:
            assert box == pytest.approx(_white(found.image), abs=2)
            seen += 1
    assert seen >= 20


def test_nothing_is_changed_but_the_kind_that_is_asked_for():
    plain = changed(_lesson(), SIZE, np.random.default_rng(0), Kinds.only("none"))
    assert plain.boxes[0] == pytest.approx(np.array([60, 40, 120, 100]) * 0.64, abs=0.1)
    boxes = [
        changed(_lesson(), SIZE, np.random.default_rng(seed), Kinds.only("mirror")).boxes[0]
        for seed in range(9)
    ]
    assert {round(float(each[0])) for each in boxes} == {38, 51}  # 128 - 0.64 * 120


def test_a_box_that_is_hardly_seen_any_more_is_left_out():
    corner = _lesson(box=(0, 0, 30, 30))
    counts = {len(changed(corner, SIZE, np.random.default_rng(seed)).boxes) for seed in range(60)}
    assert counts == {0, 1}


def test_pictures_without_boxes_can_be_changed():
    empty = Lesson(np.zeros((50, 60, 3), np.uint8), np.zeros((0, 4), np.float32), np.zeros(0, np.intp))
    assert changed(empty, SIZE, np.random.default_rng(0)).boxes.shape == (0, 4)


def test_large_pictures_are_shrunk_and_small_ones_stay():
    image, scale = shrunk(np.zeros((3000, 4000, 3), np.uint8), SIZE)
    assert image.shape == (144, 192, 3)
    assert scale == pytest.approx(192 / 4000)
    assert shrunk(np.zeros((20, 30, 3), np.uint8), SIZE)[1] == 1
