"""The best picture of everybody who is there."""

from collections.abc import Mapping
from dataclasses import dataclass

from .. import geometry
from ..faces.records import Sighting
from ..records import Frame, Image
from .records import Who

SIZE = 320
MARGIN = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class _Snapshot:
    image: Image
    worth: float
    last: float


class Snapshots:
    """Keeps one picture of each face with its surroundings, the best since the face came into view."""

    def __init__(self, memory: float) -> None:
        """Begin without a picture.

        Args:
            memory: Seconds after which the picture of somebody who is not seen is let go.
        """
        self._memory = memory
        self._kept: dict[Who, _Snapshot] = {}

    def look(self, frame: Frame, seen: Mapping[Who, Sighting]) -> None:
        """Take in one frame and who is on it."""
        for who, sighting in seen.items():
            self._kept[who] = self._better(frame, sighting, self._kept.get(who))
        for who, kept in tuple(self._kept.items()):
            if not 0 <= frame.time - kept.last <= self._memory:
                del self._kept[who]

    def of(self, who: Who) -> tuple[Image, float] | None:
        """The best picture, (320, 320, 3) uint8 BGR, and its worth, 0..1; None of somebody not seen."""
        kept = self._kept.get(who)
        return None if kept is None else (kept.image, kept.worth)

    def _better(self, frame: Frame, sighting: Sighting, kept: _Snapshot | None) -> _Snapshot:
        worth = sighting.worth
        if kept is not None and worth <= kept.worth:
            return _Snapshot(kept.image, kept.worth, frame.time)
        square = geometry.square_around(sighting.face.box, MARGIN)
        return _Snapshot(geometry.crop(frame.image, square, SIZE), worth, frame.time)
