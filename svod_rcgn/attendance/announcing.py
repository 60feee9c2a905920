"""Visits told at once, on this machine."""

from collections.abc import Sequence

from ..events.listeners import Portrait, VisitListener
from ..notify.channel import Notifier
from ..records import Event, Visit


class Announcing(VisitListener):
    """Hands events to notifiers; those of strangers only where that is wished."""

    def __init__(self, notifiers: Sequence[Notifier], *, unknown: bool) -> None:
        self._notifiers = notifiers
        self._unknown = unknown

    def begun(self, visit: Visit, event: Event, portrait: Portrait | None) -> None:
        """See `VisitListener.begun`."""
        if event.name is None and not self._unknown:
            return
        for notifier in self._notifiers:
            notifier.notify(event)
