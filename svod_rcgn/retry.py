"""Pauses that grow from try to try."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event as Flag
from time import monotonic


@dataclass(frozen=True, slots=True)
class RetrySettings:
    """When what has failed is tried again.

    Pauses are in seconds and double from `first_pause` to `longest_pause`; after `steady` seconds of
    success they begin anew. `limit` is the number of tries after which it is given up, None for never.
    """

    first_pause: float = 1.0
    longest_pause: float = 60.0
    steady: float = 10.0
    limit: int | None = None


class Backoff:
    """Waits 1, 2, 4 ... up to 60 seconds before the next try, or until it is told to stop.

    What worked for long enough before it failed was sound: counting begins anew.
    """

    def __init__(
        self, settings: RetrySettings, stopped: Flag, clock: Callable[[], float] = monotonic
    ) -> None:
        self._settings = settings
        self._stopped = stopped
        self._clock = clock
        self._begun = clock()
        self.failures = 0

    def begin(self) -> None:
        """A try begins."""
        self._begun = self._clock()

    def fail(self) -> float:
        """The try at hand has failed: how many seconds to `pause`."""
        sound = self._clock() - self._begun >= self._settings.steady
        self.failures = 1 if sound else self.failures + 1
        doublings = min(self.failures - 1, 32)
        return min(self._settings.longest_pause, self._settings.first_pause * 2.0**doublings)

    def pause(self, seconds: float) -> None:
        """Wait; a stop ends it at once."""
        self._stopped.wait(seconds)
