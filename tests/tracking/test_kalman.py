import numpy as np
import pytest

from svod_rcgn.tracking.kalman import Motions

RATE = 10.0


def _boxes(time: float, count: int = 2) -> np.ndarray:
    """Boxes of 40 by 80 pixels that move 60 pixels a second to the right and 30 down, each from elsewhere."""
    left = 100.0 * np.arange(count) + 60 * time
    top = 20 + 30 * time * np.ones(count)
    return np.stack([left, top, left + 40, top + 80], 1)


def _followed(looks: int, jitter: float = 0.0) -> Motions:
    generator = np.random.default_rng(0)
    motions = Motions.begun(_boxes(0))
    for look in range(1, looks):
        seen = _boxes(look / RATE) + generator.normal(0, 1, (2, 4)) * jitter
        motions = motions.after(1 / RATE).corrected(seen)
    return motions


def test_boxes_that_were_just_seen_are_where_they_were_seen() -> None:
    assert Motions.begun(_boxes(0)).boxes == pytest.approx(_boxes(0))


def test_a_steady_motion_goes_on() -> None:
    motions = _followed(20)
    assert motions.speeds[:, :2] == pytest.approx(np.array([[60, 30]] * 2), abs=2)
    assert motions.after(1.0).boxes == pytest.approx(_boxes(1.9 + 1.0), abs=3)


def test_what_a_detector_says_of_a_place_is_smoothed() -> None:
    errors = [_followed(looks, jitter=3.0).places[:, :2] - _middles(looks) for looks in range(20, 60)]
    assert np.std(errors) < 3.0 / np.sqrt(2)  # middles are means of two edges


def test_the_longer_nothing_was_seen_the_less_is_known() -> None:
    motions = _followed(10)
    spreads = [motions.after(seconds).spread[0, 0] for seconds in (0.1, 0.5, 2.0)]
    assert spreads == sorted(spreads)
    assert motions.after(0.1).corrected(_boxes(1.0)).spread[0, 0] < spreads[0]


def test_two_short_steps_are_one_long_step() -> None:
    motions = _followed(5)
    one, two = motions.after(0.6), motions.after(0.2).after(0.4)
    assert one.places == pytest.approx(two.places)
    assert one.spread == pytest.approx(two.spread, rel=0.05)  # sides, by which spreads go, change between


def test_a_box_that_shrinks_does_not_turn_inside_out() -> None:
    motions = Motions.begun(np.array([[0.0, 0, 100, 100]]))
    for look in range(1, 10):
        inset = 5.0 * look
        motions = motions.after(0.1).corrected(np.array([[inset, inset, 100 - inset, 100 - inset]]))
    left, top, right, bottom = motions.after(5.0).boxes[0]
    assert right - left >= 1
    assert bottom - top >= 1


def test_some_are_taken_put_back_and_added() -> None:
    motions = _followed(5)
    first = motions.at([0])
    assert first.boxes == pytest.approx(motions.boxes[:1])
    assert (first + motions.at([1])).boxes == pytest.approx(motions.boxes)
    moved = first.after(1.0)
    both = motions.put([0], moved)
    assert both.boxes == pytest.approx(np.concatenate([moved.boxes, motions.boxes[1:]]))


def _middles(looks: int) -> np.ndarray:
    boxes = _boxes((looks - 1) / RATE)
    return (boxes[:, :2] + boxes[:, 2:]) / 2
