"""Announcements as signed JSON to an address of the user's.

The headers are those of Standard Webhooks (https://www.standardwebhooks.com), so that receivers can
use its libraries: webhook-id, the same at every try, webhook-timestamp, and webhook-signature.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from time import time as wall_clock
from typing import Any
from urllib.parse import urlsplit

import msgspec
import requests

from ..errors import InputError
from ..history.outbox import Delivery
from ..records import PRESENCE
from ..text import shown
from .channel import Misconfigured, Postponed, Refused
from .wording import fields_of, local_time

TIMEOUT = (5, 15)
LONGEST_WAIT = 3600.0
_WORTH_ANOTHER_TRY = frozenset(
    {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}
)
_WRONG_ADDRESS = frozenset(
    {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
)
_SECRET_PREFIX = "whsec_"  # noqa: S105 - the prefix is public


class WebhookChannel:
    """Posts each announcement to one address."""

    def __init__(self, url: str, secret: str | None, clock: Callable[[], float] = wall_clock) -> None:
        """Check the address; nothing is sent yet.

        Args:
            url: https or http; what may be secret in it is never shown.
            secret: Signs what is sent; with the prefix whsec_ it is base64.
            clock: Seconds since the epoch.

        Raises:
            InputError: Not such an address, or a secret that is not base64 behind its prefix.
        """
        self.name = f"webhook {_host(url)} {hashlib.sha256(url.encode()).hexdigest()[:8]}"
        self._url = url
        self._key = None if secret is None else _key(secret)
        self._clock = clock

    def check(self) -> None:
        """See `Channel.check`: an address can only be told by sending."""

    def deliver(self, delivery: Delivery, note: Callable[[str], None]) -> None:  # noqa: ARG002
        """See `Channel.deliver`; the webhook-id lets the receiver tell a second try from a second event."""
        body = _body(delivery)
        headers = self._headers(delivery.event.id, body)
        try:
            with requests.post(
                self._url, data=body, headers=headers, timeout=TIMEOUT, allow_redirects=False, stream=True
            ) as response:
                _judge(response)
        # The library's own messages repeat the address with its secrets, so none of them is shown.
        except requests.ConnectTimeout:
            raise Postponed("no connection in time") from None
        except requests.Timeout:
            raise Postponed("no answer in time", uncertain=True) from None
        except requests.exceptions.SSLError:
            raise Postponed("the server's certificate cannot be trusted") from None
        except requests.RequestException:
            raise Postponed("no connection", uncertain=True) from None

    def _headers(self, number: str, body: bytes) -> dict[str, str]:
        stamp = str(int(self._clock()))
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "svod-rcgn",
            "Idempotency-Key": number,
            "webhook-id": number,
            "webhook-timestamp": stamp,
        }
        if self._key is not None:
            headers["webhook-signature"] = signature(self._key, number, stamp, body)
        return headers


def signature(key: bytes, number: str, stamp: str, body: bytes) -> str:
    """HMAC-SHA256 over id, time and body as Standard Webhooks has it: "v1," and base64."""
    signed = f"{number}.{stamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def _host(url: str) -> str:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
        (host or "").encode("idna")  # which fails where no host can be called so
    except ValueError:
        host, parts = None, None
    if parts is None or not host or shown(url) != url or parts.scheme not in ("http", "https"):
        raise InputError("--notify_webhook: give an https:// or http:// address")
    return host if port is None else f"{host}:{port}"


def _key(secret: str) -> bytes:
    if not secret.startswith(_SECRET_PREFIX):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(_SECRET_PREFIX), validate=True)
    except binascii.Error:
        raise InputError("SVOD_WEBHOOK_SECRET: what follows whsec_ is not base64") from None


def _body(delivery: Delivery) -> bytes:
    event, picture = delivery.event, delivery.picture
    told: dict[str, Any] = {
        "type": f"{'visit' if event.rule == PRESENCE else 'rule'}.{event.phase.value}",
        "id": event.id,
        **fields_of(event, local_time(event.time)),
        "picture": None if picture is None else base64.b64encode(picture).decode(),
        "picture_type": None if picture is None else "image/jpeg",
    }
    return msgspec.json.encode(told)


def _judge(response: requests.Response) -> None:
    status = response.status_code
    if response.ok and not response.is_redirect:
        return
    reason = f"the server answered {status}"
    if response.is_redirect or status in _WRONG_ADDRESS:
        raise Misconfigured(f"{reason}; check the address")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _WORTH_ANOTHER_TRY:
        raise Postponed(reason, retry_after(response.headers.get("Retry-After")))
    raise Refused(reason)


def retry_after(value: str | None) -> float | None:
    """The seconds of a Retry-After header (RFC 9110, 10.2.3), a number or a date, at most an hour."""
    if value is None:
        return None
    try:
        seconds = float(value) if value.strip().isdigit() else _seconds_until(value)
    except (ValueError, OverflowError):
        return None
    return min(max(seconds, 0.0), LONGEST_WAIT)


def _seconds_until(date: str) -> float:
    return parsedate_to_datetime(date).timestamp() - wall_clock()
