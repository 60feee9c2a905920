"""Announcements on standard output."""

import sys
from collections.abc import Sequence

import msgspec

from ..events.listeners import EventListener, Snapshot
from ..events.records import Event, Visit
from .channel import Notifier
from .wording import Wording, known_fields


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
        told = {
            "name": event.name,
            "camera": event.source,
            "time": self._wording.time(event.time),
            "share": round(event.share, 4),
            "score": round(event.score, 4),
            "fields": known_fields(event.fields),
        }
        write_line(msgspec.json.encode(told).decode())


def write_line(text: str) -> None:
    """Write a line at once; letters that the terminal's encoding lacks become question marks."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "replace").decode(encoding) + "\n")
    sys.stdout.flush()


class ConsoleAnnouncer(EventListener):
    """Hands events to notifiers; those of strangers only where that is wished."""

    def __init__(self, notifiers: Sequence[Notifier], *, unknown: bool) -> None:
        self._notifiers = notifiers
        self._unknown = unknown

    def begun(self, visit: Visit, event: Event, portrait: Snapshot | None) -> None:
        """See `VisitListener.begun`."""
        if event.name is None and not self._unknown:
            return
        for notifier in self._notifiers:
            notifier.notify(event)
