"""The best picture of everybody and everything that is there."""

from collections.abc import Mapping
from dataclasses import dataclass

from .. import geometry
from ..records import FACE, Frame, Image, Observation, Subject

SIZE = 320
MARGIN = 0.5  # on each side of a face, in its longer side
OBJECT_MARGIN = 0.15  # on each side of anything else, in its own sides


@dataclass(frozen=True, slots=True, eq=False)
class _Kept:
    image: Image
    worth: float
    last: float


class Snapshots:
    """Keeps one picture of each subject with its surroundings, the best since it came into view."""

    def __init__(self, memory: float) -> None:
        """Begin without a picture.

        Args:
            memory: Seconds after which the picture of what is not seen is let go.
        """
        self._memory = memory
        self._kept: dict[Subject, _Kept] = {}

    def look(self, frame: Frame, subjects: Mapping[Subject, Observation]) -> None:
        """Take in one frame and who or what is on it."""
        for subject, observation in subjects.items():
            self._kept[subject] = self._better(frame, observation, self._kept.get(subject))
        for subject, kept in tuple(self._kept.items()):
            if not 0 <= frame.time - kept.last <= self._memory:
                del self._kept[subject]

    def of(self, subject: Subject) -> tuple[Image, float] | None:
        """The best picture and its worth, 0..1; None of what was not seen.

        The picture is (height, width, 3) uint8, BGR, of at most 320 pixels a side.
        """
        kept = self._kept.get(subject)
        return None if kept is None else (kept.image, kept.worth)

    def _better(self, frame: Frame, observation: Observation, kept: _Kept | None) -> _Kept:
        worth = observation.worth
        if kept is not None and worth <= kept.worth:
            return _Kept(kept.image, kept.worth, frame.time)
        return _Kept(_picture(frame.image, observation), worth, frame.time)


def _picture(image: Image, seen: Observation) -> Image:
    """A face in the middle of a square, whatever lies at its border; anything else as the frame shows it."""
    if seen.box is None:
        return geometry.bounded(image, SIZE, SIZE)
    if seen.kind == FACE:
        return geometry.crop(image, geometry.square_around(seen.box, MARGIN), SIZE)
    return geometry.bounded(geometry.cut(image, seen.box, OBJECT_MARGIN), SIZE, SIZE)
