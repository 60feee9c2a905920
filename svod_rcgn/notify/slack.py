"""Announcements in a Slack channel: a message, and the picture in its thread."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any
from urllib.error import HTTPError, URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from ..errors import InputError
from ..history.outbox import Delivery
from ..records import PRESENCE, Event, Subject
from .channel import Misconfigured, Postponed, Refused
from .webhook import retry_after
from .wording import called, known_fields, local_time, title_of

log = logging.getLogger(__name__)

API = "https://slack.com/api/"
TIMEOUT = 15
CLOCK_SKEW = 300.0  # seconds that this machine's clock may differ from Slack's
EVENT_TYPE = "visit_begun"
FIRST_FIELDS = ("position", "company")
LONGEST_TEXT = 2900  # Slack takes 3,000 characters in a section
_TOKEN = frozenset(
    {
        "account_inactive", "invalid_auth", "missing_scope", "no_permission", "not_allowed_token_type",
        "not_authed", "org_login_required", "token_expired", "token_revoked",
    }
)  # fmt: skip
_CHANNEL = frozenset({"channel_not_found", "is_archived", "not_in_channel", "restricted_action"})
_LIMITED = frozenset({"ratelimited", "rate_limited"})
_LATER = _LIMITED | {"fatal_error", "internal_error", "request_timeout", "service_unavailable"}


class SlackChannel:
    """Posts each announcement to one channel.

    Slack knows no idempotency key. So a message carries the announcement's id as metadata, and before
    a second try of which nobody knows how the first ended, the channel is searched for it; that needs
    the scopes channels:history and channels:read. Without them such an announcement is sent again.
    """

    def __init__(self, token: str, channel: str, base_url: str = API) -> None:
        """Get ready; nothing is sent yet.

        Args:
            token: Of a bot with the scopes chat:write and files:write.
            channel: Name or id, with or without #.
            base_url: Where Slack's API is.

        Raises:
            InputError: The channel or the token is empty.
        """
        if not token.strip() or not channel.strip(" #"):
            raise InputError("Slack needs a token and a channel; give --notify_slack_channel with the token")
        self._place = channel.strip().lstrip("#")
        self.name = f"slack #{self._place}"
        # The outbox does the retries: the client's own would send twice after a broken connection.
        # Its log repeats addresses that are secret.
        self._client = WebClient(
            token.strip(), base_url=base_url, timeout=TIMEOUT, retry_handlers=[], logger=_Silent("slack")
        )

    def check(self) -> None:
        """See `Channel.check`."""
        with _reasons():
            self._client.auth_test()

    def deliver(self, delivery: Delivery, note: Callable[[str], None]) -> None:
        """See `Channel.deliver`."""
        receipt = delivery.receipt or self._found(delivery) or self._post(delivery.event)
        if receipt != delivery.receipt:
            note(receipt)
        if delivery.picture is not None:
            self._upload(delivery.event.subject, delivery.picture, receipt)

    def _post(self, event: Event) -> str:
        text = message(event)
        with _reasons():
            answer = self._client.chat_postMessage(
                channel=self._place if _is_id(self._place) else f"#{self._place}",
                text=text,
                blocks=[{"type": "section", "text": {"type": "mrkdwn", "text": text}}],
                metadata={"event_type": EVENT_TYPE, "event_payload": {"id": event.id}},
                unfurl_links=False,
            )
        return f"{answer['channel']} {answer['ts']}"

    def _found(self, delivery: Delivery) -> str:
        """The receipt of a message that an earlier attempt has posted after all; "" where none is found."""
        if delivery.uncertain is None:
            return ""
        try:
            with _reasons():
                return self._search(delivery.event.id, delivery.uncertain - CLOCK_SKEW)
        except (Misconfigured, Refused) as error:
            log.debug("%s: cannot look for what was sent: %s", self.name, error)
            return ""

    def _search(self, number: str, since: float) -> str:
        place = self._place if _is_id(self._place) else self._id_of(self._place)
        pages = self._client.conversations_history(
            channel=place, oldest=str(since), include_all_metadata=True, limit=200
        )
        for sent in (sent for page in pages for sent in page.get("messages", [])):
            if sent.get("metadata", {}).get("event_payload", {}).get("id") == number:
                return f"{place} {sent['ts']}"
        return ""

    def _id_of(self, name: str) -> str:
        pages = self._client.conversations_list(types="public_channel,private_channel", limit=1000)
        found = (place["id"] for page in pages for place in page.get("channels", []) if place["name"] == name)
        return next(found, name)

    def _upload(self, subject: Subject, picture: bytes, receipt: str) -> None:
        channel, _, thread = receipt.partition(" ")
        try:
            with _reasons():
                self._client.files_upload_v2(
                    file=picture,
                    filename=f"{subject.kind}.jpg",
                    title=called(subject),
                    channel=channel,
                    thread_ts=thread,
                )
        except Misconfigured as error:
            # The message is out; a token without files:write must not hold up the next one.
            raise Refused(f"the message was posted, its picture was not: {error}") from error


def message(event: Event) -> str:
    """What is said of an event, in Slack's mrkdwn: name, position, company, the other fields, links."""
    fields = known_fields(event.attributes)
    first = [f"{_escaped(fields[key])}" for key in FIRST_FIELDS if key in fields]
    others = [_field(key, value) for key, value in fields.items() if key not in FIRST_FIELDS]
    if event.rule != PRESENCE:
        others = [_field(name, f"{value:.3g}") for name, value in event.measures.items()] + others
    when = f"{_escaped(event.source)}, {local_time(event.time)}, score {event.score:.2f}"
    lines = [f"*{_escaped(title_of(event))}*", ", ".join(first), *others, when]
    return "\n".join(line for line in lines if line)[:LONGEST_TEXT]


def _field(key: str, value: Any) -> str:
    values = value if isinstance(value, list) else [value]
    if isinstance(value, Mapping):
        return "\n".join(_field(inner, part) for inner, part in value.items())
    return f"{_escaped(key)}: " + ", ".join(_value(part) for part in values)


def _value(value: Any) -> str:
    text = str(value)
    if text.startswith(("https://", "http://")) and not set(text) & set("<>| \n"):
        return f"<{text.replace('&', '&amp;')}>"
    return _escaped(text)


def _escaped(value: Any) -> str:
    """Text that Slack shows as it is: no link, no mention, no line of its own."""
    text = " ".join(str(value).split())
    for mark, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(mark, entity)
    return text


def _is_id(place: str) -> bool:
    return len(place) > 8 and place[0] in "CGD" and place.isupper() and place.isalnum()  # noqa: PLR2004


class _Silent(logging.Logger):
    """Takes everything and says nothing."""

    def __init__(self, name: str) -> None:
        super().__init__(name, logging.CRITICAL + 1)


@contextmanager
def _reasons() -> Iterator[None]:
    try:
        yield
    except SlackApiError as error:
        raise _judged(error) from None
    except HTTPError as error:
        raise Postponed(
            f"Slack answered {error.code}", retry_after(error.headers.get("Retry-After"))
        ) from None
    except URLError as error:
        log.debug("no connection to Slack: %s", error.reason)
        raise Postponed("no connection to Slack") from None
    except (OSError, SlackClientError, ValueError) as error:
        raise Postponed(f"Slack's answer did not come ({type(error).__name__})", uncertain=True) from None


def _judged(error: SlackApiError) -> Exception:
    status, headers = error.response.status_code, error.response.headers
    code = str(error.response.get("error", ""))
    if status == HTTPStatus.TOO_MANY_REQUESTS or code in _LATER:
        limited = status == HTTPStatus.TOO_MANY_REQUESTS or code in _LIMITED
        wait = retry_after(headers.get("Retry-After"))
        return Postponed(f"Slack asks to wait ({code or status})", wait, uncertain=not limited)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Postponed(f"Slack answered {status}", uncertain=True)
    if code in _TOKEN:
        return Misconfigured(f"Slack refuses the token ({code}); give another --notify_slack_token")
    if code in _CHANNEL:
        return Misconfigured(f"Slack refuses the channel ({code}); invite the bot or choose another")
    return Refused(f"Slack refuses it ({code or status})")
