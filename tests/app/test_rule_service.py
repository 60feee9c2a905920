"""Rules before a running camera: told, recorded, delivered once, and read again."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from time import monotonic, sleep
from time import time as wall_clock
from typing import Any

import numpy as np
import pytest

from svod_rcgn.app.event_service import EventService, EventServiceSettings
from svod_rcgn.app.rule_service import RulesInUse
from svod_rcgn.errors import InputError
from svod_rcgn.history.visits import VisitEntry, VisitQuery, visits
from svod_rcgn.notify.webhook import WebhookChannel
from svod_rcgn.records import Box, Frame, Observation
from svod_rcgn.rules.rule_file import read_rules
from tests.app.car_watch import CarWing, Road
from tests.fakes import FakeNotifier
from tests.notify.servers import Server, serving
from tests.patience import PATIENCE

ROOT = Path(__file__).parents[2]
NOW = wall_clock()
RULE = """
[[rules]]
name = "car stays"
look = {{ kind = "object", label = "car" }}
when = {{ is = "present", for = {seconds} }}
"""
CAR = Observation(kind="object", label="car", score=0.8, box=Box(10, 10, 30, 30), track=3)


class Yard(Road):
    """A live camera."""

    name, live = "yard", True


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "rules.toml"
    path.write_text(RULE.format(seconds=1))
    return path


class Watched:
    """A camera with the rules of a file, shown frames by hand."""

    def __init__(self, folder: Path, rules: Path, channels: Sequence[WebhookChannel] = ()) -> None:
        self.in_use = RulesInUse(lambda: read_rules(rules))
        self.notifier = FakeNotifier()
        self.service = EventService(EventServiceSettings(folder), channels, rules=self.in_use)
        self.service.start()
        self._cars = self.service.dispatcher(Yard(), CarWing(), [self.notifier])
        self.last = self.service.rule_watches(Yard(), [self.notifier])[0].dispatcher
        self._index = 0

    def show(self, start: float, seconds: float, *seen: Observation) -> None:
        for step in range(round(10 * seconds)):
            frame = Frame(np.full((48, 64, 3), 90, np.uint8), self._index, start + step / 10, "yard")
            self._index += 1
            self._cars.observe(frame, seen)
            self.last.observe(frame, ())

    def said(self) -> list[str]:
        return [event.rule for event in self.notifier.events if event.rule != "presence"]


def delivered(server: Server) -> list[dict[str, Any]]:
    """All that came, in its order."""
    return [json.loads(request.body) for request in server.requests]


def recorded(folder: Path) -> list[VisitEntry]:
    return [each for each in visits(folder, VisitQuery()) if each.rule != "presence"]


def test_what_goes_on_before_a_camera_that_has_ended_is_over(tmp_path: Path, rules: Path) -> None:
    watched = Watched(tmp_path / "history", rules)
    watched.show(NOW, 3, CAR)
    watched.last.close()
    (entry,) = recorded(tmp_path / "history")
    assert entry.over
    watched.service.close(0)
    assert len(recorded(tmp_path / "history")) == 1


def test_an_event_is_told_recorded_with_its_picture_and_delivered(tmp_path: Path, rules: Path) -> None:
    with serving(Server()) as server:
        watched = Watched(tmp_path, rules, [WebhookChannel(server.url, None)])
        watched.show(NOW, 2, CAR)
        watched.show(NOW + 2, 3)
        assert watched.service.close(PATIENCE) == 0
        bodies = delivered(server)
    assert watched.said() == ["car stays"]
    (body,) = [each for each in bodies if each["type"] == "rule.begun"]
    assert (body["rule"], body["name"]) == ("car stays", "car 3")
    assert body["measures"]["present"] >= 1
    (entry,) = recorded(tmp_path)
    assert (entry.rule, str(entry.subject), entry.over) == ("car stays", "car 3", True)
    assert entry.measures["seconds"] == pytest.approx(2, abs=0.5)
    assert entry.snapshot is not None
    assert entry.snapshot.is_file()
    assert [outcome.state for outcome in entry.announcements] == ["sent"]


def test_what_goes_on_at_the_end_is_ended_in_the_record(tmp_path: Path, rules: Path) -> None:
    watched = Watched(tmp_path, rules)
    watched.show(NOW, 2, CAR)
    watched.service.close(0.0)
    assert [entry.over for entry in recorded(tmp_path)] == [True]


def test_rules_are_read_again_and_a_broken_file_changes_nothing(tmp_path: Path, rules: Path) -> None:
    watched = Watched(tmp_path, rules)
    rules.write_text("[[rules]]\nname = 3\n")
    with pytest.raises(InputError, match=r"rules.toml:2: "):
        watched.in_use.reload()
    watched.show(NOW, 2, CAR)
    assert watched.said() == ["car stays"]
    rules.write_text(RULE.format(seconds=1).replace("car stays", "car is there"))
    assert watched.in_use.reload() == 1
    watched.show(NOW + 2, 2, CAR)
    watched.service.close(0.0)
    assert watched.said() == ["car stays", "car is there"]
    assert [entry.over for entry in recorded(tmp_path)] == [True, True]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
def test_an_event_cut_off_by_kill_9_is_ended_and_delivered_once(tmp_path: Path, rules: Path) -> None:
    with serving(Server()) as server:
        command = [sys.executable, "-m", "tests.app.killed_rules", str(tmp_path), str(rules), server.url]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "begun\n"
            os.kill(process.pid, signal.SIGKILL)
        (entry,) = recorded(tmp_path)
        assert not entry.over
        watched = Watched(tmp_path, rules, [WebhookChannel(server.url, None)])
        deadline = monotonic() + PATIENCE
        while not server.requests and monotonic() < deadline:
            sleep(0.05)
        assert watched.service.close(PATIENCE) == 0
        told = delivered(server)
    (entry,) = recorded(tmp_path)
    assert entry.over
    assert 4 < entry.last - entry.first < 12  # as far as it was written last
    assert entry.measures["seconds"] == pytest.approx(entry.last - entry.first)
    assert [each["type"] for each in told].count("rule.begun") == 1


def test_a_rule_that_did_not_change_goes_on_where_others_are_read_again(tmp_path: Path, rules: Path) -> None:
    watched = Watched(tmp_path, rules)
    watched.show(NOW, 2, CAR)
    more = RULE.format(seconds=3).replace("car stays", "car stays long")
    rules.write_text(RULE.format(seconds=1) + more)
    assert watched.in_use.reload() == 2
    watched.show(NOW + 2, 4, CAR)
    assert watched.said() == ["car stays", "car stays long"]
    rules.write_text(more)
    watched.in_use.reload()
    watched.show(NOW + 6, 1, CAR)
    assert [(each.rule, each.over) for each in recorded(tmp_path)] == [
        ("car stays", True), ("car stays long", False),
    ]  # fmt: skip
    watched.service.close(0.0)
    assert watched.said() == ["car stays", "car stays long"]


def test_a_cooldown_outlasts_a_new_start(tmp_path: Path, rules: Path) -> None:
    rules.write_text(RULE.format(seconds=1) + "cooldown = 600\n")
    with serving(Server()) as server:
        now = wall_clock()  # the cooldown counts by the clock, and the tests before this one may take longer
        for start in (now, now + 10):
            watched = Watched(tmp_path, rules, [WebhookChannel(server.url, None)])
            watched.show(start, 2, CAR)
            watched.show(start + 2, 3)
            assert watched.service.close(PATIENCE) == 0
        told = [each["type"] for each in delivered(server)]
    assert told.count("rule.begun") == 1
    assert len(recorded(tmp_path)) == 2


def test_what_is_over_the_quota_is_told_as_one_digest_an_hour_later(tmp_path: Path, rules: Path) -> None:
    rules.write_text("quota = 2\n" + RULE.format(seconds=1))
    with serving(Server()) as server:
        watched = Watched(tmp_path, rules, [WebhookChannel(server.url, None)])
        for number in range(5):
            watched.show(NOW + 10 * number, 2, CAR)
            watched.show(NOW + 10 * number + 2, 3)
        for minute in range(1, 62):  # frames go on, or the camera counts as away
            watched.show(NOW + 60 * minute, 0.1)
        assert watched.service.close(PATIENCE) == 0
        bodies = delivered(server)
    begun = [body for body in bodies if body["type"] == "rule.begun"]
    assert [body["rule"] for body in begun] == ["car stays", "car stays", "over the quota"]
    assert begun[-1]["measures"] == {"car stays": 3}
    assert len([each for each in recorded(tmp_path) if each.rule == "car stays"]) == 5
    assert watched.said() == ["car stays", "car stays", "over the quota"]


def test_what_goes_on_holds_through_a_reconnect_and_is_told_once(tmp_path: Path, rules: Path) -> None:
    rules.write_text(RULE.format(seconds=3) + "patience = 4\n")
    watched = Watched(tmp_path, rules)
    watched.show(NOW, 2, CAR)
    watched.show(NOW + 4, 2, CAR)  # the connection was away for two seconds, and time is the clock's
    watched.show(NOW + 8, 2, CAR)
    watched.service.close(0.0)
    assert watched.said() == ["car stays"]
    (entry,) = recorded(tmp_path)
    assert entry.last - entry.first == pytest.approx(10 - 3, abs=3.2)


def test_a_camera_that_is_away_for_longer_than_the_patience_begins_anew(tmp_path: Path, rules: Path) -> None:
    rules.write_text(RULE.format(seconds=3) + "patience = 1\n")
    watched = Watched(tmp_path, rules)
    watched.show(NOW, 2, CAR)
    watched.show(NOW + 6, 2, CAR)
    watched.service.close(0.0)
    assert watched.said() == []


def test_a_rule_tells_the_channels_that_it_names(
    tmp_path: Path, rules: Path, caplog: pytest.LogCaptureFixture
) -> None:
    rules.write_text(RULE.format(seconds=1) + 'channels = ["slack"]\n')
    with serving(Server()) as server:
        watched = Watched(tmp_path, rules, [WebhookChannel(server.url, None)])
        watched.show(NOW, 2, CAR)
        assert watched.service.close(PATIENCE) == 0
        assert not [each for each in server.requests if b"rule.begun" in each.body]
    assert watched.said() == []
    assert len(recorded(tmp_path)) == 1
    assert "rule car stays: told nowhere; give --notify_slack" in caplog.text


@pytest.mark.slow
def test_a_film_of_an_event_lies_beside_its_record_and_goes_with_it(tmp_path: Path, rules: Path) -> None:
    rules.write_text(RULE.format(seconds=1) + 'clip = "1s..2s"\n')
    watched = Watched(tmp_path, rules)
    watched.show(NOW, 5, CAR)
    watched.service.close(0.0)
    (entry,) = recorded(tmp_path)
    assert entry.clip is not None
    assert entry.clip.stat().st_size > 0
    again = Watched(tmp_path, rules)
    again.service._journal.forget_before(NOW + 60)
    again.service.close(0.0)
    assert not entry.clip.exists()
