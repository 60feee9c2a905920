"""Announcements on standard output."""

import sys
from collections.abc import Sequence

import msgspec

from ..events.listeners import EventListener, Snapshot
from ..records import Event, Visit
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
        write_line(msgspec.json.encode(told).decode())


def write_line(text: str) -> None:
    """Write a line at once; letters that the terminal's encoding lacks become question marks."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "replace").decode(encoding) + "\n")
    sys.stdout.flush()


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
