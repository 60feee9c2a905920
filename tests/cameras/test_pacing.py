from collections.abc import Callable
from threading import Event

import pytest

from svod_rcgn.cameras.pacing import Blocking, LatestFrame
from svod_rcgn.records import Frame, Observation
from tests.fakes import RED, picture, sighting
from tests.patience import PATIENCE, wait_for


class Eye:
    """An analyzer made of a function."""

    def __init__(self, look: Callable[[Frame], tuple[Observation, ...]]) -> None:
        self.analyze = look


def _frame(index: int) -> Frame:
    return Frame(picture(RED), index, index / 10, "film")


def test_blocking_each_frame_has_its_analysis():
    pacing = Blocking([Eye(lambda frame: (sighting(str(frame.index)),)), Eye(lambda frame: ())])
    for index in range(3):
        (analysis,) = pacing.analyze(_frame(index))
        first, second = analysis.observations
        assert (analysis.frame.index, first[0].label, second) == (index, str(index), ())
    assert (pacing.dropped, pacing.finish()) == (0, ())


def test_frames_that_come_while_one_is_worked_on_are_dropped_and_the_newest_is_next():
    gate, asked = Event(), []

    def look(frame: Frame):
        asked.append(frame.index)
        assert gate.wait(PATIENCE)
        return ()

    pacing = LatestFrame([Eye(look)])
    assert [list(pacing.analyze(_frame(index))) for index in range(4)] == [[]] * 4
    assert pacing.dropped == 3
    gate.set()
    seen: list[int] = []
    wait_for(lambda: seen or seen.extend(a.frame.index for a in pacing.analyze(_frame(9))) or seen)
    (last,) = pacing.finish()
    assert (seen, last.frame.index, asked) == ([0], 9, [0, 9])


def test_what_fails_aside_is_raised_with_the_next_frame_or_at_the_end():
    def fail(frame: Frame):
        raise ZeroDivisionError

    pacing = LatestFrame([Eye(fail)])
    pacing.analyze(_frame(0))
    with pytest.raises(ZeroDivisionError):
        wait_for(lambda: pacing.analyze(_frame(1)))
    assert pacing.finish() == ()
