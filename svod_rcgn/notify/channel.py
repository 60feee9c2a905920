"""What a channel and a notifier are, and how a channel may fail."""

from collections.abc import Callable
from typing import Protocol

from ..errors import DeliveryError
from ..history.outbox import Delivery
from ..records import Event


class Notifier(Protocol):
    """Tells somebody of events, at once."""

    def notify(self, event: Event) -> None:
        """Tell of one event."""
        ...


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

    def deliver(self, delivery: Delivery, note: Callable[[str], None]) -> None:
        """Deliver one announcement.

        Args:
            delivery: What is to be told, and what is known of earlier attempts.
            note: Called with a receipt when a part is done that must not be done again.

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
