"""The records that pass between the stages: frozen, and with their units said.

Images are (height, width, 3) uint8 in BGR order, as OpenCV has them. Coordinates are pixels of the
frame, x to the right and y down; boxes are corners (left, top, right, bottom). Times are seconds.
"""

from dataclasses import dataclass, field
from time import monotonic
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Image: TypeAlias = npt.NDArray[np.uint8]
FloatArray: TypeAlias = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels; it may reach over the border of its picture."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Pixels from left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Pixels from top to bottom."""
        return self.bottom - self.top

    @property
    def centre(self) -> tuple[float, float]:
        """The middle as (x, y)."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture of a source.

    `time` is the film's own time from its beginning for files and pictures, and seconds since the
    epoch for live sources. `captured` is when the picture came in, in seconds of `time.monotonic`,
    which no setting of the clock moves.
    """

    image: Image
    index: int
    time: float
    source: str
    captured: float = field(default_factory=monotonic)
