"""What may be interested in visits."""

from collections.abc import Mapping
from dataclasses import dataclass

from ..faces.records import Sighting
from ..records import FloatArray, Frame, Image
from .records import Event, Visit, Who


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """How a visitor looks.

    `image` is the best picture so far with surroundings, (height, width, 3) uint8 BGR, and `worth` says
    how good it is, 0..1; `embedding` is a stranger's.
    """

    image: Image
    worth: float
    embedding: FloatArray | None = None


class EventListener:
    """Is told of the visits of one camera, all from one thread; what it does not override is nothing."""

    def seen(self, frame: Frame, seen: Mapping[Who, Sighting]) -> None:
        """Somebody is on a frame, visitor or not yet."""

    def begun(self, visit: Visit, event: Event, portrait: Snapshot | None) -> None:
        """A visit has begun and is to be announced."""

    def goes_on(self, visit: Visit, portrait: Snapshot | None) -> None:
        """A visit that has begun still goes on; told now and then."""

    def ended(self, visit: Visit, portrait: Snapshot | None) -> None:
        """A visit is over."""

    def withdrawn(self, visit: Visit) -> None:
        """A stranger's visit was none: the stranger has a name."""
