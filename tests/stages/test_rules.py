import pytest

from svod_rcgn.entities import Event
from svod_rcgn.settings import NotificationSettings
from svod_rcgn.stages.rules import PresenceRule
from tests.fakes import sighting

RATE = 10


def _rule(**settings: float) -> PresenceRule:
    return PresenceRule(NotificationSettings(**settings), "film.mp4", 1 / RATE)


def _watch(rule: PresenceRule, plan: str, start: float = 0.0) -> list[Event]:
    """Show a rule one frame a letter, ten a second: a letter is who is seen, a dot is nobody."""
    return [
        event
        for index, letter in enumerate(plan)
        for event in rule.observe(start + index / RATE, [] if letter == "." else [sighting(letter)])
    ]


def test_somebody_seen_all_the_time_is_announced_once_after_a_whole_period():
    rule = _rule()
    events = _watch(rule, "A" * 300)
    assert [(event.name, event.time, event.share, event.source) for event in events] == [
        ("A", 5.0, 1.0, "film.mp4")
    ]
    assert rule.finish() == ()


def test_just_half_of_the_frames_is_not_more_than_half():
    assert _watch(_rule(), "A." * 200) == []


def test_a_little_more_than_half_of_the_frames_is_enough():
    events = _watch(_rule(), "." * 50 + "A" * 26 + "." * 50)
    assert [event.time for event in events] == [7.5]
    assert events[0].share == 26 / 50


def test_flickering_recognition_is_announced_once():
    assert len(_watch(_rule(), "AA." * 300)) == 1


def test_chance_frames_announce_nobody():
    assert _watch(_rule(), ("A" + "." * 9) * 100) == []


def test_a_chance_frame_at_the_start_of_a_live_camera_announces_nobody():
    assert _watch(_rule(), "A" + "." * 200, start=1.7e9) == []


def test_an_unknown_face_is_never_announced():
    rule = _rule()
    assert [rule.observe(index / RATE, [sighting(None)]) for index in range(100)] == [()] * 100
    assert rule.finish() == ()
    assert rule.visits == ()


def test_who_comes_back_within_the_absence_is_on_the_same_visit():
    rule = _rule()
    assert len(_watch(rule, "A" * 80 + "." * 290 + "A" * 80)) == 1
    assert [(visit.first, visit.last) for visit in rule.visits] == [(0.1, 44.9)]


def test_who_comes_back_after_the_absence_is_announced_again():
    rule = _rule()
    events = _watch(rule, "A" * 80 + "." * 310 + "A" * 80)
    assert [event.time for event in events] == [5.0, 41.5]
    assert [(visit.first, visit.last) for visit in rule.visits] == [(0.1, 7.9), (39.0, 46.9)]


def test_a_chance_frame_after_the_absence_does_not_announce_again():
    assert len(_watch(_rule(), "A" * 80 + "." * 310 + "A" + "." * 100)) == 1


def test_only_who_is_seen_now_is_announced():
    rule = _rule(share=0.1, absence=1.0)
    events = _watch(rule, "A" * 60 + "." * 45)
    assert len(events) == 1  # two seconds after leaving, still in a fifth of the window


def test_two_persons_do_not_disturb_each_other():
    rule = _rule()
    events = [
        event
        for index in range(100)
        for event in rule.observe(index / RATE, [sighting("A"), sighting("B"), sighting(None)])
    ]
    assert sorted(event.name for event in events) == ["A", "B"]


def test_two_faces_of_one_name_count_once_with_the_better_score():
    rule = _rule()
    rule.observe(0, [sighting("A", score=0.6), sighting("A", score=0.8)])
    (event,) = rule.finish()
    assert (event.share, event.score) == (1.0, 0.8)


def test_the_score_is_the_mean_over_the_frames_that_named_the_person():
    rule = _rule()
    for index, score in enumerate((0.5, 0.7, 0.9)):
        rule.observe(index / RATE, [sighting("A", score=score)])
    rule.observe(0.3, [])
    (event,) = rule.finish()
    assert event.score == pytest.approx(0.7)
    assert event.share == 0.75


def test_a_single_picture_announces_who_is_on_it():
    rule = _rule()
    assert rule.observe(0, [sighting("A"), sighting(None)]) == ()
    assert [(event.name, event.time, event.share) for event in rule.finish()] == [("A", 0, 1.0)]
    assert [(visit.name, visit.first, visit.last) for visit in rule.visits] == [("A", 0, 0)]


def test_a_film_shorter_than_the_period_is_judged_over_the_frames_there_were():
    for plan, names in (("AAA.." * 5, ["A"]), ("AA..." * 5, []), ("." * 5, [])):
        rule = _rule()
        assert _watch(rule, plan) == []
        assert [event.name for event in rule.finish()] == names


def test_the_end_of_a_longer_film_announces_nobody_else():
    rule = _rule()
    assert _watch(rule, "." * 60 + "A" * 20) == []
    assert rule.finish() == ()


def test_nothing_was_watched_and_nobody_is_announced():
    assert _rule().finish() == ()


def test_a_clip_of_two_shots_announces_who_fills_the_window():
    rule, rate = PresenceRule(NotificationSettings(), "clip", 1 / 29.97), 29.97
    seen = {*range(20), *range(82, 211)}
    events = [
        event
        for index in range(275)
        for event in rule.observe(index / rate, [sighting("A")] if index in seen else [sighting(None)])
    ]
    assert len(events) == 1
    assert 5 <= events[0].time < 7.1


def test_a_pause_of_the_source_begins_anew():
    rule = _rule()
    _watch(rule, "." * 100)
    assert rule.observe(60.0, [sighting("A")]) == ()  # the only frame of its window
    assert _watch(rule, "." * 100, start=60.1) == []


def test_a_clock_that_is_set_back_begins_anew():
    rule = _rule()
    _watch(rule, "." * 100, start=1000)
    assert _watch(rule, "A" * 40, start=500) == []
    assert [event.time for event in _watch(rule, "A" * 40, start=504)] == [505.0]


def test_frames_further_apart_than_the_period_each_decide_by_themselves():
    rule = PresenceRule(NotificationSettings(period=0.5), "pictures", 1.0)
    events = [event for time, name in enumerate("ABC") for event in rule.observe(time, [sighting(name)])]
    assert [event.name for event in events] == ["B", "C"]


def test_a_slow_machine_announces_within_a_short_period_too():
    rule = PresenceRule(NotificationSettings(period=0.2), "camera 0", 1 / 30)
    assert [time for time in range(10) for _ in rule.observe(time, [sighting("A")])] != []


def test_what_lies_before_the_period_is_forgotten():
    events = _watch(_rule(), "AB.." * 2500 + "..B" * 20 + "C" * 26)
    assert [(event.name, event.share) for event in events] == [("C", 26 / 50)]
