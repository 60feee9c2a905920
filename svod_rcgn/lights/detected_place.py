"""Where lights are by the boxes of a detector."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from ..records import Box, Observation

Floats: TypeAlias = npt.NDArray[np.floating[Any]]


class DetectedPlace:
    """Where one light is: on a thing of a label, at a part of its box.

    Of several such things the surest is taken, and from then on the one that is nearest to where it was, as a
    detector has no steady order.
    """

    def __init__(self, label: str, part: tuple[float, float, float, float]) -> None:
        """Begin.

        Args:
            label: What a detector calls the thing.
            part: (left, top, right, bottom) of the light in shares of the thing's box.
        """
        self._label, self._part = label, np.array(part)
        self._last: Box | None = None

    def row(self, seen: Sequence[Observation]) -> Floats:
        """The light's (left, top, right, bottom) in pixels; all nan where no such thing was found."""
        things = [each for each in seen if each.label == self._label and each.box is not None]
        if not things:
            return np.full(4, np.nan)
        box = max(things, key=self._fitness).box
        assert box is not None
        self._last = box
        size = [box.width, box.height, box.width, box.height]
        row: Floats = np.array([box.left, box.top] * 2) + self._part * size
        return row

    def _fitness(self, thing: Observation) -> float:
        if self._last is None or thing.box is None:
            return thing.score
        (x, y), (before, height) = thing.box.centre, self._last.centre
        return -float(np.hypot(x - before, y - height))
