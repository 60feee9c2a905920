import time
from dataclasses import replace

import pytest

from svod_rcgn.errors import DeliveryError, InputError
from svod_rcgn.notify.channel import Misconfigured, Postponed, Refused
from svod_rcgn.notify.slack import SlackChannel, message
from tests.events.visitors import delivery
from tests.notify.servers import Answer, SlackServer, has_secret, serving

TOKEN = "xoxb-s3cret"
FIELDS = {"position": "President", "company": "USA", "page": "https://example.org/?a=1&b=2", "born": 1961}


@pytest.fixture
def server():
    with serving(SlackServer()) as opened:
        yield opened


@pytest.fixture
def channel(server):
    return SlackChannel(TOKEN, "#faces", server.url)


def event_of(*args, **rest):
    return delivery(*args, **rest).event


class Notes(list):
    """What the channel noted between the attempts at one delivery."""

    def attempt(self, channel, told, uncertain=None):
        channel.deliver(replace(told, uncertain=uncertain, receipt=self[-1] if self else ""), self.append)


def test_a_message_with_the_face_in_its_thread(channel, server):
    told, notes = delivery("Barack Obama", attributes=FIELDS), Notes()
    notes.attempt(channel, told)
    (sent,) = server.messages
    assert sent["channel"] == "#faces"
    assert sent["text"].startswith(
        "*Barack Obama*\nPresident, USA\npage: <https://example.org/?a=1&amp;b=2>\n"
    )
    assert sent["metadata"]["event_payload"] == {"id": told.event.id}
    assert server.pictures == [told.picture]
    assert (server.shared[0]["channel_id"], server.shared[0]["thread_ts"]) == ("C12345678", "1.0")
    assert notes == ["C12345678 1.0"]
    assert server.requests[0].headers["authorization"] == f"Bearer {TOKEN}"


def test_without_a_picture_there_is_the_message_alone(channel, server):
    Notes().attempt(channel, delivery(picture=None))
    assert (len(server.messages), server.pictures) == (1, [])


def test_a_channel_may_be_given_by_its_id(server):
    Notes().attempt(SlackChannel(TOKEN, "C12345678", server.url), delivery())
    assert server.messages[0]["channel"] == "C12345678"


@pytest.mark.parametrize(
    ("answer", "kind", "wait", "uncertain"),
    [
        (Answer(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "4"}), Postponed, 4.0, False),
        (Answer(500, {}), Postponed, None, True),
        (Answer(200, {"ok": False, "error": "fatal_error"}), Postponed, None, True),
        (Answer(drop=True), Postponed, None, True),
        (Answer(200, {"ok": False, "error": "invalid_auth"}), Misconfigured, None, None),
        (Answer(200, {"ok": False, "error": "channel_not_found"}), Misconfigured, None, None),
        (Answer(200, {"ok": False, "error": "msg_too_long"}), Refused, None, None),
    ],
)
def test_what_slack_answers_is_understood(channel, server, answer, kind, wait, uncertain):
    server.script.append(answer)
    with pytest.raises(DeliveryError) as told:
        Notes().attempt(channel, delivery())
    assert type(told.value) is kind
    assert getattr(told.value, "retry_after", None) == wait
    assert getattr(told.value, "uncertain", None) == uncertain
    assert not has_secret(str(told.value))
    assert sum(request.path.endswith("chat.postMessage") for request in server.requests) == 1


def test_a_server_that_is_not_there_was_certainly_not_told(caplog):
    with pytest.raises(Postponed) as told:
        Notes().attempt(SlackChannel(TOKEN, "faces", "http://127.0.0.1:9/"), delivery())
    assert not told.value.uncertain
    assert not has_secret(caplog.text)


def test_after_a_broken_line_the_channel_is_searched_and_nothing_sent_twice(channel, server):
    told, notes = delivery(), Notes()
    server.script.append(Answer(drop=True))
    with pytest.raises(Postponed):
        notes.attempt(channel, told)
    notes.attempt(channel, told, uncertain=time.time())
    assert len(server.messages) == 1
    assert server.pictures == [told.picture]
    assert server.shared[0]["thread_ts"] == "1.0"


def test_what_is_not_found_is_sent(channel, server):
    Notes().attempt(channel, delivery(), uncertain=time.time())
    assert len(server.messages) == 1


def test_without_the_scope_to_search_it_is_rather_sent_twice_than_lost(channel, server):
    server.scopes = "chat:write"
    Notes().attempt(channel, delivery(), uncertain=time.time())
    assert len(server.messages) == 1


def test_after_the_message_only_the_picture_is_sent_again(channel, server):
    told, notes = delivery(), Notes()
    server.upload = {"ok": False, "error": "internal_error"}
    with pytest.raises(Postponed):
        notes.attempt(channel, told)
    server.upload = None
    notes.attempt(channel, told)
    assert (len(server.messages), len(server.pictures)) == (1, 1)


def test_a_token_that_may_not_send_files_still_announces(channel, server):
    server.upload = {"ok": False, "error": "missing_scope"}
    with pytest.raises(Refused, match="the message was posted, its picture was not"):
        Notes().attempt(channel, delivery())
    assert len(server.messages) == 1


def test_a_wrong_token_is_found_before_anything_is_due(channel, server):
    channel.check()
    server.auth = {"ok": False, "error": "invalid_auth"}
    with pytest.raises(Misconfigured, match="refuses the token") as told:
        channel.check()
    assert not has_secret(str(told.value))


def test_names_and_fields_are_shown_and_do_nothing():
    text = message(
        event_of("<!channel> & co\n*", attributes={"note": "<@U1>|x", "links": ["https://a.b/c", "d"]})
    )
    assert text.splitlines()[0] == "*&lt;!channel&gt; &amp; co **"
    assert "note: &lt;@U1&gt;|x" in text
    assert "links: <https://a.b/c>, d" in text


def test_a_stranger_is_somebody_unknown():
    assert message(event_of(None)).startswith("*somebody unknown*\n")


def test_a_message_has_an_end():
    assert len(message(event_of(attributes={"life": "long " * 9999}))) <= 3000


@pytest.mark.parametrize(("token", "place"), [("", "faces"), (TOKEN, " # ")])
def test_an_empty_token_or_channel_is_refused_at_once(token, place):
    with pytest.raises(InputError, match="Slack needs"):
        SlackChannel(token, place)
