"""What shows or keeps annotated pictures."""

from typing import Protocol

from ..records import Image


class Output(Protocol):
    """Takes annotated pictures."""

    @property
    def closed(self) -> bool:
        """Whether whoever looks has seen enough."""
        ...

    def write(self, image: Image, time: float) -> None:
        """Take one (height, width, 3) uint8 BGR picture; `time` is in seconds."""
        ...

    def close(self) -> None:
        """Let go of the screen or finish the file; a second time does nothing."""
        ...
