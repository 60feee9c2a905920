"""Rules on what was seen: what they would have said, and why they did not."""

from pathlib import Path
from time import time as wall_clock

import pytest

from svod_rcgn.app.rule_replay import replay, why
from svod_rcgn.errors import HistoryError, InputError
from svod_rcgn.rules.rule_file import parse_rules
from tests.app.test_rule_service import CAR, RULE, Watched

NOW = wall_clock() - 3600


def rules_of(seconds: float, name: str = "car stays"):
    return parse_rules(RULE.format(seconds=seconds).replace("car stays", name), "rules.toml")


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """A car for three seconds, and later for eight, of which rules told both."""
    (tmp_path / "rules.toml").write_text(RULE.format(seconds=1))
    watched = Watched(tmp_path, tmp_path / "rules.toml")
    for start, seconds, there in ((0, 2, False), (2, 3, True), (5, 5, False), (10, 8, True), (18, 4, False)):
        watched.show(NOW + start, seconds, *([CAR] if there else []))
    watched.service.close(0.0)
    return tmp_path


def test_the_same_rules_say_the_same_again(history: Path):
    done = replay(history, rules_of(1), NOW - 60)
    assert (len(done.old), len(done.begun), done.gone, done.fresh) == (2, 2, [], [])
    assert done.last - done.first == pytest.approx(22, abs=1)


def test_a_stricter_rule_says_less_and_it_is_told_which_events_are_gone(history: Path):
    done = replay(history, rules_of(4), NOW - 60)
    assert (len(done.old), len(done.begun)) == (2, 1)
    (gone,), new = done.gone, done.fresh
    assert new == []
    assert gone.first == pytest.approx(NOW + 3, abs=0.3)
    assert gone.rule == "car stays"


def test_a_rule_of_another_name_is_new(history: Path):
    done = replay(history, rules_of(1, "car is there"), NOW - 60)
    assert [each.rule for each in done.fresh] == ["car is there"] * 2
    assert len(done.gone) == 2


def test_the_condition_that_failed_is_told_with_how_much_it_lacked_and_what_was_seen(history: Path):
    (answer,) = why(history, rules_of(4), "car stays", NOW + 4)
    assert answer.held is None
    assert answer.failure is not None
    assert answer.failure.reason.startswith("present 2")
    assert answer.failure.reason.endswith(" s < 4 s")
    assert [(str(subject), score) for subject, score in answer.record] == [("car 3", 0.8)]


def test_a_rule_that_held_says_since_when(history: Path):
    (answer,) = why(history, rules_of(4), "car stays", NOW + 16)
    assert answer.held is not None
    assert answer.held.event.time == pytest.approx(NOW + 14, abs=0.4)


def test_what_is_not_there_to_be_asked_is_told(history: Path, tmp_path: Path):
    with pytest.raises(InputError, match="no rule none; there are: car stays"):
        why(history, rules_of(4), "none", NOW)
    with pytest.raises(InputError, match="nothing is known of what cameras saw then; kept is "):
        why(history, rules_of(4), "car stays", NOW - 7200)
    with pytest.raises(InputError, match="nothing is known of what cameras saw then"):
        replay(history, rules_of(4), NOW + 7200)
    with pytest.raises(HistoryError, match="nothing has been recorded yet"):
        replay(tmp_path / "empty", rules_of(4), NOW)
