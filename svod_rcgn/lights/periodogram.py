"""How fast something flashes: one flash a period fitted to brightness at any times, by least squares.

Kovács, Zucker and Mazeh, "A box-fitting algorithm in the search for periodic transits", Astronomy &
Astrophysics 391 (2002): values are folded at a frequency and a box is laid over their phases; what it
explains of the variation says how well the frequency fits. Frequencies worth folding are the peaks of the
Fourier sum over the true times (Deeming, "Fourier analysis with unequally-spaced data", 1975), which is
shared by all series, since all lights of a camera are seen at the same times.
"""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.floating[Any]]

_BINS = 48
_PEAKS = 6
_OFFSETS = np.arange(-2, 3) / 12  # of the resolution, one over the duration
_CLOSER = np.arange(-3, 4) / 40
_PERIODS = 1.8  # a series of fewer is not called periodic
_ALIKE = 0.02  # of the variation; of frequencies that explain it equally well the lowest is meant


@dataclass(frozen=True, eq=False)
class Fits:
    """The best fit of each of n series: (n,) arrays.

    `frequency` in Hz, nan where there is none; `share` is the part of the variation that it explains, 0..1.
    """

    frequency: Floats
    share: Floats


class Spectrum:
    """The frequencies that are looked for, and the waves of each at the times of frames."""

    def __init__(self, slowest: float, fastest: float, window: float) -> None:
        """Choose the frequencies.

        Args:
            slowest: The lowest, in Hz.
            fastest: The highest, in Hz.
            window: The longest duration of a series, in seconds.
        """
        self.grid = np.arange(slowest, max(fastest, slowest) + 1e-9, 1 / (3 * window))

    def waves(self, time: float) -> npt.NDArray[np.complex64]:
        """Each frequency's wave at a time in seconds, (frequencies,)."""
        turns = (self.grid * time) % 1
        wave: npt.NDArray[np.complex64] = np.exp(-2j * np.pi * turns).astype(np.complex64)
        return wave

    def fit(self, times: Floats, values: Floats, waves: npt.NDArray[np.complex64]) -> Fits:
        """Find the flashes of some series.

        Args:
            times: (frames,) seconds, rising.
            values: (n, frames), 0 dark and 1 lit; nan where nothing was seen.
            waves: (frames, frequencies), a row of `waves` for each time.
        """
        series = _Series(times, values)
        peaks = np.concatenate([self._peaks(series, waves), series.counted()[:, None]], axis=1)
        coarse = self._best(series, peaks, _OFFSETS)
        return self._best_near(series, coarse.frequency)

    def follow(self, times: Floats, values: Floats, frequencies: Floats) -> Fits:
        """As `fit`, but near a frequency that is known of each series, (n,), which is far less work."""
        return self._best_near(_Series(times, values), frequencies)

    def _best_near(self, series: "_Series", frequencies: Floats) -> Fits:
        found = self._best(series, frequencies[:, None], _CLOSER)
        enough = found.frequency * series.duration >= _PERIODS
        return Fits(np.where(enough, found.frequency, np.nan), np.where(enough, found.share, 0.0))

    def _best(self, series: "_Series", middles: Floats, offsets: Floats) -> Fits:
        around = middles[:, :, None] + offsets / series.duration[:, None, None]
        candidates = np.clip(around.reshape(len(middles), -1), self.grid[0], self.grid[-1])
        return _lowest_of_best(candidates, series.explained(candidates))

    def _peaks(self, series: "_Series", waves: npt.NDArray[np.complex64]) -> Floats:
        # Not `@`: its threads take longer to meet on a busy machine than one takes for so small a product.
        sums = np.einsum("nt,tf->nf", series.centred.astype(np.float32), waves.view(np.float32))
        amplitude = np.abs(sums.view(np.complex64))
        inside = np.pad(amplitude, ((0, 0), (1, 1)))
        is_peak = (amplitude >= inside[:, :-2]) & (amplitude >= inside[:, 2:])
        is_peak &= self.grid * series.duration[:, None] >= _PERIODS
        ranked = np.where(is_peak, amplitude, -1.0)
        count = min(_PEAKS, len(self.grid))
        places = np.argpartition(ranked, -count, axis=1)[:, -count:]
        peaks: Floats = self.grid[places]
        return peaks


class _Series:
    """Values with their gaps, and what a box explains of them."""

    def __init__(self, times: Floats, values: Floats) -> None:
        self._seen = np.isfinite(values)
        self._number = np.maximum(self._seen.sum(axis=1), 1)
        filled = np.where(self._seen, values, 0.0)
        mean = filled.sum(axis=1) / self._number
        self.centred = np.where(self._seen, filled - mean[:, None], 0.0)
        self._variation = np.maximum((self.centred**2).sum(axis=1), 1e-9)
        first = np.argmax(self._seen, axis=1)
        last = len(times) - 1 - np.argmax(self._seen[:, ::-1], axis=1)
        self.duration = np.maximum(times[last] - times[first], 1e-3)
        self._times = times - times[len(times) // 2]
        self._widths = self._box_widths(mean)
        self._filled, self._at = filled, times

    def _box_widths(self, mean: Floats) -> npt.NDArray[np.intp]:
        middle = np.rint(mean * _BINS).astype(np.intp)
        widths: npt.NDArray[np.intp] = np.clip(middle[:, None] + np.arange(-1, 2), 1, _BINS - 1)
        return widths

    def counted(self) -> Floats:
        """The frequency by counting flashes, which is best where there are few."""
        rates = []
        for seen, values in zip(self._seen, self._filled, strict=True):
            lit = values[seen] > 0.5  # noqa: PLR2004 - half way
            rises = self._at[seen][1:][lit[1:] & ~lit[:-1]]
            rates.append((len(rises) - 1) / (rises[-1] - rises[0]) if len(rises) > 1 else 0.0)
        return np.array(rates)

    def explained(self, frequencies: Floats) -> Floats:
        """The part of the variation that the best box explains, (n, candidates), 0..1."""
        sums, counts = self._folded(frequencies)
        rows = np.arange(len(frequencies))[:, None, None, None]
        columns = np.arange(frequencies.shape[1])[None, :, None, None]
        starts = np.arange(_BINS)[None, None, :, None]
        ends = starts + self._widths[:, None, None, :]
        inside = sums[rows, columns, ends] - sums[rows, columns, starts]
        number = counts[rows, columns, ends] - counts[rows, columns, starts]
        others = self._number[:, None, None, None] - number
        between = inside**2 * self._number[:, None, None, None] / np.maximum(number * others, 1)
        explained: Floats = between.max(axis=(2, 3)) / self._variation[:, None]
        return explained

    def _folded(self, frequencies: Floats) -> tuple[Floats, Floats]:
        """Running sums over two turns of phase: of the values, and of their number."""
        series, candidates = frequencies.shape
        turns = frequencies[:, :, None] * self._times
        turns -= np.floor(turns)
        bins = np.minimum((turns * _BINS).astype(np.intp), _BINS - 1)
        bins += (np.arange(series * candidates) * _BINS).reshape(series, candidates, 1)
        shape = (series, candidates, _BINS)
        size = series * candidates * _BINS
        return tuple(  # type: ignore[return-value]
            _running(np.bincount(bins.ravel(), weights, size).reshape(shape))
            for weights in (self._spread(self.centred, bins), self._spread(self._seen, bins))
        )

    @staticmethod
    def _spread(values: Any, bins: npt.NDArray[np.intp]) -> Floats:
        spread: Floats = np.broadcast_to(values[:, None, :], bins.shape).ravel()
        return spread


def _running(binned: Any) -> Floats:
    twice = np.concatenate([np.zeros_like(binned[..., :1]), binned, binned], axis=-1)
    running: Floats = np.cumsum(twice, axis=-1)
    return running


def _lowest_of_best(candidates: Floats, explained: Floats) -> Fits:
    """Of the frequencies that explain most the lowest; near it, the middle of those that explain most."""
    good = explained >= explained.max(axis=1, keepdims=True) - _ALIKE
    lowest = np.where(good, candidates, np.inf).min(axis=1, keepdims=True)
    near = np.abs(candidates - lowest) <= 0.1 * lowest  # the same peak
    weights = np.where(near, np.maximum(explained - explained.max(axis=1, keepdims=True) + _ALIKE, 0.0), 0.0)
    middle = (weights * candidates).sum(axis=1) / np.maximum(weights.sum(axis=1), 1e-12)
    return Fits(middle, np.where(good & near, explained, 0.0).max(axis=1))
