"""How fast a camera is answered, over the last minute."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median, quantiles
from threading import Lock
from time import monotonic

SPAN = 60.0
MOST = 4096


@dataclass(frozen=True, slots=True)
class Pace:
    """Answers a second, and the seconds from a picture's capture to its answer (None: no answer yet)."""

    frames_per_second: float
    latency_median: float | None
    latency_p95: float | None


class Meter:
    """Counts answers; one thread adds, any may read."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._begun = clock()
        self._answers: deque[tuple[float, float]] = deque(maxlen=MOST)
        self._lock = Lock()

    def answered(self, captured: float) -> None:
        """Take note of an answer given now to a picture captured at `captured` on the same clock."""
        now = self._clock()
        with self._lock:
            self._answers.append((now, now - captured))

    def pace(self) -> Pace:
        """The pace over the last minute, or since the beginning where that is shorter."""
        now = self._clock()
        with self._lock:
            recent = [answer for answer in self._answers if now - answer[0] <= SPAN]
        if not recent:
            return Pace(0.0, None, None)
        # A deque that is full holds less than the whole span.
        since = recent[0][0] if len(recent) == MOST else max(self._begun, now - SPAN)
        latencies = [latency for _, latency in recent]
        rate = len(recent) / (now - since) if now > since else 0.0
        return Pace(rate, median(latencies), _p95(latencies))


def _p95(values: list[float]) -> float:
    return quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else values[0]
