"""What rules make of records: events with measures, and why there was none."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import pytest

from svod_rcgn.records import FACE, PICTURE, Box, Observation, Phase, Subject
from svod_rcgn.rules.engine import Happening, RuleEngine
from svod_rcgn.rules.quiet import Told
from svod_rcgn.rules.rule_file import parse_rules
from svod_rcgn.rules.scene import Seen

ZONES = "[zones]\nbay = [[0.5, 0.0], [1.0, 0.0], [1.0, 1.0], [0.5, 1.0]]\n"
RATE = 10


def engine(when: str, rest: str = "", places: str = ZONES, **settings: Any) -> RuleEngine:
    text = f'{places}[[rules]]\nname = "it"\nwhen = {when}\n{rest}'
    return RuleEngine(parse_rules(text, "rules.toml"), "yard", **settings)


def car(
    x: float = 0.75, number: int | None = 1, label: str = "car", score: float = 0.9, y: float = 0.8
) -> tuple[Subject, Observation]:
    box = Box(1000 * x - 50, 1000 * y - 100, 1000 * x + 50, 1000 * y)
    return Subject("object", label, number), Observation(
        kind="object", label=label, score=score, box=box, track=number
    )


def lamp(state: str | None, **about: Any) -> tuple[Subject, Observation]:
    observation = Observation(kind="light", label="pump", score=1.0, attributes={"state": state, **about})
    return Subject("light", "pump"), observation


def show(
    rules: RuleEngine, start: float, seconds: float, *seen: tuple[Subject, Observation]
) -> list[Happening]:
    found = []
    for index in range(round(seconds * RATE)):
        record = Seen(start + index / RATE, 1000, 1000, dict(seen))
        found += rules.look(record)
    return found


def phases(happenings: Iterable[Happening]) -> list[Phase]:
    return [each.event.phase for each in happenings]


def test_what_is_present_begins_once_and_ends_when_it_is_gone():
    rules = engine('{ is = "present", for = 1 }')
    found = show(rules, 0, 3, car()) + show(rules, 3, 5)
    assert phases(found) == [Phase.BEGUN, Phase.ENDED]
    begun, ended = (each.event for each in found)
    assert begun.id == ended.id
    assert begun.measures["present"] == pytest.approx(1.0, abs=0.11)
    assert ended.measures["seconds"] == pytest.approx(3.0, abs=0.3)
    assert begun.subject == Subject("object", "car", 1)


def test_gaps_shorter_than_the_patience_do_not_count():
    rules = engine('{ is = "present", for = 2 }')
    found = show(rules, 0, 1, car()) + show(rules, 1, 0.8) + show(rules, 1.8, 1.5, car())
    assert phases(found) == [Phase.BEGUN]
    impatient = engine('{ is = "present", for = 2 }', "patience = 0.3")
    found = show(impatient, 0, 1, car()) + show(impatient, 1, 0.8) + show(impatient, 1.8, 1.5, car())
    assert phases(found) == []


def test_what_is_gone_is_told_after_so_long():
    rules = engine('{ is = "gone", for = 3 }')
    found = show(rules, 0, 1, car()) + show(rules, 1, 2.8)
    assert found == []
    assert phases(show(rules, 3.8, 1)) == [Phase.BEGUN]


def test_nothing_seen_for_long_is_told_of_all():
    rules = engine('{ is = "unseen", for = 5 }', 'look = { label = "cat" }')
    assert phases(show(rules, 0, 6, car())) == [Phase.BEGUN]
    assert phases(show(rules, 6, 1, car(label="cat"))) == [Phase.ENDED]


def test_a_rule_looks_only_at_what_it_is_for():
    for look in ('label = "cat"', 'kind = "face"', "score = 0.95", 'person = "Ada"', "unknown = true"):
        rules = engine('{ is = "present" }', f"look = {{ {look} }}")
        assert show(rules, 0, 2, car()) == []
    ada = Subject(FACE, "Ada"), Observation(kind=FACE, label="Ada", score=0.9, box=Box(0, 0, 10, 10))
    assert phases(show(engine('{ is = "present" }', 'look = { person = "Ada" }'), 0, 2, ada)) == [Phase.BEGUN]
    nobody = Subject(FACE, None, 3), Observation(kind=FACE, label=None, score=0.9, box=Box(0, 0, 10, 10))
    assert phases(show(engine('{ is = "present" }', "look = { unknown = true }"), 0, 2, nobody)) == [
        Phase.BEGUN
    ]
    door = Subject(PICTURE, "open"), Observation(kind=PICTURE, label="open", score=0.9)
    assert phases(
        show(engine('{ is = "present" }', 'look = { kind = "picture", label = "open" }'), 0, 2, door)
    ) == [Phase.BEGUN]


def test_rules_of_other_cameras_do_nothing():
    assert engine('{ is = "present" }', 'cameras = ["gate"]').names == ()


@pytest.mark.parametrize(
    ("point", "x", "inside"),
    [("bottom", 0.55, True), ("all", 0.52, False), ("any", 0.48, True), ("centre", 0.45, False)],
)
def test_which_point_of_a_box_is_in_a_zone_is_said(point: str, x: float, inside: bool):
    rules = engine(f'{{ is = "in", zone = "bay", point = "{point}" }}')
    assert bool(show(rules, 0, 2, car(x))) == inside


def test_a_count_of_a_zone_tells_the_number():
    rules = engine('{ is = "count", zone = "bay", at_least = 2, for = 0.5 }')
    assert show(rules, 0, 2, car(0.75, 1), car(0.25, 2)) == []
    assert rules.nearest("it").reason == "count 1 < 2"
    (begun,) = show(rules, 2, 2, car(0.75, 1), car(0.85, 2))
    assert begun.event.measures["count"] == 2


def test_speed_is_told_where_the_scale_is_given():
    rules = engine('{ is = "speed", width = 20, above = 5 }')
    found = []
    for index in range(20):
        found += rules.look(Seen(index / RATE, 1000, 1000, dict([car(0.1 + 0.04 * index)])))
    assert phases(found) == [Phase.BEGUN]
    assert found[0].event.measures["speed"] == pytest.approx(8.0, rel=0.05)
    slow = engine('{ is = "speed", width = 20, above = 5 }')
    for index in range(20):
        slow.look(Seen(index / RATE, 1000, 1000, dict([car(0.1 + 0.01 * index)])))
    assert slow.nearest("it").reason == "speed 2 m/s < 5 m/s"


def test_what_is_near_another_is_told():
    rules = engine('{ is = "near", label = "person", distance = 0.05 }', 'look = { label = "car" }')
    assert show(rules, 0, 2, car(0.5), car(0.7, 9, "person")) == []
    assert "away > 0.05" in rules.nearest("it").reason
    assert phases(show(rules, 2, 2, car(0.5), car(0.62, 9, "person"))) == [Phase.BEGUN]


def test_a_state_holds_through_moments_in_which_it_cannot_be_told():
    rules = engine('{ is = "state", state = "on", for = 2 }')
    found = (
        show(rules, 0, 1.5, lamp("on")) + show(rules, 1.5, 0.7, lamp(None)) + show(rules, 2.2, 1, lamp("on"))
    )
    assert phases(found) == [Phase.BEGUN]
    assert phases(show(rules, 3.2, 1, lamp("off"))) == [Phase.ENDED]


def test_blinking_is_told_between_two_frequencies_and_with_its_measures():
    flashing = lamp("blinking", frequency=2.0, duty=0.4, alternations=6)
    rules = engine('{ is = "blinks", from = 1, to = 3, alternations = 6 }')
    (begun,) = show(rules, 0, 1, flashing)
    assert begun.event.measures["frequency"] == 2.0
    fast = engine('{ is = "blinks", from = 3, to = 5 }')
    assert show(fast, 0, 1, flashing) == []
    assert fast.nearest("it").reason == "frequency 2.00 Hz < 3 Hz"
    dark = engine('{ is = "blinks" }')
    show(dark, 0, 3, lamp(None, reason="it has not been seen for 3.0 s"))
    assert dark.nearest("it").reason.endswith("it has not been seen for 3.0 s")


def test_colours_and_attributes_are_told():
    red = lamp("on", colour="red")
    assert phases(show(engine('{ is = "colour", colour = ["red", "amber"] }'), 0, 1, red)) == [Phase.BEGUN]
    assert show(engine('{ is = "colour", colour = "green" }'), 0, 1, red) == []
    assert phases(show(engine('{ is = "attribute", name = "colour", equals = "red" }'), 0, 1, red)) == [
        Phase.BEGUN
    ]
    counted = lamp("on", age=12.0)
    assert phases(show(engine('{ is = "attribute", name = "age", at_least = 10 }'), 0, 1, counted)) == [
        Phase.BEGUN
    ]
    assert show(engine('{ is = "attribute", name = "age", at_most = 10 }'), 0, 1, counted) == []


def test_all_any_and_not_combine():
    both = '{ is = "all", of = [{ is = "in", zone = "bay" }, { is = "present", for = 2 }] }'
    rules = engine(both)
    assert show(rules, 0, 1.5, car(0.75)) == []
    assert rules.nearest("it").reason == "present 1.4 s < 2 s"
    assert phases(show(rules, 1.5, 1, car(0.75))) == [Phase.BEGUN]
    either = '{ is = "any", of = [{ is = "in", zone = "bay" }, { is = "present", for = 2 }] }'
    assert phases(show(engine(either), 0, 1, car(0.75))) == [Phase.BEGUN]
    outside = '{ is = "all", of = [{ is = "present" }, { is = "not", of = { is = "in", zone = "bay" } }] }'
    assert phases(show(engine(outside), 0, 1, car(0.25))) == [Phase.BEGUN]
    inside = engine(outside)
    assert show(inside, 0, 1, car(0.75)) == []
    assert "in holds, and must not" in inside.nearest("it").reason


def test_one_thing_after_another_counts_within_its_time():
    steps = (
        '{ is = "then", within = 5, of = [{ is = "state", state = "on" }, { is = "state", state = "off" }] }'
    )
    rules = engine(steps)
    found = show(rules, 0, 2, lamp("on")) + show(rules, 2, 1, lamp("off"))
    assert phases(found) == [Phase.BEGUN]
    slow = engine(steps)
    assert show(slow, 0, 8, lamp("on")) + show(slow, 8, 1, lamp("off")) == []
    backwards = engine(steps)
    assert show(backwards, 0, 2, lamp("off")) + show(backwards, 2, 1, lamp("on")) == []
    assert backwards.nearest("it").reason.startswith("step 2 of 2: ")


def test_a_schedule_over_midnight_belongs_to_the_day_it_begins():
    rest = 'schedule = { days = ["sat"], from = "22:00", to = "06:00" }'
    for moment, counts in (
        (datetime(2026, 11, 28, 23, 0), True),  # a Saturday
        (datetime(2026, 11, 29, 5, 0), True),
        (datetime(2026, 11, 28, 5, 0), False),
        (datetime(2026, 11, 28, 12, 0), False),
    ):
        rules = engine('{ is = "present" }', rest)
        assert bool(show(rules, moment.timestamp(), 2, car())) == counts
        if not counts:
            assert "schedule" in rules.nearest("it").reason


def test_a_cooldown_counts_from_the_last_that_was_told_and_says_how_many_were_held_back():
    rules = engine('{ is = "present" }', "cooldown = 30")
    told = []
    for visit in range(5):
        told += show(rules, 12.0 * visit, 2, car(number=visit)) + show(rules, 12.0 * visit + 2, 9.9)
    begun = [each for each in told if each.event.phase is Phase.BEGUN]
    assert [each.told for each in begun] == [Told.YES, Told.COOLDOWN, Told.COOLDOWN, Told.YES, Told.COOLDOWN]
    assert begun[3].event.measures["held_back"] == 2


def test_a_quota_holds_back_all_but_alarms():
    for severity, last in (("info", Told.QUOTA), ("alarm", Told.YES)):
        rules = engine('{ is = "present" }', f'severity = "{severity}"', places=f"quota = 2\n{ZONES}")
        found = [show(rules, 10.0 * visit, 2, car(number=visit))[-1] for visit in range(3)]
        assert [each.told for each in found] == [Told.YES, Told.YES, last]


def test_why_a_rule_did_not_fire_can_be_asked_of_a_time():
    rules = engine('{ is = "in", zone = "bay", for = 4 }', 'look = { label = "car", score = 0.5 }')
    show(rules, 0, 3, car(score=0.41))
    assert rules.why("it", 2.0).reason == "score 0.41 < 0.50"
    show(rules, 3, 2, car(0.25))
    assert "outside of bay by" in rules.why("it", 4.5).reason
    show(rules, 5, 2.2, car(0.75))
    assert rules.why("it", 7.0).reason == "dwell 2.1 s < 4 s"
    assert engine('{ is = "present" }').nearest("it") is None


def test_nothing_like_it_was_seen_is_a_reason():
    rules = engine('{ is = "present" }', 'look = { label = "cat" }')
    show(rules, 0, 2, car())
    assert rules.nearest("it").reason == "no cat was seen"


def test_an_impossible_state_is_held_back_and_the_last_good_one_shown():
    places = (
        '[lights.pump]\nbox = [0, 0, 0.1, 0.1]\nshortest = { off = 1.0 }\nafter = { blinking = ["on"] }\n'
    )
    rules = engine('{ is = "state", state = "off" }', places=places)
    assert (
        show(rules, 0, 2, lamp("on")) + show(rules, 2, 0.5, lamp("off")) + show(rules, 2.5, 1, lamp("on"))
        == []
    )
    assert phases(show(rules, 3.5, 2, lamp("off"))) == [Phase.BEGUN]
    blinks = engine('{ is = "state", state = "blinking" }', places=places)
    assert show(blinks, 0, 2, lamp("off")) + show(blinks, 2, 3, lamp("blinking")) == []


def test_a_light_that_cannot_be_told_any_more_keeps_no_state_for_ever():
    places = "[lights.pump]\nbox = [0, 0, 0.1, 0.1]\nshortest = { on = 1.0 }\n"
    rules = engine('{ is = "state", state = "on" }', places=places)
    assert phases(show(rules, 0, 3, lamp("on"))) == [Phase.BEGUN]
    assert phases(show(rules, 3, 3, lamp(None))) == [Phase.ENDED]


def test_a_person_called_like_a_light_is_none():
    places = "[lights.Ada]\nbox = [0, 0, 0.1, 0.1]\nshortest = { on = 60.0 }\n"
    rules = engine('{ is = "attribute", name = "state", equals = "on" }', places=places)
    ada = Observation(kind="face", label="Ada", score=1.0, attributes={"state": "on"})
    assert phases(show(rules, 0, 1, (Subject("face", "Ada"), ada))) == [Phase.BEGUN]


def test_what_a_light_may_do_is_known_on_when_rules_are_read_again():
    places = "[lights.pump]\nbox = [0, 0, 0.1, 0.1]\nshortest = { on = 1.0 }\n"
    text = parse_rules(
        f'{places}[[rules]]\nname = "it"\nwhen = {{ is = "state", state = "on" }}\n', "rules.toml"
    )
    before = RuleEngine(text, "yard")
    assert phases(show(before, 0, 3, lamp("on"))) == [Phase.BEGUN]
    after = RuleEngine(text, "yard", before=before)
    assert show(after, 3, 3, lamp("on")) == []


def test_a_clock_set_back_ends_what_goes_on_and_begins_anew():
    rules = engine('{ is = "present" }')
    show(rules, 1000, 2, car())
    found = show(rules, 500, 2, car())
    assert phases(found) == [Phase.ENDED, Phase.BEGUN]


def test_a_clock_set_right_by_a_bit_ends_nothing():
    rules = engine('{ is = "present", for = 3 }')
    assert show(rules, 1000, 2, car()) == []
    assert phases(show(rules, 1001.2, 2.5, car())) == [Phase.BEGUN]


def test_what_goes_on_at_the_end_is_ended():
    rules = engine('{ is = "present" }')
    show(rules, 0, 2, car())
    assert phases(rules.finish()) == [Phase.ENDED]
    assert rules.finish() == ()


def test_light_attributes_are_not_needed_of_other_things():
    about: Mapping[str, Any] = {}
    assert (
        show(
            engine('{ is = "state", state = "on" }'),
            0,
            1,
            (Subject("object", "car", 1), Observation(kind="object", label="car", score=1, attributes=about)),
        )
        == []
    )


def test_what_holds_now_is_told_as_it_began_with_what_was_measured_last():
    rules = engine('{ is = "present", for = 1 }')
    assert rules.holding() == ()
    (begun,) = show(rules, 0, 3, car())
    (holding,) = rules.holding()
    assert (holding.id, holding.time) == (begun.event.id, begun.event.time)
    assert holding.measures["present"] == pytest.approx(2.9, abs=0.01)
    show(rules, 3, 5)
    assert rules.holding() == ()
