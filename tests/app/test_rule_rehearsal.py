"""Draft rules over what was seen: how often they would have fired, and with other limits how often."""

from pathlib import Path
from time import localtime, mktime, strftime
from time import time as wall_clock

import pytest

from svod_rcgn.app.rule_rehearsal import Rehearsed, Span, Varied, rehearse
from svod_rcgn.errors import InputError
from svod_rcgn.rules.rule_file import parse_rules
from svod_rcgn.rules.vocabulary import RulesText
from tests.app.blinking_film import FAST, SLOW, BlinkingFilm, blinks
from tests.app.test_rule_service import CAR, RULE, Watched

NOW = mktime((*localtime(wall_clock() - 86_400)[:3], 23, 59, 30, 0, 0, -1))  # half a minute before midnight
STAYS = (2.0, 8.0, 3.0)  # seconds


def rules_of(text: str) -> RulesText:
    return parse_rules(text, "rules.toml")


def one(seconds: float = 1, more: str = "") -> RulesText:
    return rules_of(RULE.format(seconds=seconds) + more)


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A car stays thrice, the last time on the next day."""
    folder = tmp_path_factory.mktemp("history")
    (folder / "rules.toml").write_text(RULE.format(seconds=60))
    watched = Watched(folder, folder / "rules.toml")
    for start, seconds in zip((NOW, NOW + 15, NOW + 40), STAYS, strict=True):
        watched.show(start - 3, 3)
        watched.show(start, seconds, CAR)
        watched.show(start + seconds, 4)
    watched.service.close(0.0)
    return folder


def tried(folder: Path, rules: RulesText, varied: Varied | None = None, **more: float) -> Rehearsed:
    return rehearse(folder, rules, Span(NOW - 60, **more), varied)


def test_what_would_have_fired_is_counted_by_days_and_told_with_its_measures(history: Path):
    done = tried(history, one(1))
    days = [strftime("%Y-%m-%d", localtime(each)) for each in (NOW, NOW + 40)]
    assert [(each.day, each.events) for each in done.days] == [
        (days[0], {"car stays": 2}),
        (days[1], {"car stays": 1}),
    ]
    assert (done.count, done.complete, done.varied, done.unmeasured) == (3, True, (), ())
    newest = done.events[0]
    assert (newest.rule, newest.camera, newest.subject) == ("car stays", "yard", "car 3")
    assert newest.begin == pytest.approx(NOW + 41, abs=0.5)
    assert newest.end is not None
    assert newest.measures["seconds"] == pytest.approx(2, abs=1.5)


def test_each_value_of_a_limit_says_how_often_it_would_have_fired(history: Path):
    done = tried(history, one(1), Varied("car stays", "when.for", (0.5, 2.5, 5.0, 30.0)))
    assert [(each.value, each.events) for each in done.varied] == [(0.5, 3), (2.5, 2), (5.0, 1), (30.0, 0)]
    assert done.count == 3


def test_a_value_that_is_usual_and_not_written_can_be_varied_and_what_is_told_is_told_apart(history: Path):
    done = tried(history, one(1), Varied("car stays", "cooldown", (0.0, 60.0)))
    assert [(each.events, each.told) for each in done.varied] == [(3, 3), (3, 1)]
    done = tried(history, one(1), Varied("car stays", "look.score", (0.1, 0.9)))
    assert [each.events for each in done.varied] == [3, 0]


def test_a_value_deep_in_a_rule_is_found(history: Path):
    text = RULE.format(seconds=1).replace("{ is =", '{ is = "any", of = [{ is =').replace("1 }", "1 }] }")
    done = tried(history, rules_of(text), Varied("car stays", "when.of.0.for", (1.0, 5.0)))
    assert [each.events for each in done.varied] == [3, 1]


@pytest.mark.parametrize(
    ("rule", "path", "value"),
    [
        ("car stays", "when.for", -1.0),
        ("car stays", "when.for", "long"),
        ("car stays", "when.nothing", 1.0),
        ("car stays", "when.of.0.for", 1.0),
        ("car stays", "when.is.for", 1.0),
        ("car stays", "when.is", "in"),
        ("car stays", "cameras.0", "yard"),
        ("car stays", "", 1.0),
        ("car stays", "." * 1000, 1.0),
        ("none", "cooldown", 1.0),
    ],
)
def test_a_value_that_a_rule_cannot_have_is_refused(history: Path, rule: str, path: str, value: float | str):
    with pytest.raises(InputError, match=r"cannot be|no rule none|missing|no zone"):
        tried(history, one(1), Varied(rule, path, (value,)))


def test_a_varied_rule_still_has_to_make_sense(history: Path):
    text = RULE.format(seconds=1).replace(
        'is = "present", for = 1', 'is = "count", at_least = 1, at_most = 3'
    )
    with pytest.raises(InputError, match="no number is over 5 and under 3"):
        tried(history, rules_of(text), Varied("car stays", "when.at_least", (5,)))


def test_work_that_takes_too_long_or_that_nobody_wants_ends_and_says_so(history: Path):
    assert not tried(history, one(1), patience=0.0).complete
    assert not rehearse(history, one(1), Span(NOW - 60), None, lambda: True).complete


def test_a_light_that_was_not_measured_then_is_named(history: Path):
    done = tried(history, one(1, "[lights.lamp]\nbox = [0.1, 0.1, 0.2, 0.2]\n"))
    assert done.unmeasured == ("lamp",)


def test_only_the_time_that_is_asked_for_counts(history: Path):
    assert tried(history, one(1), until=NOW + 10).count == 1
    with pytest.raises(InputError, match="nothing is known of what cameras saw then"):
        rehearse(history, one(1), Span(NOW + 7200))


@pytest.mark.slow
def test_over_a_stored_hour_a_rule_for_a_blinking_light_gives_the_count_of_the_films_truth(tmp_path: Path):
    film = BlinkingFilm(3600.0, rate=8.0, seed=3, source="yard", begin=wall_clock() - 4000)
    film.store(tmp_path)
    text = film.lamp() + blinks("slow", 0.7, 1.4) + blinks("fast", 2.0, 3.2)
    done = rehearse(tmp_path, rules_of(text), Span(film.begin), Varied("slow", "when.to", (1.4, 3.2)))
    slow, fast = film.spells(SLOW), film.spells(FAST)
    assert min(len(slow), len(fast)) > 30
    begun = {
        name: sorted(each.begin for each in done.events if each.rule == name) for name in ("slow", "fast")
    }
    assert {name: len(each) for name, each in begun.items()} == {"slow": len(slow), "fast": len(fast)}
    for starts, begins in ((slow, begun["slow"]), (fast, begun["fast"])):
        assert all(0 < begin - film.begin - start < 8 for start, begin in zip(starts, begins, strict=True))
    assert [each.events for each in done.varied] == [len(slow), len(slow) + len(fast)]
