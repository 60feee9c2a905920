"""States that can be: a reading that cannot follow the last good one waits until it lasts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

State: TypeAlias = Literal["on", "off", "blinking"]


@dataclass(frozen=True, slots=True)
class Shown:
    """The last good state, None before the first and where nothing can be told.

    `age` are the seconds since it was last read so; `pending` is what is read now and held back.
    """

    state: State | None
    age: float
    pending: State | None = None


class Plausibility:
    """Follows the state of one thing.

    A state is taken once it has lasted as long as it lasts at least. One that may not come after the last is
    never taken, but shown as pending.
    """

    def __init__(self, shortest: Mapping[State, float], after: Mapping[State, Sequence[State]]) -> None:
        """Begin without a state.

        Args:
            shortest: Seconds that each state lasts at least; those left out may last as short as can be.
            after: The states that may come before each; those left out may come after any.
        """
        self._shortest, self._after = shortest, after
        self._good: State | None = None
        self._good_at = self._pending_since = 0.0
        self._pending: State | None = None

    def says(self, shortest: Mapping[State, float], after: Mapping[State, Sequence[State]]) -> bool:
        """Whether it follows these durations and transitions."""
        return (self._shortest, self._after) == (shortest, after)

    def read(self, state: State | None, time: float) -> Shown:
        """Take in a reading, None where there is none, and say what is to be shown.

        What cannot be told is shown as such, and what was pending begins anew.
        """
        if state is None:
            self._pending = None
            return Shown(None, self._age(time))
        if state == self._good:
            self._pending = None
        elif state != self._pending:
            self._pending, self._pending_since = state, time
        if self._pending and self._is_good(self._pending, time - self._pending_since):
            self._good, self._pending = self._pending, None
        if state == self._good:
            self._good_at = time
        return Shown(self._good, self._age(time), self._pending)

    def _age(self, time: float) -> float:
        return time - self._good_at if self._good else 0.0

    def _is_good(self, state: State, lasted: float) -> bool:
        may_follow = self._good is None or self._good in self._after.get(state, (self._good,))
        return may_follow and lasted >= self._shortest.get(state, 0.0)
