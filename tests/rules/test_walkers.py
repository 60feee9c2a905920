"""Lines, zones and counts on walkers whose truth is known, with a detector that misses and trembles."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.drawn_walkers import BAY, DOOR, WIDTH, Crowd, Walker, crossing_crowd, is_in_bay, staying_crowd
from svod_rcgn.records import Phase, Subject
from svod_rcgn.rules.engine import Happening, RuleEngine
from svod_rcgn.rules.rule_file import parse_rules
from svod_rcgn.rules.scene import Seen
from svod_rcgn.tracking.settings import BoxTrackingSettings
from svod_rcgn.tracking.tracker import NOBODY, BoxTracker


def tracked(frames: Iterable[Seen]) -> Iterator[Seen]:
    """The frames with the numbers of a tracker in place of the true ones."""
    tracker = BoxTracker(BoxTrackingSettings(), 1)
    for seen in frames:
        found = list(seen.subjects.values())
        boxes = np.array([(b.left, b.top, b.right, b.bottom) for each in found if (b := each.box)]).reshape(
            -1, 4
        )
        numbers, _ = tracker.track(seen.time, boxes, np.full(len(found), 1.6), np.zeros(len(found), np.intp))
        subjects = {
            Subject("object", "person", int(number)): each
            for number, each in zip(numbers, found, strict=True)
            if number != NOBODY
        }
        yield replace(seen, subjects=subjects)


def watch(
    crowd: Crowd, rule: str, follow: Callable[[Iterable[Seen]], Iterable[Seen]] = iter
) -> list[Happening]:
    text = f"[zones]\nbay = {[list(p) for p in BAY]}\n[lines]\ndoor = {[list(p) for p in DOOR]}\n"
    text += f'[[rules]]\nname = "it"\nlook = {{ kind = "object", label = "person" }}\nwhen = {rule}\n'
    engine = RuleEngine(parse_rules(text, "rules.toml"), "yard")
    return [happening for seen in follow(crowd.frames()) for happening in engine.look(seen)] + list(
        engine.finish()
    )


def begun(happenings: list[Happening]) -> Counter:
    return Counter(each.event.subject.number for each in happenings if each.event.phase is Phase.BEGUN)


@pytest.mark.parametrize("seed", range(4))
def test_each_crossing_is_counted_once_and_none_is_lost(seed: int):
    crowd, truth = crossing_crowd(seed, 40)
    assert begun(watch(crowd, '{ is = "crosses", line = "door" }')) == Counter(dict.fromkeys(truth, 1))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_behind_the_tracker_of_the_cameras_what_it_bridged_is_counted_once(seed: int):
    """One walker after another; who turns round at once while missed may come out with another number."""
    crowd, truth = crossing_crowd(seed, 20)
    apart = replace(crowd, walkers=[replace(each, begins=20.0 * each.number) for each in crowd.walkers])
    happenings = watch(apart, '{ is = "crosses", line = "door" }', tracked)
    crossed = [int(each.event.time // 20) for each in happenings if each.event.phase is Phase.BEGUN]
    bridged = on_both_sides(tracked(apart.frames())) & set(truth)
    assert bridged
    assert len(crossed) >= 0.8 * len(truth)
    assert len(crossed) == len(set(crossed))
    assert bridged <= set(crossed) <= set(truth)


def on_both_sides(frames: Iterable[Seen]) -> set[int]:
    """The walkers, twenty seconds each, who kept one number from one side of the door to the other."""
    sides: dict[tuple[int, Subject], set[bool]] = {}
    for seen in frames:
        for subject, each in seen.subjects.items():
            x = each.box.centre[0] / WIDTH if each.box else 0.5
            if abs(x - DOOR[0][0]) > 0.06:
                sides.setdefault((int(seen.time // 20), subject), set()).add(x > DOOR[0][0])
    return {walker for (walker, _), both in sides.items() if len(both) > 1}


@pytest.mark.parametrize("to", ["left", "right"])
def test_only_crossings_to_the_side_that_is_asked_for_count(to: str):
    crowd, truth = crossing_crowd(7, 40)
    wanted = [number for number, side in truth.items() if side == to]
    assert begun(watch(crowd, f'{{ is = "crosses", line = "door", to = "{to}" }}')) == Counter(
        dict.fromkeys(wanted, 1)
    )


def test_one_who_goes_to_and_fro_counts_once_or_each_time_as_the_rule_says():
    way = ((0.2, 0.7), (0.8, 0.7), (0.2, 0.7), (0.8, 0.7))
    crowd = Crowd([Walker(1, 0.0, way, 0.4, 0.25)], seed=1)
    assert begun(watch(crowd, '{ is = "crosses", line = "door" }'))[1] == 1
    assert begun(watch(crowd, '{ is = "crosses", line = "door", again = true }'))[1] == 3


@pytest.mark.parametrize("seed", range(3))
def test_dwell_is_measured_through_gaps(seed: int):
    crowd, truth = staying_crowd(seed, 25)
    found = begun(watch(crowd, '{ is = "in", zone = "bay", for = 3 }'))
    assert set(found.values()) <= {1}
    for number, seconds in truth.items():
        if abs(seconds - 3) > 0.7:  # nearer, a trembling box decides
            assert (number in found) == (seconds > 3), (number, seconds)


@pytest.mark.parametrize("seed", range(3))
def test_a_count_does_not_flicker(seed: int):
    crowd, _ = staying_crowd(seed, 25)
    happenings = watch(crowd, '{ is = "count", zone = "bay", at_least = 2, for = 1 }')
    times = [index / 10 for index in range(int(10 * max(walker.ends for walker in crowd.walkers)))]
    together = [_number_in_bay(crowd, time) >= 2 for time in times]
    spells = sum(now and not before for before, now in zip([False, *together], together, strict=False))
    assert 0 < sum(begun(happenings).values()) <= spells
    for each in happenings:
        if each.event.phase is Phase.BEGUN:
            assert any(_number_in_bay(crowd, each.event.time - ago / 10) >= 2 for ago in range(15))


def _number_in_bay(crowd: Crowd, time: float) -> int:
    return sum(is_in_bay(place) for walker in crowd.walkers if (place := walker.place(time)) is not None)
