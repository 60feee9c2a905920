"""What shows how things stand: who is there, and which rules hold, as long as they do."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from ..events.listeners import EventListener, Snapshot
from ..records import Event, Subject, Visit


@runtime_checkable
class StateBoard(Protocol):
    """Shows the states of cameras; all may be called from any thread, and none waits for a network."""

    def watch(self, camera: str, rules: Sequence[str]) -> None:
        """A camera is watched, by these rules and no others; again where rules were read again."""
        ...

    def visit(self, camera: str, subject: Subject, *, there: bool) -> None:
        """A visit has begun or is over."""
        ...

    def rule(self, camera: str, rule: str, subject: Subject, *, holds: bool) -> None:
        """An event of a rule has begun or is over."""
        ...

    def close(self) -> None:
        """Nothing more will be shown."""
        ...


class VisitPoster(EventListener):
    """Puts the visits of one camera on boards."""

    def __init__(self, camera: str, boards: Sequence[StateBoard]) -> None:
        self._camera, self._boards = camera, boards

    def begun(self, event: Event, visit: Visit, snapshot: Snapshot | None) -> None:  # noqa: ARG002
        """See `EventListener.begun`."""
        self.show(visit.subject, there=True)

    def ended(self, visit: Visit, snapshot: Snapshot | None) -> None:  # noqa: ARG002
        """See `EventListener.ended`."""
        self.show(visit.subject, there=False)

    def withdrawn(self, visit: Visit) -> None:
        """See `EventListener.withdrawn`."""
        self.show(visit.subject, there=False)

    def show(self, subject: Subject, *, there: bool) -> None:
        """A visit has begun, now or in an earlier process, or is over."""
        for board in self._boards:
            board.visit(self._camera, subject, there=there)
