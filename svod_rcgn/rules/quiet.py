"""Who is told of an event: a rule that says the same again and again is recorded, and told now and then."""

from collections import deque
from dataclasses import dataclass
from enum import Enum

from ..records import Subject
from .vocabulary import Severity

QUOTA = 60  # events an hour that are told; graver ones beyond it
_HOUR = 3600.0


class Told(str, Enum):
    """Whether an event is told."""

    YES = "told"
    COOLDOWN = "held back by the cooldown"
    QUOTA = "over the quota of the hour"


@dataclass(slots=True)
class _Sent:
    time: float
    held_back: int = 0


class Quiet:
    """Keeps the cooldowns of one camera's rules, and how much it tells an hour.

    A cooldown counts from the last event that was told, so that a steady trickle is told once in so long and
    not once at all. An alarm is never held back by the quota.
    """

    def __init__(self, quota: int = QUOTA) -> None:
        """Begin without having told anything.

        Args:
            quota: Events an hour, of all rules together.
        """
        self._sent: dict[tuple[str, str, str | None], _Sent] = {}
        self._hour: deque[float] = deque()
        self._quota = quota

    def decide(
        self, rule: str, subject: Subject, time: float, cooldown: float, severity: Severity
    ) -> tuple[Told, int]:
        """Whether an event that begins is told, and how many of its kind were held back since the last."""
        key = rule, subject.kind, subject.label
        last = self._sent.get(key)
        if last is not None and 0 <= time - last.time < cooldown:
            last.held_back += 1
            return Told.COOLDOWN, 0
        while self._hour and not 0 <= time - self._hour[0] < _HOUR:
            self._hour.popleft()
        if len(self._hour) >= self._quota and severity != "alarm":
            return Told.QUOTA, 0
        self._hour.append(time)
        self._sent[key] = _Sent(time)
        return Told.YES, 0 if last is None else last.held_back
