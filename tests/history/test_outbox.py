import pytest

from svod_rcgn.history.database import Database
from svod_rcgn.history.outbox import Outbox
from svod_rcgn.history.visits import VisitQuery
from tests.events.visitors import delivery, visit


def _post(journal, *told):
    for each in told:
        journal.begin(visit(), "door", deliveries=[each])


def _told(each):
    return each.id, each.event, each.picture


def test_announcements_come_out_in_their_order_and_whole(journal, outbox):
    first, second = delivery("Zoë", attributes={"position": "Queen"}), delivery("Ben", picture=None)
    _post(journal, first, second)
    assert _told(outbox.next("slack")) == _told(first)
    outbox.sent(outbox.next("slack"))
    assert _told(outbox.next("slack")) == _told(second)
    outbox.refused(outbox.next("slack"), "no")
    assert outbox.next("slack") is None


def test_each_channel_has_its_own_queue(journal, outbox):
    _post(journal, delivery(channel="slack"))
    assert outbox.next("webhook") is None
    assert outbox.waiting() == {"slack": 1}


def test_an_attempt_of_which_nobody_knows_is_known_after_a_restart(journal, outbox, tmp_path):
    _post(journal, delivery())
    outbox.begin(outbox.next("slack"))
    database = Database(tmp_path / "events.db")
    waiting = Outbox(database).next("slack")
    database.close()
    assert waiting.attempts == 1
    assert waiting.uncertain is not None


def test_a_definite_no_is_not_uncertain_and_silence_is(journal, outbox):
    _post(journal, delivery())
    outbox.begin(outbox.next("slack"))
    outbox.postponed(outbox.next("slack"), "busy", uncertain=False)
    assert outbox.next("slack").uncertain is None
    outbox.begin(outbox.next("slack"))
    first = outbox.next("slack").uncertain
    outbox.postponed(outbox.next("slack"), "silence", uncertain=True)
    outbox.begin(outbox.next("slack"))
    assert outbox.next("slack").uncertain == first  # the search has to begin with the first


def test_a_receipt_is_kept(journal, outbox):
    _post(journal, delivery())
    outbox.begin(outbox.next("slack"))
    outbox.note(outbox.next("slack"), "C1 2.3")
    waiting = outbox.next("slack")
    assert (waiting.receipt, waiting.uncertain) == ("C1 2.3", None)


@pytest.mark.parametrize("body", ["[", "{}", '{"id": 1}', b"\xff\xfe"])
def test_one_that_is_damaged_does_not_hold_up_the_others(journal, outbox, database, body, caplog):
    damaged, whole = delivery(), delivery()
    _post(journal, damaged, whole)
    with database.transaction() as connection:
        connection.execute("UPDATE announcements SET body = ? WHERE id = ?", (body, damaged.id))
    assert _told(outbox.next("slack")) == _told(whole)
    assert outbox.waiting() == {"slack": 1}
    (line,) = caplog.messages
    assert line.startswith("slack: one announcement is damaged and was left out: ")


def test_what_is_settled_keeps_its_row_but_neither_text_nor_picture(journal, outbox, database):
    _post(journal, delivery(), delivery())
    outbox.sent(outbox.next("slack"))
    outbox.refused(outbox.next("slack"), "too ugly")
    rows = database.rows("SELECT body, picture FROM announcements")
    assert [tuple(row) for row in rows] == [(None, None)] * 2
    told = [entry.announcements[0] for entry in journal.entries(VisitQuery())]
    assert [(each.state, each.reason) for each in told] == [("sent", None), ("refused", "too ugly")]
