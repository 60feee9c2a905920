"""Cameras' visitors from the frame to the channel and the disk, in one process and across its death."""

import random
import signal
import subprocess
import sys
from pathlib import Path
from time import time

import pytest

from svod_rcgn.app.process import CameraSetup, build_cameras
from svod_rcgn.history.database import Database
from svod_rcgn.history.outbox import Outbox
from svod_rcgn.history.visits import VisitQuery, visits
from svod_rcgn.media.settings import VideoSettings
from svod_rcgn.notify.delivery import DeliverySettings
from svod_rcgn.notify.slack import SlackChannel
from svod_rcgn.notify.webhook import WebhookChannel
from svod_rcgn.retry import RetrySettings
from tests.events.visitors import opened, show
from tests.fakes import GREY, FakeNotifier, FakeSource
from tests.notify.servers import Answer, Server, SlackServer, has_secret, serving, visit_ids
from tests.patience import PATIENCE, wait_for

ROOT = Path(__file__).parents[2]

# Announces one person after the other, and says of each when the announcement is due.
ANNOUNCING = """
import sys
from pathlib import Path
from svod_rcgn.notify.webhook import WebhookChannel
from svod_rcgn.notify.delivery import DeliverySettings
from svod_rcgn.retry import RetrySettings
from tests.fakes import FakeSource
from tests.events.visitors import opened, show

folder, url, run, count = sys.argv[1:]
delivery = DeliverySettings(RetrySettings(0.01, 0.05, float("inf")))
service = opened(Path(folder), [WebhookChannel(url, None)], delivery=delivery)
dispatcher = service.dispatcher(FakeSource(0), [])
for number in range(int(count)):
    name = f"{run}-{number}"
    show(dispatcher, number, 5, name)
    print(name, flush=True)
    sys.stdin.readline()
print(service.close(20), flush=True)
"""


@pytest.fixture
def server():
    with serving(Server()) as running:
        yield running


def test_a_visit_is_told_sent_written_and_illustrated(tmp_path, server):
    notifier = FakeNotifier()
    service = opened(tmp_path, [WebhookChannel(server.url, None)])
    show(service.dispatcher(FakeSource(0, name="door"), [notifier]), 0, 20, "Ann")
    assert service.close(PATIENCE) == 0
    (entry,) = visits(tmp_path, VisitQuery())
    assert [event.subject.label for event in notifier.events] == [entry.subject.label] == ["Ann"]
    assert (entry.camera, entry.over, [told.state for told in entry.announcements]) == (
        "door",
        True,
        ["sent"],
    )
    assert entry.last - entry.first == pytest.approx(1.9, abs=0.2)
    assert abs(entry.first - time()) < PATIENCE  # a film is told by the time of watching
    assert entry.snapshot.stat().st_size > 500
    assert len(server.requests) == 1


def test_a_strangers_faces_are_kept_to_be_named(tmp_path):
    service = opened(tmp_path)
    show(service.dispatcher(FakeSource(0), []), 0, 20, track=1)
    service.close(0)
    assert [path.name for path in (tmp_path / "clarify" / "visitor-001").glob("*.png")] == ["001.png"]
    (entry,) = visits(tmp_path, VisitQuery(unknown=True))
    assert entry.announcements == ()


def test_a_film_that_ends_beside_a_camera_leaves_no_visit_open_and_keeps_its_stranger(tmp_path):
    opening = opened(tmp_path)
    film = FakeSource(20, GREY, size=(256, 192))
    setups = [CameraSetup(source, [], []) for source in (film, FakeSource(0, name="door", live=True))]
    cameras = build_cameras(
        setups, [opening.wing], opening.service, VideoSettings(asynchronous=False), RetrySettings()
    )
    cameras.start()
    try:
        wait_for(lambda: any(entry.over for entry in visits(tmp_path, VisitQuery(unknown=True))))
        assert [each.running for each in cameras.status()][1]
        wait_for(lambda: list((tmp_path / "clarify" / "visitor-001").glob("*.png")))
    finally:
        cameras.stop()
        wait_for(lambda: not cameras.poll())
        opening.close(0)
    assert len(cameras.summaries["film"].visits) == 0  # of persons only
    assert len(visits(tmp_path, VisitQuery(unknown=True))) == 1


def test_without_history_all_is_told_and_nothing_kept(tmp_path, server, monkeypatch):
    monkeypatch.chdir(tmp_path)
    service = opened(None, [WebhookChannel(server.url, None)])
    dispatcher = service.dispatcher(FakeSource(0), [])
    show(dispatcher, 0, 20, "Ann")
    show(dispatcher, 2, 20, track=1)
    assert service.close(PATIENCE) == 0
    assert len(server.requests) == 1
    assert list(tmp_path.iterdir()) == []


def test_who_is_still_there_after_a_restart_is_not_announced_again(tmp_path):
    now, told = time(), []
    for start in (now, now + 3):
        notifier = FakeNotifier()
        service = opened(tmp_path)
        dispatcher = service.dispatcher(FakeSource(0, name="door", live=True), [notifier])
        show(dispatcher, start, 20, "Ann")
        show(dispatcher, start + 2, 10, track=1)
        service.close(0)
        told.append(len(notifier.events))
    assert told == [1, 0]
    assert [entry.subject.label for entry in visits(tmp_path, VisitQuery())] == ["Ann", None]


def test_after_the_absence_a_restart_announces_again(tmp_path):
    told = []
    for start in (time() - 100, time()):
        notifier = FakeNotifier()
        service = opened(tmp_path)
        show(service.dispatcher(FakeSource(0, name="door", live=True), [notifier]), start, 20, "Ann")
        service.close(0)
        told.append(len(notifier.events))
    assert told == [1, 1]
    assert len(visits(tmp_path, VisitQuery())) == 2


def test_what_waits_is_delivered_when_the_channel_is_back(tmp_path, server):
    server.script.extend([Answer(503, headers={"Retry-After": "60"})] * 2)
    service = opened(tmp_path, [WebhookChannel(server.url, None)])
    show(service.dispatcher(FakeSource(0), []), 0, 20, "Ann")
    wait_for(lambda: server.requests)
    wait_for(lambda: service.status()[0].problem)
    assert service.close(PATIENCE) == 1  # it does not wait for a channel that is down
    server.script.clear()
    again = opened(tmp_path, [WebhookChannel(server.url, None)])
    wait_for(lambda: len(server.requests) == 2)
    assert again.close(PATIENCE) == 0
    assert len(set(visit_ids(server.requests))) == 1


@pytest.mark.slow
def test_killed_while_it_announces_it_loses_nothing_and_sends_nothing_anew(tmp_path, server):
    dice = random.Random(1)
    server.script.extend(dice.choice([None, None, Answer(500), Answer(drop=True)]) for _ in range(200))
    due = []
    for run in range(3):
        command = [sys.executable, "-c", ANNOUNCING, tmp_path, server.url, str(run), "1000000"]
        pipe = subprocess.PIPE
        with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True, bufsize=1) as process:
            for _ in range(dice.randint(5, 25)):
                due.append(process.stdout.readline().strip())
                process.stdin.write("\n")
            process.send_signal(signal.SIGKILL)
            due.extend(line.strip() for line in process.stdout if line.endswith("\n"))
    server.script.clear()
    last = [sys.executable, "-c", ANNOUNCING, tmp_path, server.url, "last", "0"]
    left = subprocess.run(last, cwd=ROOT, capture_output=True, text=True, check=True, timeout=PATIENCE).stdout
    assert left == "0\n"
    database = Database(tmp_path / "events.db")
    assert Outbox(database).waiting() == {}
    database.close()
    entries = visits(tmp_path, VisitQuery())
    assert {entry.subject.label for entry in entries} >= set(due)
    assert {told.state for entry in entries for told in entry.announcements} == {"sent"}
    assert len(set(visit_ids(server.requests))) == len(entries) >= len(due) >= 15


@pytest.mark.slow
def test_slack_that_asks_to_wait_fails_and_breaks_off_is_told_once_and_in_order(tmp_path):
    with serving(SlackServer()) as slack:
        busy = Answer(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "1"})
        slack.script.extend([busy, Answer(500), Answer(drop=True), None, Answer(drop=True)])
        channel = SlackChannel("xoxb-s3cret", "#faces", slack.url)
        delivery = DeliverySettings(RetrySettings(0.01, 0.05, float("inf")))
        service = opened(tmp_path, [channel], delivery=delivery)
        dispatcher = service.dispatcher(FakeSource(0), [])
        for number, name in enumerate(("Ann", "Ben", "Cid")):
            show(dispatcher, number, 5, name)
        wait_for(lambda: len(slack.shared) == 3)
        assert service.close(PATIENCE) == 0
        begun = [sent["text"].splitlines()[0] for sent in slack.messages]
        threads = [shared["thread_ts"] for shared in slack.shared]
    assert begun == ["*Ann*", "*Ben*", "*Cid*"]
    assert threads == ["1.0", "2.0", "3.0"]


def test_a_wrong_slack_token_is_one_warning_and_what_is_due_waits(tmp_path, caplog):
    with serving(SlackServer()) as slack:
        slack.auth = {"ok": False, "error": "invalid_auth"}
        service = opened(tmp_path, [SlackChannel("xoxb-s3cret", "faces", slack.url)])
        for number, name in enumerate(("Ann", "Ben")):
            show(service.dispatcher(FakeSource(0), []), number, 5, name)
        wait_for(lambda: caplog.records)
        assert service.close(PATIENCE) == 2
        assert len(slack.requests) == 1
    assert len(caplog.records) == 1
    assert "Slack refuses the token (invalid_auth)" in caplog.text
    assert not has_secret(caplog.text)
