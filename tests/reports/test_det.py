import io

import numpy as np
import pytest
from PIL import Image

from svod_rcgn.reports.det import det, det_png


def scores(*values):
    return np.array(values, np.float32)


def test_every_limit_has_the_errors_that_it_would_cost():
    curve = det(scores(0.5, 0.9, -np.inf, 0.7), scores(0.1, 0.6))
    assert curve.limits[:-1] == pytest.approx([0.1, 0.5, 0.6, 0.7, 0.9])
    assert curve.false == pytest.approx([1, 0.5, 0.5, 0, 0, 0])
    assert curve.missed == pytest.approx([0.25, 0.25, 0.5, 0.5, 0.75, 1])
    assert (curve.genuine, curve.impostor) == (4, 2)


def test_the_last_limit_lets_nobody_pass():
    curve = det(scores(0.5), scores(0.5))
    assert (curve.false[-1], curve.missed[-1]) == (0, 1)


@pytest.mark.parametrize("impostor", [(0.1, 0.2), (0.6,), (0.95,)])
def test_the_curve_is_drawn_even_where_nobody_is_confused(impostor):
    picture = Image.open(io.BytesIO(det_png(det(scores(0.5, 0.9), scores(*impostor)))))
    assert picture.format == "PNG"
    assert min(picture.size) > 400
