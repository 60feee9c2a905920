import io
import json
import sys

import pytest

from svod_rcgn.notify.console import ConsoleAnnouncer, JsonNotifier, StdoutNotifier
from svod_rcgn.notify.wording import Wording
from tests.events.visitors import visit
from tests.fakes import FakeNotifier, event

ANNA = event("Анна", 1, 1, 0.5)


def test_an_event_is_one_line(capsys: pytest.CaptureFixture[str]):
    notifier = StdoutNotifier(Wording(live=False, period=5))
    notifier.notify(ANNA)
    notifier.notify(ANNA)
    lines = capsys.readouterr().out.splitlines()
    assert lines == ["0:00:01.000  Анна  in 100 % of the frames of the last 5 s  score 0.50"] * 2


def test_an_event_is_written_at_once_and_on_any_terminal(monkeypatch: pytest.MonkeyPatch):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    StdoutNotifier(Wording(live=False, period=5)).notify(ANNA)
    assert raw.getvalue().startswith(rb"0:00:01.000  \u0410\u043d\u043d\u0430  in 100 %")


def test_an_event_is_one_line_of_json(capsys: pytest.CaptureFixture[str]):
    notifier = JsonNotifier(Wording(live=False, period=5))
    notifier.notify(event("Анна\n", 1, 0.8, 0.5, "film.mp4", {"position": "Queen", "company": ""}))
    notifier.notify(event(None, 2, 1, 0.5))
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert first == {
        "name": "Анна\n",
        "camera": "film.mp4",
        "time": "0:00:01.000",
        "share": 0.8,
        "score": 0.5,
        "fields": {"position": "Queen"},
    }
    assert second["name"] is None


@pytest.mark.parametrize(("unknown", "names"), [(False, ["Ann"]), (True, ["Ann", None])])
def test_strangers_are_announced_where_that_is_wished(unknown, names):
    notifier = FakeNotifier()
    announcer = ConsoleAnnouncer([notifier], unknown=unknown)
    announcer.begun(event("Ann"), visit("Ann"), None)
    announcer.begun(event(None), visit(None, stranger=3), None)
    assert [told.subject.label for told in notifier.events] == names
