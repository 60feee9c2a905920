import numpy as np
import pytest

from svod_rcgn.networks.preprocess import preprocess
from tests.networks.fakes import background_card

IMAGE = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)
CARD = background_card(mean=1.0, scale=2.0)


def test_numbers_are_standardised_and_colours_turned():
    (pixels,) = preprocess([IMAGE], CARD)
    assert pixels.dtype == np.float32
    assert pixels[0, 0].tolist() == [(2 - 1) / 2, (1 - 1) / 2, (0 - 1) / 2]
    (kept,) = preprocess([IMAGE], background_card(colour="BGR", mean=0.0, scale=1.0))
    assert kept.tolist() == IMAGE.tolist()


@pytest.mark.parametrize(
    ("layout", "shape", "last"),
    [
        ("NHWC", (2, 2, 3, 3), (1, 0, 2, 1)),
        ("NWHC", (2, 3, 2, 3), (1, 2, 0, 1)),
        ("NCHW", (2, 3, 2, 3), (1, 1, 0, 2)),
    ],
)
def test_axes_come_in_the_order_of_the_layout(layout, shape, last):
    pixels = preprocess([IMAGE * 0, IMAGE], background_card(layout=layout, colour="BGR", mean=0.0, scale=1.0))
    assert pixels.shape == shape
    assert pixels[last] == IMAGE[0, 2, 1]


def test_a_network_for_single_pictures_gets_no_axis_for_several():
    assert preprocess([IMAGE], background_card(layout="HWC")).shape == (2, 3, 3)


def test_the_picture_itself_stays_as_it_is():
    before = IMAGE.copy()
    preprocess([IMAGE], CARD)
    assert (before == IMAGE).all()
