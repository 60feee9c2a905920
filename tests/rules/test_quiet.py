"""Who is told: cooldowns, the quota of an hour, and the digest of what it held back."""

import pytest

from svod_rcgn.records import Subject
from svod_rcgn.rules.quiet import Quiet, Told

CAR, BUS = Subject("object", "car", 1), Subject("object", "bus", 2)


def test_a_steady_trickle_is_told_once_in_a_cooldown_with_how_many_were_held_back():
    quiet = Quiet()
    told = [quiet.decide("a", CAR, time, 60, "info") for time in range(0, 200, 10)]
    assert [number * 10 for number, (each, _) in enumerate(told) if each is Told.YES] == [0, 60, 120, 180]
    assert [held_back for each, held_back in told if each is Told.YES] == [0, 5, 5, 5]


def test_cooldowns_are_of_a_rule_and_a_label():
    quiet = Quiet()
    assert quiet.decide("a", CAR, 0, 60, "info")[0] is Told.YES
    assert quiet.decide("a", Subject("object", "car", 7), 1, 60, "info")[0] is Told.COOLDOWN
    assert quiet.decide("a", BUS, 1, 60, "info")[0] is Told.YES
    assert quiet.decide("b", CAR, 1, 60, "info")[0] is Told.YES


def test_a_cooldown_goes_on_from_an_earlier_process():
    quiet = Quiet()
    quiet.remember("a", CAR, 100.0)
    assert quiet.decide("a", CAR, 130, 60, "info")[0] is Told.COOLDOWN
    assert quiet.decide("a", CAR, 160, 60, "info")[0] is Told.YES


@pytest.mark.parametrize(
    ("filled_by", "severity", "told"),
    [
        ("info", "info", Told.QUOTA),
        ("info", "warning", Told.YES),
        ("warning", "warning", Told.QUOTA),
        ("warning", "info", Told.QUOTA),
        ("alarm", "alarm", Told.YES),
        ("alarm", "warning", Told.QUOTA),
    ],
)
def test_what_is_graver_than_all_that_filled_the_hour_gets_through(filled_by, severity, told):
    quiet = Quiet(quota=3)
    for time in range(3):
        assert quiet.decide("a", CAR, time, 0, filled_by)[0] is Told.YES
    assert quiet.decide("b", CAR, 4, 0, severity)[0] is told


def test_what_the_quota_held_back_is_summed_up_once_an_hour_after_the_first():
    quiet = Quiet(quota=1)
    for time, rule in ((0, "a"), (10, "a"), (20, "a"), (30, "b")):
        quiet.decide(rule, CAR, time, 0, "info")
    assert quiet.digest(3000) == {}
    assert quiet.digest(3611) == {"a": 2, "b": 1}
    assert quiet.digest(9000) == {}
