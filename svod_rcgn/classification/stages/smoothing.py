"""Answers of a network, smoothed from frame to frame."""

import math

from ..records import Classification
from ..settings import SmoothingSettings


class Smoothing:
    """A mean over time of what a network says, in which what was just seen counts most; one a camera."""

    def __init__(self, settings: SmoothingSettings) -> None:
        self._settings = settings
        self._last: tuple[float, Classification] | None = None

    def forget(self) -> None:
        """Begin anew."""
        self._last = None

    def smooth(self, time: float, found: Classification) -> Classification:
        """Take in the answer for a frame, and give the mean.

        Args:
            time: Of the frame, in seconds.
            found: What the network says of it.
        """
        since, before = self._last or (time, found)
        if 0 < time - since <= self._settings.pause:
            weight = 1 - math.exp((since - time) / self._settings.memory)
            found = Classification(
                before.probabilities + weight * (found.probabilities - before.probabilities),
                _between(before.nearness, found.nearness, weight),
            )
        self._last = (time, found)
        return found


def _between(before: float | None, now: float | None, weight: float) -> float | None:
    return now if before is None or now is None else before + weight * (now - before)
