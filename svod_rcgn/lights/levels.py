"""The two levels of each light, dark and lit, learned by looking at it."""

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.floating[Any]]

_EXTREMES = 16  # one in so many of the values is taken for an extreme
_KEPT = 0.5  # of what was learned before, each time that it is learned anew
_LEAST_STEP = 0.15  # of the upper level; less is a light seen from a bit aside
_NEAR = 0.3  # of the way between the levels; a light that stands further from both is at neither
_HYSTERESIS = (0.35, 0.65)


class Levels:
    """What dark and lit are for each light of a panel, in grey levels of contrast."""

    def __init__(self, count: int, contrast: float) -> None:
        """Begin without knowing any.

        Args:
            count: How many lights.
            contrast: The least difference of the two, in grey levels.
        """
        self.low = np.full(count, np.nan)
        self.high = np.full(count, np.nan)
        self._contrast = contrast

    def forget(self, lights: npt.NDArray[np.bool_]) -> None:
        """Know nothing more of some lights, (n,) bool."""
        self.low[lights] = self.high[lights] = np.nan

    def are_known(self, lights: npt.NDArray[np.intp]) -> npt.NDArray[np.bool_]:
        """Whether both have been seen of each of some lights."""
        return np.asarray(self.high[lights] - self.low[lights] >= self._contrast, bool)

    def learn(self, lights: npt.NDArray[np.intp], values: Floats) -> None:
        """Take in the last values of some lights, (lights, frames), nan where not seen."""
        ordered = np.sort(values, axis=1)
        number = np.isfinite(ordered).sum(axis=1)
        for light, row, count in zip(lights, ordered, number, strict=True):
            if count:
                few = max(2, count // _EXTREMES)
                self._learn_one(
                    light, float(row[:few].mean()), float(row[max(count - few, 0) : count].mean())
                )

    def _learn_one(self, light: int, lowest: float, highest: float) -> None:
        known = self.high[light] - self.low[light] >= self._contrast
        if self._are_two(lowest, highest):
            if known and self._is_within(light, lowest, highest):
                lowest = _mixed(self.low[light], lowest)
                highest = _mixed(self.high[light], highest)
            self.low[light], self.high[light] = lowest, highest
        elif not known:
            self._see_one(light, (lowest + highest) / 2)
        else:
            self._follow(light, (lowest + highest) / 2)

    def _are_two(self, lowest: float, highest: float) -> bool:
        return highest - lowest >= max(self._contrast, _LEAST_STEP * highest)

    def _is_within(self, light: int, lowest: float, highest: float) -> bool:
        span = self.high[light] - self.low[light]
        return bool(max(abs(lowest - self.low[light]), abs(highest - self.high[light])) < span / 2)

    def _see_one(self, light: int, level: float) -> None:
        """A steady light: its level is both, or the other one where it has changed by enough."""
        if np.isnan(self.low[light]):
            self.low[light] = self.high[light] = level
        else:
            self.low[light] = min(self.low[light], level)
            self.high[light] = max(self.high[light], level)
            if not self.are_known(np.array([light]))[0]:
                self.low[light] = self.high[light] = level

    def _follow(self, light: int, level: float) -> None:
        """A steady light whose levels are known: the nearer one goes with it."""
        way = (level - self.low[light]) / (self.high[light] - self.low[light])
        if way > 1 - _NEAR:
            self.high[light] = _mixed(self.high[light], level)
        elif way < _NEAR:
            self.low[light] = _mixed(self.low[light], level)

    def scaled(self, lights: npt.NDArray[np.intp], values: Floats) -> Floats:
        """Values as 0 dark to 1 lit; all 0 of a light whose levels are not both known."""
        low, span = self.low[lights][:, None], (self.high - self.low)[lights][:, None]
        known = self.are_known(lights)[:, None]
        scaled: Floats = np.where(known, np.clip((values - low) / np.where(known, span, 1.0), 0, 1), 0.0)
        return np.where(np.isnan(values), np.nan, scaled)


def switched(scaled: Floats) -> npt.NDArray[np.bool_]:
    """Which values, 0 dark to 1 lit, are lit: what lies between the two limits stays as it was before."""
    sure = (scaled <= _HYSTERESIS[0]) | (scaled >= _HYSTERESIS[1])
    places = np.maximum.accumulate(np.where(sure, np.arange(len(scaled)), -1))
    first = int(np.argmax(sure)) if sure.any() else 0
    return np.asarray(scaled[np.where(places < 0, first, places)] >= _HYSTERESIS[1], bool)


def is_between(way: float) -> bool:
    """Whether a steady light stands at neither level; `way` is 0 dark to 1 lit."""
    return _NEAR <= way <= 1 - _NEAR


def _mixed(before: float, now: float) -> float:
    return _KEPT * float(before) + (1 - _KEPT) * now
