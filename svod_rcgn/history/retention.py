"""What is older than it may be is deleted, while the program runs."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event as Flag
from threading import Thread
from time import time as wall_clock

from ..errors import HistoryError


@dataclass(frozen=True, slots=True)
class HistorySettings:
    """How long visits are remembered, and what was seen, in days; 0 keeps nothing of what was seen.

    `housekeeping` are the seconds between two looks at the clock.
    """

    retention_days: float = 30.0
    observation_days: float = 7.0
    housekeeping: float = 3600.0


log = logging.getLogger(__name__)

DAY = 86_400.0


class Housekeeping:
    """Deletes what is past its time, at the start and then once an hour."""

    def __init__(self, keepers: Sequence[Callable[[float], int]], settings: HistorySettings) -> None:
        """Get ready; `start` begins.

        Args:
            keepers: Each deletes what ended before a time, in seconds since the epoch, and says how much.
            settings: How long things are kept.
        """
        self._keepers = keepers
        self._settings = settings
        self._stopped = Flag()
        self._thread = Thread(target=self._run, name="housekeeping", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._stopped.set()
        self._thread.join(1.0)

    def clean(self) -> None:
        """Delete what is past its time now."""
        limit = wall_clock() - self._settings.retention_days * DAY
        try:
            for keeper in self._keepers:
                keeper(limit)
        except (HistoryError, OSError) as error:
            log.warning("what is too old could not be deleted: %s", error)

    def _run(self) -> None:
        while not self._stopped.is_set():
            self.clean()
            self._stopped.wait(self._settings.housekeeping)
