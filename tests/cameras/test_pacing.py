from threading import Event

import pytest

from svod_rcgn.cameras.pacing import Blocking, LatestFrame
from svod_rcgn.records import Frame
from tests.fakes import RED, picture, sighting
from tests.patience import PATIENCE, wait_for


def _frame(index: int) -> Frame:
    return Frame(picture(RED), index, index / 10, "film")


def test_in_step_each_frame_has_its_answer():
    labeller = Blocking(lambda frame: (sighting(str(frame.index)),))
    for index in range(3):
        (answer,) = labeller.label(_frame(index))
        assert (answer.frame.index, answer.sightings[0].match.name) == (index, str(index))
    assert (labeller.dropped, labeller.finish()) == (0, ())


def test_frames_that_come_while_one_is_worked_on_are_dropped_and_the_newest_is_next():
    gate, asked = Event(), []

    def process(frame: Frame):
        asked.append(frame.index)
        assert gate.wait(PATIENCE)
        return ()

    labeller = LatestFrame(process)
    assert [list(labeller.label(_frame(index))) for index in range(4)] == [[]] * 4
    assert labeller.dropped == 3
    gate.set()
    answers: list[int] = []
    wait_for(lambda: answers or answers.extend(a.frame.index for a in labeller.label(_frame(9))) or answers)
    (last,) = labeller.finish()
    assert (answers, last.frame.index, asked) == ([0], 9, [0, 9])


def test_what_fails_aside_is_raised_with_the_next_frame_or_at_the_end():
    def fail(frame: Frame):
        raise ZeroDivisionError

    labeller = LatestFrame(fail)
    labeller.label(_frame(0))
    with pytest.raises(ZeroDivisionError):
        wait_for(lambda: labeller.label(_frame(1)))
    assert labeller.finish() == ()
