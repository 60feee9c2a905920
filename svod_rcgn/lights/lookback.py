"""The last seconds of all lights of a panel: when frames came, and how bright each light was."""

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.floating[Any]]

_ROOM = 256  # frames at first


class Lookback:
    """Frames of a window, the oldest first, each with a row of numbers; what it gives are views."""

    def __init__(self, window: float, width: int) -> None:
        """Begin empty.

        Args:
            window: Seconds that are kept.
            width: Numbers a frame.
        """
        self._window = window
        self._times = np.empty(_ROOM)
        self._rows = np.empty((_ROOM, width), np.float32)
        self._start = self._end = 0

    @property
    def times(self) -> Floats:
        """(frames,) seconds, rising."""
        return self._times[self._start : self._end]

    @property
    def rows(self) -> npt.NDArray[np.float32]:
        """(frames, width)."""
        return self._rows[self._start : self._end]

    def add(self, time: float, row: Floats) -> None:
        """Take in a frame, later than the one before, and let go of those that are too old."""
        if self._end == len(self._times):
            self._make_room()
        self._times[self._end], self._rows[self._end] = time, row
        self._end += 1
        self._start += int(np.searchsorted(self.times, time - self._window))

    def clear(self) -> None:
        """Forget all frames."""
        self._start = self._end = 0

    def _make_room(self) -> None:
        kept = self._end - self._start
        size = max(len(self._times), 2 * kept)
        times, rows = np.empty(size), np.empty((size, self._rows.shape[1]), np.float32)
        times[:kept], rows[:kept] = self.times, self.rows
        self._times, self._rows, self._start, self._end = times, rows, 0, kept
