"""What a rule is: it watches the subjects of a camera and says what begins and what ends."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from ..records import Event, Frame, Observation, Subject, Visit


@dataclass(frozen=True, slots=True)
class Change:
    """Something began or ended: the event, and the visit that it is about."""

    event: Event
    visit: Visit


class Rule(Protocol):
    """Says when what is seen matters; one a camera, all from one thread."""

    @property
    def present(self) -> tuple[Visit, ...]:
        """The visits that are not over."""
        ...

    @property
    def visits(self) -> tuple[Visit, ...]:
        """The last visits, by the time of being seen first."""
        ...

    def resume(self, visit: Visit) -> None:
        """Go on with a visit that began before this rule was made."""
        ...

    def withdraw(self, subject: Subject) -> Visit | None:
        """Forget a subject that turned out to be another; returns its visit, if one had begun."""
        ...

    def observe(self, frame: Frame, subjects: Mapping[Subject, Observation]) -> tuple[Change, ...]:
        """Take in one frame and who or what is on it.

        Args:
            frame: Later than the one before.
            subjects: Each with the best of its observations.
        """
        ...

    def finish(self) -> tuple[Change, ...]:
        """The source has ended by itself: say what the frames so far are enough for."""
        ...

    def close(self) -> tuple[Visit, ...]:
        """Nothing more will be seen: every visit is over; returns those that were not."""
        ...
