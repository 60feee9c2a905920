"""What notifiers and channels are, and how an event is put into words."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ..errors import DeliveryError
from ..events.records import Event
from ..history.outbox import Announcement


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
