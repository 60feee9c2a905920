"""What a wing is to a camera: it looks at a frame and says what it sees."""

from typing import Protocol

from ..records import Frame, Observation


class Analyzer(Protocol):
    """Looks at the frames of one camera, in their order."""

    def analyze(self, frame: Frame) -> tuple[Observation, ...]:
        """All that this analyzer sees on a frame."""
        ...
