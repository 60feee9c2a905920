"""What a wing brings to the cameras of a process: analyzers, subjects, and listeners of its own."""

from collections.abc import Sequence
from typing import Protocol

from ..cameras.analyzer import Analyzer
from ..events.listeners import EventListener
from ..events.subjects import SubjectBook


class Wing(Protocol):
    """What all cameras of a process need of one wing."""

    @property
    def kind(self) -> str:
        """The kind of what it sees, as in Observation."""
        ...

    def analyzer(self, *, still: bool) -> Analyzer:
        """An analyzer for one camera; `still` for pictures that have nothing in common."""
        ...

    def book(self, memory: float) -> SubjectBook:
        """A book of one camera's subjects, which forgets those not seen for so many seconds."""
        ...

    def listeners(self) -> Sequence[EventListener]:
        """Those of the wing's own who are told of one camera's events."""
        ...

    def forget_before(self, time: float) -> int:
        """Delete what was kept before a time, in seconds since the epoch; returns how much that was."""
        ...
