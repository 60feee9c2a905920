from itertools import pairwise
from time import monotonic

import pytest

from svod_rcgn.history.database import Database
from svod_rcgn.history.outbox import Outbox
from svod_rcgn.history.visits import Journal, VisitQuery
from svod_rcgn.notify.channel import Misconfigured, Postponed, Refused
from svod_rcgn.notify.delivery import ChannelSender, DeliverySettings
from svod_rcgn.retry import RetrySettings
from svod_rcgn.storage import folders
from svod_rcgn.storage.sqlite import MEMORY
from tests.events.visitors import delivery, visit
from tests.patience import PATIENCE, wait_for

QUICK = DeliverySettings(RetrySettings(0.01, 0.05, float("inf")), queue=100)


class FakeChannel:
    """Takes announcements, or fails as its script says."""

    name = "fake"

    def __init__(self, *script):
        self.script = list(script)
        self.checks = []
        self.attempts = []
        self.taken = []

    def check(self):
        if self.checks:
            raise self.checks.pop(0)

    def deliver(self, delivery, note):
        self.attempts.append((monotonic(), delivery))
        if self.script and (error := self.script.pop(0)) is not None:
            raise error
        self.taken.append(delivery.event.subject.label)


@pytest.fixture
def desk():
    database = Database(MEMORY)
    journal, outbox, senders = Journal(database, None, 100), Outbox(database), []

    class Desk:
        def post(self, *names):
            for name in names:
                journal.begin(visit(), "door", deliveries=[delivery(name, "fake")])

        def sender(self, channel, settings=QUICK, lock=None):
            senders.append(ChannelSender(channel, outbox, settings, lock))
            senders[-1].start()
            return senders[-1]

        def states(self):
            return [
                outcome.state for entry in journal.entries(VisitQuery()) for outcome in entry.announcements
            ]

    yield Desk()
    for sender in senders:
        sender.stop(monotonic())
    database.close()


def test_announcements_are_delivered_in_order_with_those_left_from_before(desk):
    channel = FakeChannel()
    desk.post("A", "B")
    sender = desk.sender(channel)
    desk.post("C")
    sender.wake()
    wait_for(lambda: channel.taken == ["A", "B", "C"])
    wait_for(lambda: desk.states() == ["sent"] * 3)
    assert sender.status().waiting == 0


def test_a_channel_that_is_down_is_tried_again_with_growing_pauses_and_told_once(desk, caplog):
    channel = FakeChannel(*[Postponed("no connection")] * 6)
    desk.post("A", "B")
    desk.sender(channel)
    wait_for(lambda: channel.taken == ["A", "B"])
    wait_for(lambda: desk.states() == ["sent"] * 2)
    times = [time for time, _ in channel.attempts]
    pauses = [later - earlier for earlier, later in pairwise(times)]
    assert [attempt.event.subject.label for _, attempt in channel.attempts[:7]] == ["A"] * 7
    assert all(pause >= 0.009 * least for pause, least in zip(pauses, (1, 2, 4, 5, 5, 5), strict=False))
    lines = [entry.getMessage() for entry in caplog.records]
    assert len(lines) == 2
    assert "no connection" in lines[0]
    assert "takes announcements again" in lines[1]


def test_a_single_failure_is_not_worth_a_line(desk, caplog):
    channel = FakeChannel(Postponed("hiccup"))
    desk.post("A")
    desk.sender(channel)
    wait_for(lambda: desk.states() == ["sent"])
    assert caplog.text == ""


def test_what_the_channel_asks_for_is_waited(desk):
    channel = FakeChannel(Postponed("busy", 0.3))
    desk.post("A")
    desk.sender(channel)
    wait_for(lambda: channel.taken)
    assert channel.attempts[1][0] - channel.attempts[0][0] >= 0.3


def test_what_is_refused_holds_up_nobody(desk):
    channel = FakeChannel(Refused("too ugly"))
    desk.post("A", "B")
    desk.sender(channel)
    wait_for(lambda: channel.taken == ["B"])
    wait_for(lambda: desk.states() == ["refused", "sent"])


def test_a_wrong_token_is_one_warning_and_nothing_is_lost(desk, caplog):
    channel = FakeChannel()
    channel.checks = [Misconfigured("wrong token")] * 4
    desk.post("A", "B")
    sender = desk.sender(channel)
    wait_for(lambda: len(channel.checks) <= 1)
    assert caplog.text.count("wrong token") == 1
    wait_for(lambda: channel.taken == ["A", "B"])
    wait_for(lambda: sender.status().problem is None)


def test_silence_is_remembered_as_uncertain_and_a_no_is_not(desk):
    channel = FakeChannel(Postponed("silence", uncertain=True), Postponed("no"))
    desk.post("A")
    desk.sender(channel)
    wait_for(lambda: channel.taken)
    assert [attempt.uncertain is not None for _, attempt in channel.attempts] == [False, True, False]


def test_a_receipt_comes_back_with_the_next_try(desk):
    class Partial(FakeChannel):
        def deliver(self, delivery, note):
            receipts.append(delivery.receipt)
            note("half done")
            super().deliver(delivery, note)

    receipts = []
    desk.post("A")
    desk.sender(Partial(Postponed("no")))
    wait_for(lambda: receipts == ["", "half done"])


def test_stopping_delivers_what_can_be_delivered_in_time(desk):
    channel = FakeChannel()
    desk.post(*"ABCDE")
    sender = desk.sender(channel)
    assert sender.stop(monotonic() + PATIENCE) == 0
    assert channel.taken == list("ABCDE")


def test_stopping_does_not_wait_for_a_channel_that_is_down(desk):
    channel = FakeChannel(*[Postponed("no connection")] * 999)
    desk.post("A")
    sender = desk.sender(channel, DeliverySettings(RetrySettings(2 * PATIENCE, 2 * PATIENCE, float("inf"))))
    wait_for(lambda: channel.attempts)
    wait_for(lambda: sender.status().problem)
    deadline = monotonic() + PATIENCE
    assert sender.stop(deadline) == 1
    assert monotonic() < deadline


def test_one_process_at_a_time_delivers(desk, tmp_path, monkeypatch):
    monkeypatch.setattr("svod_rcgn.notify.delivery.LOOK_AGAIN", 0.01)
    channel = FakeChannel()
    desk.post("A")
    with folders.locked(tmp_path / "outbox"):
        sender = desk.sender(channel, lock=tmp_path / "outbox")
        desk.post("B")
        sender.wake()
        assert not channel.attempts
    wait_for(lambda: channel.taken == ["A", "B"])
    sender.stop(monotonic() + PATIENCE)


def test_a_defect_of_a_channel_is_told_and_does_not_end_the_sender(desk, caplog):
    channel = FakeChannel(ValueError("a defect"))
    desk.post("A")
    desk.sender(channel)
    wait_for(lambda: channel.taken == ["A"])
    assert "ValueError" in caplog.text
