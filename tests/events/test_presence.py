from collections.abc import Mapping
from typing import NamedTuple

import pytest

from svod_rcgn.events.presence import PresenceRule
from svod_rcgn.events.rules import Change
from svod_rcgn.events.settings import NotificationSettings
from svod_rcgn.records import Frame, Phase, Subject, Visit
from tests.fakes import GREY, person, picture, sighting, stranger

RATE = 10
PICTURE = picture(GREY)


class Changes(NamedTuple):
    arrived: list[Change]
    left: list[tuple]


class Shown:
    """A rule that is shown names, and numbers of strangers, in place of observations."""

    def __init__(self, rule: PresenceRule) -> None:
        self.rule = rule

    def observe(self, time: float, scores: Mapping[str | int, float]) -> Changes:
        seen = {_subject(who): sighting(str(who), score=score) for who, score in scores.items()}
        return _sorted(self.rule.observe(Frame(PICTURE, 0, time, "film"), seen))

    def finish(self) -> Changes:
        return _sorted(self.rule.finish())

    @property
    def present(self) -> list[tuple]:
        return [_plain(visit) for visit in self.rule.present]

    @property
    def visits(self) -> list[tuple]:
        return [_plain(visit) for visit in self.rule.visits]


def _subject(who: str | int) -> Subject:
    return person(who) if isinstance(who, str) else stranger(who)


def _plain(visit: Visit) -> tuple:
    """A visit without its id: who, from when, until when, and its score."""
    return visit.subject.label or visit.subject.number, visit.first, visit.last, visit.score


def _sorted(changes: tuple[Change, ...]) -> Changes:
    begun = [change for change in changes if change.event.phase is Phase.BEGUN]
    return Changes(begun, [_plain(change.visit) for change in changes if change.event.phase is Phase.ENDED])


def _rule(**settings: float) -> Shown:
    return Shown(PresenceRule(NotificationSettings(**settings), 1 / RATE))


def _watch(rule: Shown, plan: str, start: float = 0.0) -> list[Change]:
    """Show a rule one frame a letter, ten a second: a letter is who is seen, a dot is nobody."""
    return [
        change
        for index, letter in enumerate(plan)
        for change in rule.observe(start + index / RATE, {} if letter == "." else {letter: 0.9}).arrived
    ]


def _told(changes: list[Change]) -> list[tuple]:
    """Who was announced, when, and in which share of the frames."""
    return [
        (change.visit.subject.label, change.event.time, change.event.measures["share"]) for change in changes
    ]


def _names(changes: list[Change]) -> list[str | None]:
    return [change.visit.subject.label for change in changes]


def _times(changes: list[Change]) -> list[float]:
    return [change.event.time for change in changes]


def test_somebody_seen_all_the_time_is_announced_once_after_a_whole_period():
    rule = _rule()
    events = _watch(rule, "A" * 300)
    assert _told(events) == [("A", 5.0, 1.0)]
    assert rule.finish().arrived == []


def test_just_half_of_the_frames_is_not_more_than_half():
    assert _watch(_rule(), "A." * 200) == []


def test_a_little_more_than_half_of_the_frames_is_enough():
    events = _watch(_rule(), "." * 50 + "A" * 26 + "." * 50)
    assert _times(events) == [7.5]
    assert events[0].event.measures["share"] == 26 / 50


def test_flickering_recognition_is_announced_once():
    assert len(_watch(_rule(), "AA." * 300)) == 1


def test_chance_frames_announce_nobody():
    assert _watch(_rule(), ("A" + "." * 9) * 100) == []


def test_a_chance_frame_at_the_start_of_a_live_camera_announces_nobody():
    assert _watch(_rule(), "A" + "." * 200, start=1.7e9) == []


def test_who_comes_back_within_the_absence_is_on_the_same_visit():
    rule = _rule()
    assert len(_watch(rule, "A" * 80 + "." * 290 + "A" * 80)) == 1
    assert [(visit.first, visit.last) for visit in rule.rule.visits] == [(0.1, 44.9)]


def test_who_comes_back_after_the_absence_is_announced_again():
    rule = _rule()
    events = _watch(rule, "A" * 80 + "." * 310 + "A" * 80)
    assert _times(events) == [5.0, 41.5]
    assert [(visit.first, visit.last) for visit in rule.rule.visits] == [(0.1, 7.9), (39.0, 46.9)]


def test_a_chance_frame_after_the_absence_does_not_announce_again():
    assert len(_watch(_rule(), "A" * 80 + "." * 310 + "A" + "." * 100)) == 1


def test_only_who_is_seen_now_is_announced():
    rule = _rule(share=0.1, absence=1.0)
    events = _watch(rule, "A" * 60 + "." * 45)
    assert len(events) == 1  # two seconds after leaving, still in a fifth of the window


def test_two_persons_and_a_stranger_do_not_disturb_each_other():
    rule = _rule()
    arrivals = [
        arrival
        for index in range(100)
        for arrival in rule.observe(index / RATE, {"A": 0.9, "B": 0.8, 1: 0.7}).arrived
    ]
    assert [arrival.visit.subject for arrival in arrivals] == [person("A"), person("B"), stranger(1)]


def test_the_score_is_the_mean_over_the_frames_that_named_the_person():
    rule = _rule()
    for index, score in enumerate((0.5, 0.7, 0.9)):
        rule.observe(index / RATE, {"A": score})
    rule.observe(0.3, {})
    (event,) = rule.finish().arrived
    assert event.event.score == pytest.approx(0.7)
    assert (event.event.measures["share"], event.visit.score) == (0.75, 0.9)


def test_a_single_picture_announces_who_is_on_it():
    rule = _rule()
    assert rule.observe(0, {"A": 0.9}).arrived == []
    assert _told(rule.finish().arrived) == [("A", 0, 1.0)]
    assert rule.visits == [("A", 0, 0, 0.9)]


def test_a_film_shorter_than_the_period_is_judged_over_the_frames_there_were():
    for plan, names in (("AAA.." * 5, ["A"]), ("AA..." * 5, []), ("." * 5, [])):
        rule = _rule()
        assert _watch(rule, plan) == []
        assert _names(rule.finish().arrived) == names


def test_the_end_of_a_longer_film_announces_nobody_else():
    rule = _rule()
    assert _watch(rule, "." * 60 + "A" * 20) == []
    assert rule.finish().arrived == []


def test_nothing_was_watched_and_nobody_is_announced():
    assert _rule().finish().arrived == []


def test_a_clip_of_two_shots_announces_who_fills_the_window():
    rule, rate = Shown(PresenceRule(NotificationSettings(), 1 / 29.97)), 29.97
    seen = {*range(20), *range(82, 211)}
    events = [
        event
        for index in range(275)
        for event in rule.observe(index / rate, {"A": 0.9} if index in seen else {}).arrived
    ]
    assert len(events) == 1
    assert 5 <= events[0].event.time < 7.1


def test_a_pause_of_the_source_begins_anew():
    rule = _rule()
    _watch(rule, "." * 100)
    assert rule.observe(60.0, {"A": 0.9}).arrived == []  # the only frame of its window
    assert _watch(rule, "." * 100, start=60.1) == []


def test_a_clock_that_is_set_back_begins_anew():
    rule = _rule()
    _watch(rule, "." * 100, start=1000)
    assert _watch(rule, "A" * 40, start=500) == []
    assert _times(_watch(rule, "A" * 40, start=504)) == [505.0]


def test_a_clock_that_is_set_back_by_an_hour_neither_turns_a_visit_round_nor_lengthens_it():
    rule = _rule(absence=30)
    _watch(rule, "A" * 60, start=10_000.0)
    _watch(rule, "A" * 10 + "." * 10, start=6_400.0)
    ((_, first, last, _),) = rule.present
    assert 5 < last - first < 9
    assert last == pytest.approx(6_400.9)
    assert rule.observe(last + 31, {}).left  # and not an hour later
    assert not rule.present


def test_frames_further_apart_than_the_period_each_decide_by_themselves():
    rule = Shown(PresenceRule(NotificationSettings(period=0.5), 1.0))
    events = [event for time, name in enumerate("ABC") for event in rule.observe(time, {name: 0.9}).arrived]
    assert _names(events) == ["B", "C"]


def test_a_slow_machine_announces_within_a_short_period_too():
    rule = Shown(PresenceRule(NotificationSettings(period=0.2), 1 / 30))
    assert [time for time in range(10) for _ in rule.observe(time, {"A": 0.9}).arrived] != []


def test_what_lies_before_the_period_is_forgotten():
    events = _watch(_rule(), "AB.." * 2500 + "..B" * 20 + "C" * 26)
    assert [told[::2] for told in _told(events)] == [("C", 26 / 50)]


def test_who_is_away_for_longer_than_the_absence_has_left():
    rule = _rule(absence=2.0)
    _watch(rule, "A" * 60)
    left = [visit for index in range(60, 100) for visit in rule.observe(index / RATE, {}).left]
    assert left == [("A", 0.1, 5.9, 0.9)]
    assert rule.present == []


def test_a_visit_bears_its_best_score():
    rule = _rule()
    for index in range(80):
        rule.observe(index / RATE, {"A": 0.99 if index == 70 else 0.5})
    assert [visit[-1] for visit in rule.present] == [0.99]


def test_a_visit_from_before_is_gone_on_with_and_not_announced_again():
    rule = _rule()
    rule.rule.resume(Visit("1", person("A"), 900.0, 990.0, 0.7))
    assert _watch(rule, "A" * 100, start=1000.0) == []
    assert rule.present == [("A", 900.0, 1009.9, 0.9)]


def test_who_turns_out_to_be_somebody_else_is_forgotten():
    rule = _rule()
    for index in range(60):
        rule.observe(index / RATE, {7: 0.9})
    assert _plain(rule.rule.withdraw(stranger(7))) == (7, 0.1, 5.9, 0.9)
    assert rule.present == rule.visits == []
    assert rule.rule.withdraw(stranger(7)) is None
    assert [rule.observe(6 + index / RATE, {}).left for index in range(400)] == [[]] * 400


def test_the_visits_that_are_remembered_are_bounded():
    rule = _rule(period=0.1, absence=0.1)
    for index in range(1500):
        rule.observe(index / RATE, {f"P{index // 3}": 0.9})
        rule.observe(index / RATE + 0.05, {})
    assert len(rule.visits) <= 1001


def test_an_event_bears_what_is_known_of_its_subject_and_where_it_happened():
    rule = PresenceRule(NotificationSettings(), 1 / RATE)
    seen = {person("A"): sighting("A", attributes={"position": "Queen"})}
    rule.observe(Frame(PICTURE, 0, 0.0, "door"), seen)
    (change,) = rule.finish()
    assert (change.event.source, change.event.attributes) == ("door", {"position": "Queen"})


def test_the_end_of_a_visit_bears_the_id_of_its_beginning():
    rule = PresenceRule(NotificationSettings(absence=2.0), 1 / RATE)
    changes = [
        change
        for index in range(100)
        for change in rule.observe(
            Frame(PICTURE, 0, index / RATE, "door"), {person("A"): sighting("A")} if index < 60 else {}
        )
    ]
    assert [change.event.phase for change in changes] == [Phase.BEGUN, Phase.ENDED]
    assert len({change.event.id for change in changes}) == 1
