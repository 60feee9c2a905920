from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from svod_rcgn.tracking.settings import BoxTrackingSettings
from svod_rcgn.tracking.tracker import NOBODY, BoxTracker

SETTINGS = BoxTrackingSettings()
RATE = 10.0  # looks a second
SURE, FAINT, CERTAIN = 1.5, 0.7, 3.0  # scores, in limits


def _tracker(settings: BoxTrackingSettings = SETTINGS) -> BoxTracker:
    return BoxTracker(settings, classes=3)


def _box(x: float, y: float = 100.0, width: float = 40.0, height: float = 80.0) -> list[float]:
    return [x - width / 2, y - height / 2, x + width / 2, y + height / 2]


def _look(
    tracker: BoxTracker,
    time: float,
    boxes: Sequence[Sequence[float]],
    scores: float | Sequence[float] = SURE,
    classes: int | Sequence[int] = 0,
) -> list[int]:
    """The numbers of boxes."""
    return _seen(tracker, time, boxes, scores, classes)[0]


def _seen(
    tracker: BoxTracker,
    time: float,
    boxes: Sequence[Sequence[float]],
    scores: float | Sequence[float],
    classes: int | Sequence[int],
) -> tuple[list[int], list[int]]:
    count = len(boxes)
    numbers, shown = tracker.track(
        time,
        np.array(boxes, np.float32).reshape(-1, 4),
        np.broadcast_to(np.float32(scores), count),
        np.broadcast_to(np.intp(classes), count),
    )
    return numbers.tolist(), shown.tolist()


def test_what_is_there_from_the_beginning_is_numbered_at_once() -> None:
    assert sorted(_look(_tracker(), 0, [_box(50), _box(200)])) == [1, 2]


def test_things_that_move_keep_their_numbers() -> None:
    tracker = _tracker()
    for look in range(20):
        assert _look(tracker, look / RATE, [_box(50 + 8 * look), _box(400 - 8 * look, y=300)]) == [1, 2]


def test_numbers_stay_where_one_passes_behind_the_other() -> None:
    tracker = _tracker()
    before = _look(tracker, 0, [_box(50), _box(350)])
    for look in range(1, 30):
        ours, theirs = _box(50 + 10 * look), _box(350 - 10 * look)
        hidden = abs(ours[0] - theirs[0]) < 30
        found = _look(tracker, look / RATE, [ours] if hidden else [ours, theirs])
        assert found == before[: len(found)]


def test_the_order_in_which_boxes_come_says_nothing() -> None:
    tracker = _tracker()
    boxes = [_box(50), _box(200), _box(350)]
    numbers = _look(tracker, 0, boxes)
    assert _look(tracker, 0.1, boxes[::-1]) == numbers[::-1]


def test_a_gap_is_bridged_to_where_the_thing_has_gone() -> None:
    tracker = _tracker()
    for look in range(8):
        _look(tracker, look / RATE, [_box(50 + 10 * look)])
    for look in range(8, 20):
        assert _look(tracker, look / RATE, []) == []
    assert _look(tracker, 2.0, [_box(250)]) == [1]


def test_what_comes_back_after_too_long_is_another() -> None:
    tracker = _tracker()
    for look in range(round(SETTINGS.max_gap * RATE) + 5):
        _look(tracker, look / RATE, [_box(50)] if look < 3 else [], CERTAIN)
    assert _look(tracker, look / RATE + 0.1, [_box(50)], CERTAIN) == [2]


def test_what_appears_later_is_numbered_when_it_was_seen_twice_or_surely() -> None:
    tracker = _tracker()
    _look(tracker, 0, [])
    assert _look(tracker, 0.1, [_box(50)]) == [NOBODY]
    assert _look(tracker, 0.2, [_box(50)]) == [1]
    assert _look(tracker, 0.3, [_box(50), _box(300)], [SURE, CERTAIN]) == [1, 2]


def test_what_was_seen_once_is_not_waited_for() -> None:
    tracker = _tracker()
    _look(tracker, 0, [])
    _look(tracker, 0.1, [_box(50)])
    _look(tracker, 0.2, [])
    assert _look(tracker, 0.3, [_box(50)]) == [NOBODY]


def test_a_faint_box_goes_on_with_a_thing_and_begins_none() -> None:
    tracker = _tracker()
    _look(tracker, 0, [_box(50)])
    assert _look(tracker, 0.1, [_box(52), _box(300)], FAINT) == [1, NOBODY]
    assert _look(tracker, 0.2, [_box(54), _box(300)], FAINT) == [1, NOBODY]


def test_a_sure_box_is_given_before_a_faint_one_that_lies_better() -> None:
    tracker = _tracker()
    _look(tracker, 0, [_box(50)])
    assert _look(tracker, 0.1, [_box(50), _box(55)], [FAINT, SURE]) == [NOBODY, 1]


def test_a_thing_is_of_the_class_that_it_was_most() -> None:
    tracker = _tracker()
    for look in range(4):
        _look(tracker, look / RATE, [_box(50)], classes=2)
    assert _seen(tracker, 0.5, [_box(50)], SURE, 1) == ([1], [2])


def test_two_names_for_one_thing_are_one_thing_and_two_things_of_two_classes_are_two() -> None:
    tracker = _tracker()
    assert _look(tracker, 0, [_box(50), _box(51)], [1.2, 1.9], [0, 1]) == [NOBODY, 1]
    assert sorted(_look(_tracker(), 0, [_box(50), _box(75)], SURE, [0, 1])) == [1, 2]


@pytest.mark.parametrize("time", [-5.0, 0.0, SETTINGS.pause + 1])
def test_after_a_step_back_or_a_long_pause_all_is_new_and_numbers_go_on(time: float) -> None:
    tracker = _tracker()
    assert _look(tracker, 0.0, [_box(50)]) == [1]
    assert _look(tracker, time, [_box(50)]) == [2]
    assert tracker.count == 2


def test_a_thing_that_stands_still_is_the_same_however_rarely_it_is_looked_at() -> None:
    tracker = _tracker()
    for look in range(4):
        assert _look(tracker, look * 0.9 * SETTINGS.pause, [_box(50)]) == [1]


def test_after_a_cut_all_is_new() -> None:
    tracker = _tracker()
    _look(tracker, 0, [_box(50)])
    tracker.forget()
    assert _look(tracker, 0.04, [_box(50)]) == [2]


_SIDES = st.floats(1, 200, width=32)
_BOXES = st.lists(
    st.tuples(st.floats(0, 600, width=32), st.floats(0, 600, width=32), _SIDES, _SIDES, st.floats(0.5, 4)),
    max_size=12,
)


@pytest.mark.slow
@given(st.lists(_BOXES, max_size=12), st.lists(st.floats(0.01, 20), min_size=12, max_size=12))
def test_whatever_comes_no_two_boxes_of_a_look_have_one_number_and_no_number_is_skipped(
    looks: list[list[tuple[float, ...]]], steps: list[float]
) -> None:
    tracker, time, given_out = _tracker(), 0.0, set()
    for boxes, step in zip(looks, steps, strict=False):
        time += step
        numbers = _look(tracker, time, [_box(*each[:4]) for each in boxes], [each[4] for each in boxes])
        found = [number for number in numbers if number != NOBODY]
        assert len(set(found)) == len(found)
        given_out.update(found)
    assert given_out == set(range(1, tracker.count + 1))
