"""A trial leaves out what it has no time for, holds nothing for whoever does not listen, and ends."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from svod_rcgn.app import draft_trial
from svod_rcgn.app.draft_trial import DraftNews, DraftTrial, TrialNews, TriedDraft
from svod_rcgn.app.rule_editing import RuleEditing
from svod_rcgn.app.rule_service import RulesInUse
from tests.app.test_draft_follower import STAYS
from tests.app.test_rule_service import CAR, NOW, Watched
from tests.patience import PATIENCE, wait_for
from tests.web.site import rule_files

TEXT = STAYS.format(name="car stays").replace("for = 1", "for = 0")


class Tried:
    """A trial before a camera."""

    def __init__(self, folder: Path) -> None:
        (folder / "other.toml").write_text("")
        self.yard = Watched(folder, folder / "other.toml")
        self.onlookers = self.yard.in_use.onlookers
        self.changed = threading.Event()
        files = rule_files(folder)
        editing = RuleEditing(files, RulesInUse(files.read))
        self.trial = DraftTrial(editing, self.onlookers, self.changed.set)
        self._number = 0

    def take(self, text: str, camera: str = "yard") -> DraftNews:
        self._number += 1
        self.trial.take(TriedDraft(text, camera, self._number))
        news = self.news()
        while not isinstance(news, DraftNews) or news.number != self._number:
            news = self.news()
        return news

    def news(self) -> DraftNews | TrialNews:
        found: list[DraftNews | TrialNews] = []

        def there() -> bool:
            news = self.trial.news()
            found.extend([] if news is None else [news])
            return news is not None

        wait_for(there)
        return found[0]

    def show(self, start: float, *seen: Any) -> None:
        """One frame, which is waited for until it was followed."""
        self.changed.clear()
        self.yard.show(start, 0.1, *seen)
        assert self.changed.wait(PATIENCE)


@pytest.fixture
def tried(tmp_path: Path) -> Iterator[Tried]:
    made = Tried(tmp_path)
    yield made
    made.trial.close()
    made.yard.service.close(0.0)


def test_a_draft_that_cannot_be_used_is_told_with_its_line_and_the_one_before_goes_on(tried: Tried):
    assert tried.take(TEXT) == DraftNews(1, ("car stays",), None)
    told = tried.take(TEXT.replace("present", "presnt"))
    assert (told.number, told.rules) == (2, ())
    assert told.problem is not None
    assert told.problem.line == 5
    tried.show(NOW, CAR)
    news = tried.news()
    assert isinstance(news, TrialNews)
    assert (news.number, [each.rule for each in news.seen.holding]) == (1, ["car stays"])


def test_what_nobody_takes_is_one_news_with_the_newest_events_and_the_number_of_the_others(tried: Tried):
    tried.take(TEXT + "patience = 0.05\n")
    for step in range(draft_trial.MOST_EVENTS + 11):
        tried.show(NOW + 0.1 * step, *[CAR][step % 2 :])
    news = tried.news()
    assert isinstance(news, TrialNews)
    assert (len(news.seen.events), news.missed) == (draft_trial.MOST_EVENTS, 11)
    assert news.seen.time == pytest.approx(NOW + 0.1 * (draft_trial.MOST_EVENTS + 10))
    assert tried.trial.news() is None


def test_a_camera_never_waits_for_a_trial_that_is_slow(tried: Tried, monkeypatch: pytest.MonkeyPatch):
    tried.take(TEXT)
    begun, gate, count = threading.Event(), threading.Event(), []
    look = draft_trial.DraftFollower.look

    def slow(self: Any, looked: Any) -> Any:
        count.append(looked.frame.time)
        begun.set()
        assert gate.wait(PATIENCE)
        return look(self, looked)

    monkeypatch.setattr(draft_trial.DraftFollower, "look", slow)
    tried.yard.show(NOW, 0.1, CAR)
    assert begun.wait(PATIENCE)
    tried.yard.show(NOW + 0.1, 3, CAR)  # goes through while the trial is at its first frame
    gate.set()
    wait_for(lambda: len(count) == 2)
    assert count == pytest.approx([NOW, NOW + 3])


def test_on_another_camera_a_trial_begins_anew_and_looks_at_the_first_no_more(tried: Tried):
    tried.take(TEXT)
    tried.take(TEXT, "hall")
    assert (len(tried.onlookers.of("yard")), len(tried.onlookers.of("hall"))) == (0, 1)
    tried.trial.close()
    assert tried.onlookers.of("hall") == ()


def test_a_defect_ends_a_trial_and_is_told_and_the_camera_goes_on(
    tried: Tried, monkeypatch: pytest.MonkeyPatch
):
    tried.take(TEXT)

    def broken(self: Any, looked: Any) -> Any:
        raise RuntimeError("no lamp")

    monkeypatch.setattr(draft_trial.DraftFollower, "look", broken)
    tried.show(NOW, CAR)
    with pytest.raises(RuntimeError, match="no lamp"):
        tried.trial.news()
    wait_for(lambda: not tried.onlookers.of("yard"))
    tried.yard.show(NOW + 1, 1, CAR)
