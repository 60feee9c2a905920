"""When something stands before a light: its surroundings are not what they were, lit or dark."""

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from .photometry import SECTORS, Samples

Floats: TypeAlias = npt.NDArray[np.floating[Any]]

_DIFFERENT = 12.0  # grey levels of a sector of the annulus, beside its own restlessness
_SHARE = 0.1  # of its brightness, which lighting changes by
_RESTLESS = 3.0
_GAIN = (0.8, 1.25)  # what a camera's exposure does to all sectors alike
_LEAST_SPAN = 12.0  # grey levels of contrast between lit and dark
_BEYOND = 6.0
_ODD_SECTORS = 3
_RATE = 0.05
_GIVE_UP = 10.0  # seconds of another look, after which it is the usual one


class Obstruction:
    """Tells of each light of a panel whether it can be seen.

    It learns how the annulus of each light looks at its darkest and at its brightest. What lies between
    passes; a light that is brighter or darker than ever before may change its annulus too, but all around
    alike, while a hand comes from one side.
    """

    def __init__(self, count: int) -> None:
        shape = (count, SECTORS, 3)
        self._dark = np.full(shape, np.nan, np.float32)
        self._lit = np.full(shape, np.nan, np.float32)
        self._lowest = np.full(count, np.nan, np.float32)
        self._highest = np.full(count, np.nan, np.float32)
        self._unrest = np.zeros((count, SECTORS), np.float32)
        self._hidden = np.zeros(count, bool)
        self._other_look = np.zeros(count)

    def look(self, samples: Samples, present: npt.NDArray[np.bool_], step: float) -> npt.NDArray[np.bool_]:
        """Take in a frame.

        Args:
            samples: Of all lights.
            present: (n,) which of them have a place on this frame.
            step: Seconds since the frame before.

        Returns:
            (n,) which are hidden.
        """
        sectors, contrast = samples.sectors, samples.contrast
        self._begin(present & np.isnan(self._lowest), sectors, contrast)
        expected = self._expected(sectors)
        apart = _furthest(sectors - expected)
        limits = _DIFFERENT + _SHARE * expected.mean(axis=2) + _RESTLESS * self._unrest
        matches = (apart > limits).sum(axis=1) < _ODD_SECTORS
        odd, is_new = ~matches, np.flatnonzero(self._is_new(contrast))
        odd[is_new] = _are_uneven((sectors - expected)[is_new], limits[is_new])
        hidden = np.where(self._hidden, ~matches, odd) & present
        self._note(hidden, present, step)
        self._learn(present & ~self._hidden, sectors, contrast, np.minimum(apart, limits))
        return np.array(self._hidden)

    def forgotten(self) -> npt.NDArray[np.bool_]:
        """The lights, (n,), whose look has been another for so long that it is the usual one from now on."""
        changed = self._other_look > _GIVE_UP
        self._lowest[changed] = np.nan
        self._hidden[changed] = False
        self._other_look[changed] = 0.0
        return changed

    def _begin(self, new: npt.NDArray[np.bool_], sectors: Floats, contrast: Floats) -> None:
        if new.any():
            self._dark[new] = self._lit[new] = sectors[new]
            self._lowest[new] = self._highest[new] = contrast[new]

    def _expected(self, sectors: Floats) -> Floats:
        """The nearest look between dark and lit, in the exposure that fits best."""
        way = self._lit - self._dark
        along = _product(sectors - self._dark, way) / np.maximum(_product(way, way), 1.0)
        expected = self._dark + np.clip(along, 0, 1)[:, None, None] * way
        gain = _product(sectors, expected) / np.maximum(_product(expected, expected), 1.0)
        nearest: Floats = np.clip(gain, *_GAIN)[:, None, None] * expected
        return nearest

    def _is_new(self, contrast: Floats) -> npt.NDArray[np.bool_]:
        beyond = (contrast > self._highest + _BEYOND) | (contrast < self._lowest - _BEYOND)
        return np.asarray(beyond | (self._highest - self._lowest < _LEAST_SPAN), bool)

    def _note(self, hidden: npt.NDArray[np.bool_], present: npt.NDArray[np.bool_], step: float) -> None:
        self._hidden = np.where(present, hidden, self._hidden)
        self._other_look = np.where(self._hidden, self._other_look + step * present, 0.0)

    def _learn(self, seen: npt.NDArray[np.bool_], sectors: Floats, contrast: Floats, apart: Floats) -> None:
        span = self._highest - self._lowest
        lit = seen & ((contrast > self._highest - 0.3 * span) | (span < _LEAST_SPAN))
        dark = seen & ((contrast < self._lowest + 0.3 * span) | (span < _LEAST_SPAN))
        _follow(self._lit, self._highest, lit, sectors, contrast, contrast > self._highest + _BEYOND)
        _follow(self._dark, self._lowest, dark, sectors, contrast, contrast < self._lowest - _BEYOND)
        self._unrest += _RATE * seen[:, None] * (apart - self._unrest)


def _are_uneven(difference: Floats, limits: Floats) -> npt.NDArray[np.bool_]:
    even = np.median(difference, axis=1, keepdims=True)
    return np.asarray((_furthest(difference - even) > limits).sum(axis=1) >= _ODD_SECTORS - 1, bool)


def _furthest(difference: Floats) -> Floats:
    """The largest difference of the three channels, (n, sectors)."""
    blue, green, red = np.abs(difference).transpose(2, 0, 1)
    furthest: Floats = np.maximum(np.maximum(blue, green), red)
    return furthest


def _follow(
    look: Floats, level: Floats, learns: Any, sectors: Floats, contrast: Floats, further: Any
) -> None:
    """Move looks and levels of the lights that learn towards what is seen; all the way where `further`."""
    rate = (np.where(further, 1.0, _RATE) * learns).astype(np.float32)
    look += rate[:, None, None] * (sectors - look)
    level += rate * (contrast - level)


def _product(one: Floats, other: Floats) -> Floats:
    """The inner products of (n, sectors, 3), (n,)."""
    products: Floats = np.einsum("nsc,nsc->n", one, other)
    return products
