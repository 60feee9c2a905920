"""Who looks at a camera from elsewhere, and draws for himself."""

from collections.abc import Sequence
from typing import Protocol

from ..records import Frame, Observation


class Viewer(Protocol):
    """Takes each frame that was looked at with what was seen on it, and nothing of another frame."""

    def see(self, frame: Frame, observations: Sequence[Observation]) -> None:
        """Take one; from the camera's thread, so it must not take long."""
        ...
