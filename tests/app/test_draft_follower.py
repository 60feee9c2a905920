"""A draft on a camera: its rules begin and end as the film's truth says, and nothing is made of it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import time as wall_clock

import pytest

from svod_rcgn.app.draft_follower import DraftFollower, FollowedFrame
from svod_rcgn.app.onlookers import Looked
from svod_rcgn.records import LIGHT, OBJECT, Box, Observation, Subject
from svod_rcgn.rules.rule_file import parse_rules
from svod_rcgn.rules.vocabulary import RulesText
from tests.app.blinking_film import FAST, SLOW, BlinkingFilm, blinks
from tests.app.test_rule_service import CAR, NOW, Watched, recorded

QUICK, LATE = blinks("fast", 2.0, 3.2), 8.0  # seconds
STAYS = """
[[rules]]
name = "{name}"
look = {{ kind = "object", label = "car" }}
when = {{ is = "present", for = 1 }}
"""


def rules_of(text: str) -> RulesText:
    return parse_rules(text, "rules.toml")


class Tried:
    """A camera without a rule, and a draft that is followed on it."""

    def __init__(self, folder: Path, text: str) -> None:
        (folder / "rules.toml").write_text("")
        self.yard = Watched(folder, folder / "rules.toml")
        self.follower = DraftFollower(rules_of(text), "yard")
        self.seen: list[FollowedFrame] = []

    def show(self, start: float, seconds: float, *seen: Observation) -> None:
        with self.yard.in_use.onlookers.looking("yard", self._look):
            self.yard.show(start, seconds, *seen)

    def _look(self, looked: Looked) -> None:
        self.seen.append(self.follower.look(looked))

    def events(self) -> list[tuple[str, str, str]]:
        return [(each.rule, each.phase, each.subject) for frame in self.seen for each in frame.events]


@pytest.fixture
def tried(tmp_path: Path) -> Iterator[Tried]:
    made = Tried(tmp_path, STAYS.format(name="car stays"))
    yield made
    made.yard.service.close(0.0)


def test_a_draft_is_followed_by_what_the_wings_see_and_nobody_is_told_and_nothing_kept(
    tried: Tried, tmp_path: Path
):
    tried.show(NOW, 3, CAR)
    (holding,) = tried.seen[-1].holding
    assert (holding.rule, holding.subject, tried.follower.names) == ("car stays", "car 3", ("car stays",))
    assert NOW + 1 <= holding.since < NOW + 1.3
    assert holding.measures["present"] == pytest.approx(3, abs=0.2)
    tried.show(NOW + 3, 3)
    assert tried.events() == [("car stays", "begun", "car 3"), ("car stays", "ended", "car 3")]
    assert tried.seen[-1].holding == ()
    assert tried.yard.said() == []
    assert recorded(tmp_path) == []


def test_who_does_not_look_any_more_is_shown_nothing(tried: Tried):
    tried.show(NOW, 1, CAR)
    count = len(tried.seen)
    tried.yard.show(NOW + 1, 1, CAR)
    assert len(tried.seen) == count == 10
    assert tried.yard.in_use.onlookers.of("yard") == ()


def test_what_two_drafts_say_alike_goes_on_and_the_rest_ends(tried: Tried):
    tried.follower.replace(rules_of(STAYS.format(name="one") + STAYS.format(name="two")))
    tried.show(NOW, 2, CAR)
    tried.follower.replace(rules_of(STAYS.format(name="two") + STAYS.format(name="three")))
    tried.show(NOW + 2, 0.5, CAR)
    assert [(each.rule, each.since < NOW + 1.5) for each in tried.seen[-1].holding] == [("two", True)]
    assert [each[:2] for each in tried.events()] == [("one", "begun"), ("two", "begun"), ("one", "ended")]
    tried.show(NOW + 2.5, 1, CAR)
    assert [each.rule for each in tried.seen[-1].holding] == ["two", "three"]


def test_the_lights_of_the_rules_in_use_are_not_those_of_the_draft(tmp_path: Path):
    film = BlinkingFilm(10.0, source="yard", begin=NOW)
    frame = next(film.frames())
    shown = {Subject(LIGHT, "other"): Observation(kind=LIGHT, label="other", score=1.0)}
    follower = DraftFollower(rules_of(film.lamp() + QUICK), "yard")
    seen = follower.look(Looked(frame, shown))
    assert [(each.name, each.state) for each in seen.lights] == [("ready", None)]
    assert seen.lights[0].reason
    assert seen.lights[0].box == pytest.approx(film.box, abs=1e-3)


def test_a_light_on_a_thing_is_measured_where_the_wings_see_the_thing():
    film = BlinkingFilm(10.0, source="yard", begin=NOW)
    frame = next(film.frames())
    height, width = frame.image.shape[:2]
    text = '[lights.ready]\ndetected = "car"\nbox = [0, 0, 1, 1]\n'
    left, top, right, bottom = film.box
    box = Box(left * width, top * height, right * width, bottom * height)
    car = Observation(kind=OBJECT, label="car", score=0.9, box=box, track=1)
    follower = DraftFollower(rules_of(text), "yard")
    (found,) = follower.look(Looked(frame, {Subject(OBJECT, "car", 1): car})).lights
    assert found.box == pytest.approx(film.box, abs=1e-3)
    (lost,) = follower.look(Looked(replace(frame, time=NOW + 60), {})).lights
    assert (lost.box, lost.state) == (None, None)


@pytest.mark.slow
def test_rules_for_a_light_begin_and_end_as_the_film_does(tmp_path: Path):
    film = BlinkingFilm(150.0, seed=3, source="yard", begin=wall_clock())
    follower = DraftFollower(rules_of(film.lamp() + blinks("slow", 0.7, 1.4) + QUICK), "yard")
    seen = [follower.look(Looked(frame, {})) for frame in film.frames()]
    events = [each for frame in seen for each in frame.events]
    for rule, frequency in (("slow", SLOW), ("fast", FAST)):
        spans = film.spans(frequency)
        begun = [each.time - film.begin for each in events if (each.rule, each.phase) == (rule, "begun")]
        ended = [each.time - film.begin for each in events if (each.rule, each.phase) == (rule, "ended")]
        assert len(begun) == len(ended) == len(spans) > 0
        assert all(start < told < start + LATE for (start, _), told in zip(spans, begun, strict=True))
        assert all(end < told < end + LATE for (_, end), told in zip(spans, ended, strict=True))
