"""Every recipe of docs/rules.md is checked, and says of drawn scenes what the page says of it."""

import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import pytest

from benchmarks.drawn_panels import Camera, DrawnLight, DrawnPanel, Phase
from benchmarks.drawn_walkers import Crowd, Walker, crossing_crowd
from svod_rcgn.app.light_plan import plan_of
from svod_rcgn.events.subjects import TrackBook
from svod_rcgn.lights.analyzer import SharedLights
from svod_rcgn.lights.hue import COLOURS, LINEAR
from svod_rcgn.records import FACE, Frame, Observation, Subject
from svod_rcgn.records import Phase as Happened
from svod_rcgn.rules.engine import Happening, RuleEngine
from svod_rcgn.rules.quiet import Told
from svod_rcgn.rules.rule_file import parse_rules
from svod_rcgn.rules.scene import Seen
from svod_rcgn.rules.vocabulary import Condition, RulesText, conditions_of

PAGE = (Path(__file__).parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")
EXAMPLES = [parse_rules(text, "docs/rules.md") for text in re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)]
RECIPES = {rules.rules[0].name: rules for rules in EXAMPLES if rules.rules}
MONDAY_NIGHT = datetime(2026, 1, 26, 23, 0).timestamp()
MONDAY_NOON = MONDAY_NIGHT - 11 * 3600


def said(rules: RulesText, frames: Iterable[Seen], start: float = 0.0) -> list[Happening]:
    engine = RuleEngine(rules, "yard", lambda time: start + time)
    happenings = [each for seen in frames for each in engine.look(seen)]
    happenings += engine.finish()
    return [each for each in happenings if each.event.phase is Happened.BEGUN]


def in_the_bay(*walkers: tuple[float, float]) -> Crowd:
    """Walkers who begin then and pass through the bay at so many heights a second."""
    way = ((0.1, 0.7), (0.8, 0.7), (0.1, 0.75))
    return Crowd([Walker(n, begins, way, pace, 0.25) for n, (begins, pace) in enumerate(walkers)], seed=3)


def panel_frames(rules: RulesText) -> Iterable[Seen]:
    """Ready blinks green at 2 Hz from 4 to 10 s; the alarm goes on at 8 s."""
    lights = [
        DrawnLight(
            phases, colour, tuple(LINEAR[[int(COLOURS[colour][n : n + 2], 16) for n in (5, 3, 1)]]), 6.0, 5.0
        )
        for colour, phases in (
            ("green", (Phase(0, 0, 0.0), Phase(4, 2.0, 0.5), Phase(10, 0, 1.0))),
            ("red", (Phase(0, 0, 0.0), Phase(8, 0, 1.0))),
        )
    ]
    analyzer, book = SharedLights(plan_of(rules)).analyzer(), TrackBook()
    drawn = DrawnPanel(lights, Camera(rate=20.0), 14.0, seed=1, columns=2)
    for index, frame in enumerate(drawn.frames()):
        observations = analyzer.analyze(Frame(frame.image, index, frame.time, "panel"))
        height, width = frame.image.shape[:2]
        yield Seen(frame.time, width, height, book.identify(frame.time, observations, ()))


def test_there_are_five_recipes_and_an_example_and_all_are_tried_here():
    assert list(RECIPES) == [
        "Ada has come", "out by the door", "in the bay", "two in the bay", "ready blinks",
        "alarm while ready blinks",
    ]  # fmt: skip


def test_a_light_on_a_thing_that_a_detector_finds_is_read_as_the_page_says():
    (text,) = (each for each in EXAMPLES if not each.rules)
    (light,) = plan_of(text).lights
    assert (light.name, light.detected, light.box) == ("stop", "traffic light", (0.2, 0.02, 0.8, 0.34))


def test_every_condition_is_in_the_table_of_the_page():
    tags = {each.__struct_config__.tag for each in Condition.__args__}
    table = PAGE.partition("## Conditions")[2].partition("\n## ")[0]
    named = set(re.findall(r"`([a-z]+)`", "".join(re.findall(r"^\| (`[^|]*)\|", table, re.MULTILINE)))) - {
        "is"
    }
    assert named == tags


def test_a_person_is_told_after_two_seconds():
    ada = {Subject(FACE, "Ada"): Observation(kind=FACE, label="Ada", score=0.9)}
    frames = [Seen(step / 10, 640, 360, ada if 10 <= step < 50 else {}) for step in range(80)]
    (event,) = said(RECIPES["Ada has come"], frames)
    assert event.event.time == pytest.approx(3.0, abs=0.11)


def test_those_who_go_out_count_once_each():
    crowd, sides = crossing_crowd(11, 30)
    out = {number for number, side in sides.items() if side == "right"}
    found = [each.event.subject.number for each in said(RECIPES["out by the door"], crowd.frames())]
    assert sorted(found) == sorted(out)


def test_who_stays_in_the_bay_is_told_at_night_and_once_in_the_cooldown():
    rules, crowd = RECIPES["in the bay"], in_the_bay((0, 0.2), (8, 0.2), (20, 0.9))
    events = said(rules, crowd.frames(), MONDAY_NIGHT)
    assert [(each.event.subject.number, each.told) for each in events] == [(0, Told.YES), (1, Told.COOLDOWN)]
    assert events[0].clip == (5.0, 10.0)
    assert said(rules, crowd.frames(), MONDAY_NOON) == []


def test_two_in_the_bay_are_told_once():
    rules = RECIPES["two in the bay"]
    (event,) = said(rules, in_the_bay((0, 0.2), (1, 0.2)).frames())
    assert event.event.measures["count"] == 2
    assert said(rules, in_the_bay((0, 0.3), (30, 0.3)).frames()) == []


@pytest.mark.slow
def test_a_lamp_that_blinks_green_is_told():
    rules = RECIPES["ready blinks"]
    (event,) = said(rules, panel_frames(rules))
    assert 4 < event.event.time < 8
    assert event.event.measures["frequency"] == pytest.approx(2.0, rel=0.05)


@pytest.mark.slow
def test_an_alarm_after_a_lamp_began_to_blink_is_told():
    rules = RECIPES["alarm while ready blinks"]
    (event,) = said(rules, panel_frames(rules))
    assert 8 < event.event.time < 13
    assert event.severity == "alarm"
    assert len(list(conditions_of(rules.rules[0].when))) == 5
