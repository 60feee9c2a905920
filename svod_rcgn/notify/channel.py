"""What notifiers and channels are, and how an event is put into words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from ..errors import DeliveryError
from ..records import Announcement, Event

STRANGER = "somebody unknown"


class Notifier(Protocol):
    """Tells somebody of events, at once."""

    def notify(self, event: Event) -> None:
        """Tell of one event."""
        ...


@dataclass(frozen=True, slots=True)
class Attempt:
    """An announcement that a channel is to deliver now.

    `uncertain` is the time, in seconds since the epoch, of an earlier attempt whose outcome nobody
    knows; `receipt` is what `note` was given when an earlier attempt had done a part.
    """

    announcement: Announcement
    uncertain: float | None
    receipt: str
    note: Callable[[str], None]


class Channel(Protocol):
    """A way over the network that may be slow or down; `name` is its own and safe to print."""

    @property
    def name(self) -> str: ...  # noqa: D102

    def check(self) -> None:
        """See that the channel can be used at all.

        Raises:
            Postponed: It cannot be told now.
            Misconfigured: It cannot, before the user changes something.
        """
        ...

    def deliver(self, attempt: Attempt) -> None:
        """Deliver one announcement.

        Raises:
            Postponed: Later perhaps.
            Refused: This announcement never.
            Misconfigured: None, before the user changes something.
        """
        ...


class Postponed(DeliveryError):  # noqa: N818 - not every delivery that waits is an error
    """The channel did not take it now.

    `retry_after` are the seconds that the channel asks for; `uncertain` says that it may have taken it
    all the same.
    """

    def __init__(self, reason: str, retry_after: float | None = None, *, uncertain: bool = False) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
        self.uncertain = uncertain


class Refused(DeliveryError):  # noqa: N818
    """The channel will never take this announcement."""


class Misconfigured(DeliveryError):  # noqa: N818
    """The channel takes nothing before the user changes something."""


@dataclass(frozen=True, slots=True)
class Wording:
    """How times and events are written.

    `live` sources go by the clock, the others by the film's own time; `period` is the one, in
    seconds, that the shares of events refer to.
    """

    live: bool
    period: float

    def time(self, time: float) -> str:
        """Local time with its offset as in ISO 8601, or h:mm:ss.mmm of a film."""
        if self.live:
            return local_time(time)
        minutes, milliseconds = divmod(round(time * 1000), 60_000)
        return f"{minutes // 60}:{minutes % 60:02}:{milliseconds / 1000:06.3f}"

    def line(self, event: Event) -> str:
        """One event on one line, whatever its fields hold."""
        share = f"in {100 * event.share:.0f} % of the frames of the last {self.period:g} s"
        parts = (
            self.time(event.time), event.name or STRANGER, share, f"score {event.score:.2f}",
            _fields(event.fields),
        )  # fmt: skip
        return on_one_line("  ".join(part for part in parts if part))


def local_time(time: float) -> str:
    """Seconds since the epoch as local time with its offset, as in ISO 8601."""
    return datetime.fromtimestamp(time).astimezone().isoformat(timespec="seconds")


def known_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that say something."""
    return {field: value for field, value in fields.items() if value not in (None, "", [])}


def _fields(fields: Mapping[str, Any]) -> str:
    known = [f"{field}: {_value(value)}" for field, value in known_fields(fields).items() if field != "name"]
    return f"({'; '.join(known)})" if known else ""


def _value(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def on_one_line(text: str) -> str:
    """A text without line breaks and control characters, which a name or field may bring along."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
