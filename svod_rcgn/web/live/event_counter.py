"""Counts what happens to visits, so that a page knows when to ask for them again."""

from itertools import count

from ...events.listeners import EventListener, Snapshot
from ...records import Event, Visit


class EventCounter(EventListener):
    """One for all cameras of a process; any thread may read it."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self.number = 0

    def begun(self, event: Event, visit: Visit, snapshot: Snapshot | None) -> None:  # noqa: ARG002
        """See `EventListener.begun`."""
        self.number = next(self._numbers)

    def ended(self, visit: Visit, snapshot: Snapshot | None) -> None:  # noqa: ARG002
        """See `EventListener.ended`."""
        self.number = next(self._numbers)

    def withdrawn(self, visit: Visit) -> None:  # noqa: ARG002
        """See `EventListener.withdrawn`."""
        self.number = next(self._numbers)
