import numpy as np
import pytest

from svod_rcgn.objects.evaluation.boxed_pictures import BoxedPicture, BoxedPictures
from svod_rcgn.objects.evaluation.matching import Truth
from svod_rcgn.objects.training.input_size import InputSize, choose


def _pictures(width, height, *sides):
    boxes = np.array([[5, 5, 5 + side, 5 + side] for side in sides], np.float32)
    truth = Truth(boxes, np.zeros(len(boxes), np.intp))
    one = BoxedPicture("00", "a.png", None, width, height, truth)
    return BoxedPictures(1, ("thing",), (one,), np.zeros(1, int), np.zeros(1, int), ())


@pytest.mark.parametrize(
    ("width", "height", "side", "expected"),
    [
        (640, 480, 300, InputSize(288, 384, 16)),  # large things: small input, coarse cells
        (320, 240, 17, InputSize(288, 384, 8)),  # a diode; the picture has no more pixels
        (320, 240, 8, InputSize(288, 384, 4)),
        (4000, 3000, 200, InputSize(448, 576, 8)),
        (480, 640, 300, InputSize(384, 288, 16)),
    ],
)
def test_small_boxes_ask_for_larger_inputs_and_finer_cells(width, height, side, expected):
    found = choose(_pictures(width, height, side))
    assert found.stride == expected.stride
    assert found.height % 32 == found.width % 32 == 0
    assert (found.height > found.width) == (height > width)


def test_the_input_does_not_grow_beyond_the_pictures():
    small, large = (choose(_pictures(4 * side, 3 * side, side // 20)) for side in (80, 800))
    assert small.height * small.width < large.height * large.width
