"""Announcements on standard output."""

from collections.abc import Sequence

import msgspec

from ..events.listeners import EventListener, Snapshot
from ..records import Event, Visit
from ..terminal import write_data, write_line
from .channel import Notifier
from .wording import Wording, fields_of


class StdoutNotifier:
    """Writes one line an event."""

    def __init__(self, wording: Wording) -> None:
        self._wording = wording

    def notify(self, event: Event) -> None:
        """See `Notifier.notify`."""
        write_line(self._wording.line(event))


class JsonNotifier:
    """Writes one line of JSON an event."""

    def __init__(self, wording: Wording) -> None:
        self._wording = wording

    def notify(self, event: Event) -> None:
        """See `Notifier.notify`."""
        told = fields_of(event, self._wording.time(event.time))
        write_data(msgspec.json.encode(told) + b"\n")


class ConsoleAnnouncer(EventListener):
    """Hands events to notifiers; those of the unknown only where that is wished."""

    def __init__(self, notifiers: Sequence[Notifier], *, unknown: bool) -> None:
        self._notifiers = notifiers
        self._unknown = unknown

    def begun(self, event: Event, visit: Visit, snapshot: Snapshot | None) -> None:
        """See `EventListener.begun`."""
        if event.subject.label is None and not self._unknown:
            return
        for notifier in self._notifiers:
            notifier.notify(event)
