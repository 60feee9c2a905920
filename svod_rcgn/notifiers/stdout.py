"""Announcements on standard output."""

import sys

from ..entities import Event
from .base import Wording


class StdoutNotifier:
    """Writes one line an event."""

    def __init__(self, wording: Wording) -> None:
        self._wording = wording

    def notify(self, event: Event) -> None:
        """See `Notifier.notify`."""
        write_line(self._wording.line(event))


def write_line(text: str) -> None:
    """Write a line at once; letters that the terminal's encoding lacks become question marks."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "replace").decode(encoding) + "\n")
    sys.stdout.flush()
