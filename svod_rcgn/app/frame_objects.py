"""What detectors find on the frame at hand, for what looks at the same frame after them."""

from collections.abc import Callable, Sequence

from ..cameras.analyzer import Analyzer
from ..records import OBJECT, Frame, Observation
from .visitors import Followed


class DetectedObjects:
    """The objects of one camera's frame at hand."""

    def __init__(self) -> None:
        self._index = -1
        self._seen: tuple[Observation, ...] = ()

    def watched(self, kind: str, build: Callable[[], Analyzer]) -> Analyzer:
        """An analyzer of a wing of a kind, of which the objects are noted."""
        return Followed(build(), self._note) if kind == OBJECT else build()

    def on(self, frame: Frame) -> Sequence[Observation]:
        """The objects of a frame; none where no detector looked at it."""
        return self._seen if frame.index == self._index else ()

    def _note(self, frame: Frame, seen: tuple[Observation, ...]) -> tuple[Observation, ...]:
        self._index, self._seen = frame.index, seen
        return seen
