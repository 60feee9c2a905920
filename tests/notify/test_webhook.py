import base64
import hashlib
import hmac
import json
import time
from email.utils import formatdate

import pytest

from svod_rcgn.errors import DeliveryError, InputError
from svod_rcgn.notify.channel import Misconfigured, Postponed, Refused
from svod_rcgn.notify.webhook import WebhookChannel, retry_after
from tests.events.visitors import delivery
from tests.notify.servers import Answer, Server, serving
from tests.patience import PATIENCE


@pytest.fixture
def server():
    with serving(Server()) as opened:
        yield opened


def _deliver(channel, told):
    channel.deliver(told, lambda receipt: None)


def test_an_announcement_arrives_whole(server):
    told = delivery("Zoë", picture=b"\xff\xd8", attributes={"position": "Queen", "company": ""})
    _deliver(WebhookChannel(server.url + "hook", None), told)
    (request,) = server.requests
    body = json.loads(request.body)
    assert request.path == "/hook"
    assert (body["id"], body["name"], body["camera"], body["fields"]) == (
        told.event.id, "Zoë", "door", {"position": "Queen"},
    )  # fmt: skip
    assert base64.b64decode(body["picture"]) == b"\xff\xd8"
    assert request.headers["webhook-id"] == request.headers["idempotency-key"] == told.event.id
    assert "webhook-signature" not in request.headers


@pytest.mark.parametrize(
    ("secret", "key"),
    [("s3cret", b"s3cret"), ("whsec_" + base64.b64encode(b"\x00\xffkey").decode(), b"\x00\xffkey")],
)
def test_the_receiver_can_check_who_sent_it_and_when(server, secret, key):
    _deliver(WebhookChannel(server.url, secret), delivery())
    (request,) = server.requests
    headers = request.headers
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + request.body
    version, _, signature = headers["webhook-signature"].partition(",")
    assert version == "v1"
    assert base64.b64decode(signature) == hmac.new(key, signed, hashlib.sha256).digest()
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < PATIENCE


@pytest.mark.parametrize(
    ("answer", "kind", "wait"),
    [
        (Answer(500), Postponed, None),
        (Answer(503, headers={"Retry-After": "7"}), Postponed, 7.0),
        (Answer(429, headers={"Retry-After": "3"}), Postponed, 3.0),
        (Answer(408), Postponed, None),
        (Answer(400), Refused, None),
        (Answer(413), Refused, None),
        (Answer(401), Misconfigured, None),
        (Answer(404), Misconfigured, None),
        (Answer(302, headers={"Location": "http://127.0.0.1:9/elsewhere"}), Misconfigured, None),
        (Answer(drop=True), Postponed, None),
    ],
)
def test_what_the_receiver_answers_is_understood(server, answer, kind, wait):
    server.script.append(answer)
    with pytest.raises(DeliveryError) as told:
        _deliver(WebhookChannel(server.url, None), delivery())
    assert type(told.value) is kind
    assert getattr(told.value, "retry_after", None) == wait
    assert len(server.requests) == 1  # redirects are not followed


def test_nothing_secret_is_told():
    channel = WebhookChannel("http://user:s3cret@127.0.0.1:9/s3cret?token=s3cret", "s3cret")
    with pytest.raises(Postponed) as told:
        _deliver(channel, delivery())
    assert "s3cret" not in f"{told.value!r} {told.value.__cause__!r} {channel.name}"
    assert channel.name.startswith("webhook 127.0.0.1:9 ")


def test_two_addresses_of_one_host_are_two_channels():
    assert WebhookChannel("https://host/a", None).name != WebhookChannel("https://host/b", None).name


@pytest.mark.parametrize(
    "url", ["", "ftp://host/x", "host/x", "http://", "http://host:port/s3cret", "http://[x"]
)
def test_an_address_that_is_none_is_refused_at_once(url):
    with pytest.raises(InputError, match="--notify_webhook") as told:
        WebhookChannel(url, None)
    assert "s3cret" not in str(told.value)


def test_a_secret_that_is_no_base64_is_refused_at_once():
    with pytest.raises(InputError, match="SVOD_WEBHOOK_SECRET"):
        WebhookChannel("https://host/", "whsec_!!")


@pytest.mark.parametrize(
    ("value", "seconds"),
    [(None, None), ("5", 5.0), ("999999", 3600.0), ("soon", None), ("-3", None), ("", None), ("²", None)],
)
def test_retry_after_is_seconds(value, seconds):
    assert retry_after(value) == seconds


def test_retry_after_may_be_a_date():
    assert retry_after(formatdate(time.time() + 3600, usegmt=True)) == pytest.approx(3600, abs=PATIENCE)
    assert retry_after(formatdate(time.time() - 100, usegmt=True)) == 0
