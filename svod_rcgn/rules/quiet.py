"""Who is told of an event: a rule that says the same again and again is recorded, and told now and then."""

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from ..records import Subject
from .vocabulary import QUOTA, Severity

DIGEST = "over the quota"  # the rule that tells how many events of which others were held back
_HOUR = 3600.0
_GRAVITY: Mapping[Severity, int] = {"info": 0, "warning": 1, "alarm": 2}


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
    not never. The quota holds back what is no graver than all that filled it, an alarm never; what it held
    back is summed up an hour after the first of it.
    """

    def __init__(self, quota: int = QUOTA) -> None:
        """Begin without having told anything.

        Args:
            quota: Events an hour, of all rules together.
        """
        self._sent: dict[tuple[str, str, str | None], _Sent] = {}
        self._hour: deque[tuple[float, int]] = deque()
        self._over: Counter[str] = Counter()
        self._over_since = 0.0
        self.quota = quota

    def remember(self, rule: str, subject: Subject, time: float) -> None:
        """An event was told by an earlier process, at a time as in Frame."""
        self._sent[_key(rule, subject)] = _Sent(time)

    def decide(
        self, rule: str, subject: Subject, time: float, cooldown: float, severity: Severity
    ) -> tuple[Told, int]:
        """Whether an event that begins is told, and how many of its kind were held back since the last."""
        last = self._sent.get(_key(rule, subject))
        if last is not None and 0 <= time - last.time < cooldown:
            last.held_back += 1
            return Told.COOLDOWN, 0
        if self._is_over(time, _GRAVITY[severity]):
            self._over_since = self._over_since if self._over else time
            self._over[rule] += 1
            return Told.QUOTA, 0
        self._hour.append((time, _GRAVITY[severity]))
        self._sent[_key(rule, subject)] = _Sent(time)
        return Told.YES, 0 if last is None else last.held_back

    def digest(self, time: float) -> Mapping[str, int]:
        """How many events of which rules the quota has held back; empty where it is not yet time to tell."""
        if not self._over or 0 <= time - self._over_since < _HOUR:
            return {}
        return self.rest()

    def rest(self) -> Mapping[str, int]:
        """What the quota has held back and no digest has told."""
        over, self._over = self._over, Counter()
        return over

    def _is_over(self, time: float, gravity: int) -> bool:
        while self._hour and not 0 <= time - self._hour[0][0] < _HOUR:
            self._hour.popleft()
        as_grave = sum(told >= gravity for _, told in self._hour)
        return as_grave >= self.quota and gravity < _GRAVITY["alarm"]


def _key(rule: str, subject: Subject) -> tuple[str, str, str | None]:
    return rule, subject.kind, subject.label
