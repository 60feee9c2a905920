"""What is told of the events of a camera."""

from collections.abc import Mapping
from dataclasses import dataclass

from ..records import Event, FloatArray, Frame, Image, Observation, Subject, Visit


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """How a subject looks.

    `image` is the best picture so far with surroundings, (height, width, 3) uint8 BGR, and `worth` says
    how good it is, 0..1; `embedding` is what an unknown subject is known by again.
    """

    image: Image
    worth: float
    embedding: FloatArray | None = None


class EventListener:
    """Is told of one camera's events, all from one thread; what it does not override is nothing."""

    def seen(self, frame: Frame, subjects: Mapping[Subject, Observation]) -> None:
        """Somebody or something is on a frame, announced or not yet."""

    def begun(self, event: Event, visit: Visit, snapshot: Snapshot | None) -> None:
        """A visit has begun and is to be announced."""

    def goes_on(self, visit: Visit, snapshot: Snapshot | None) -> None:
        """A visit that has begun still goes on; told now and then."""

    def ended(self, visit: Visit, snapshot: Snapshot | None) -> None:
        """A visit is over."""

    def withdrawn(self, visit: Visit) -> None:
        """There was no such visit: its subject turned out to be another."""

    def closed(self) -> None:
        """Nothing more will be seen."""
