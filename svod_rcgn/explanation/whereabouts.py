"""Where the evidence for an answer lies, in shares and words."""

import numpy as np
import numpy.typing as npt

from ..records import FloatArray
from .records import Whereabouts

_ROWS, _COLUMNS = ("top", "", "bottom"), ("left", "", "right")
_MIDDLE = np.sqrt(0.5)  # of a side: half of the area


def whereabouts(heat: FloatArray) -> Whereabouts | None:
    """Say where what speaks for an answer lies; None where nothing does.

    Args:
        heat: (height, width), above 0 where a part speaks for it.
    """
    good = np.maximum(heat, 0).astype(np.float64)
    total = good.sum()
    if not total > 0:
        return None
    middle = float((good * _middle(heat.shape)).sum() / total)
    running = np.cumsum(np.sort(good, axis=None)[::-1])
    area = float((np.searchsorted(running, total / 2) + 1) / good.size)
    return Whereabouts(middle, 1 - middle, area, _place(good))


def _middle(shape: tuple[int, ...]) -> FloatArray:
    """How much of each pixel lies in the middle half, 0..1."""
    rows, columns = (
        np.clip(side * _MIDDLE / 2 + 0.5 - np.abs(np.arange(side) + 0.5 - side / 2), 0, 1) for side in shape
    )
    return np.outer(rows, columns).astype(np.float32)


def _place(good: npt.NDArray[np.float64]) -> str:
    """The ninth of the picture in which most lies."""
    shares = [[part.sum() for part in np.array_split(row, 3, 1)] for row in np.array_split(good, 3)]
    row, column = np.unravel_index(np.argmax(shares), (3, 3))
    return " ".join(filter(None, (_ROWS[row], _COLUMNS[column]))) or "centre"
