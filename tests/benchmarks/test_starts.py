from pathlib import Path

import cv2
import numpy as np
import psutil
import pytest

from benchmarks import starts

LIMIT = 20.0  # seconds in which Python starts and ends on any machine


@pytest.mark.slow  # it waits for as long as any machine may need to start Python
def test_starts_that_hang_or_fail_are_counted_apart_from_those_that_end():
    codes = ["pass", "import time; time.sleep(600)", "raise SystemExit('no such film')"]
    counted = starts.count(lambda number: ["-c", codes[number]], starts.Effort(3, at_once=3, limit=LIMIT))
    assert (len(counted.seconds), counted.failed) == (1, ("no such film",))
    (stacks,) = counted.hung
    assert 'File "<string>", line 1 in <module>' in stacks
    assert str(counted).startswith("1 of 3 hung, 1 failed, the last with: no such film; a start takes ")


def test_where_no_start_came_to_its_end_there_is_no_time_to_tell():
    assert str(starts.Starts((), ("a stack", "a stack"), ())) == "2 of 2 hung"


def test_every_processor_is_busy_until_the_block_ends():
    me = psutil.Process()
    before = set(me.children())
    with starts.busy_machine():
        loops = set(me.children()) - before
        assert len(loops) == psutil.cpu_count()
    assert not set(me.children()) & loops


def test_a_short_film_holds_the_first_frames(tmp_path: Path):
    film = cv2.VideoWriter(str(tmp_path / "film.mp4"), cv2.VideoWriter.fourcc(*starts.CODEC), 25, (64, 48))
    for number in range(20):
        film.write(np.full((48, 64, 3), 10 * number, np.uint8))
    film.release()
    short = cv2.VideoCapture(str(starts.short_film(tmp_path / "film.mp4", tmp_path / "short.mp4")))
    levels = [frame.mean() for _, frame in iter(short.read, (False, None))]
    assert len(levels) == starts.FRAMES
    assert levels == sorted(levels)
    assert levels[0] < 5 < 10 * starts.FRAMES - 30 < levels[-1] < 10 * starts.FRAMES
