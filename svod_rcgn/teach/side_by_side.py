"""An order of pictures in which those that are alike lie side by side, so that they are chosen in one stroke.

Embeddings are made short by their principal components, parted into groups by k-means, and the groups and
what lies in each are walked from one to the nearest that is left (the nearest neighbour's tour). That is no
shortest tour, but of 100,000 pictures it takes seconds, where comparing each with each takes minutes.
"""

from collections.abc import Iterator, Sequence
from math import ceil
from threading import Lock

import numpy as np
import numpy.typing as npt

from ..records import FloatArray
from .embeddings_at_hand import EmbeddingsAtHand

_SHORT = 48  # components that are kept
_SAMPLE = 1000  # pictures by which the components are found
_GROUP = 300  # pictures of a group, about
_LARGEST = 1200  # of which each is compared with each
_ROUNDS, _ROUND_SAMPLE = 6, 20_000  # of k-means
_SOME = 64  # pictures that came, of which each is put beside the nearest; of an eighth, all are ordered anew
_EIGHTH = 8
_AT_ONCE = 2_000_000  # distances in memory


def side_by_side(points: FloatArray) -> list[int]:
    """The places of points (n, length) in an order in which near ones are neighbours."""
    if not len(points):
        return []
    return _toured(points, np.arange(len(points)), points[0])


def _toured(points: FloatArray, places: npt.NDArray[np.int64], before: FloatArray) -> list[int]:
    """Some of the points, begun with the one that is nearest to `before`."""
    own = points[places]
    if len(own) <= _LARGEST:
        return [int(places[each]) for each in _walked(own, before)]
    order: list[int] = []
    for group in _groups(own, before):
        order += _toured(points, places[group], points[order[-1]] if order else before)
    return order


def _walked(points: FloatArray, before: FloatArray) -> Iterator[int]:
    """From one to the nearest that is left."""
    distances = _distances(points, points)
    here = int(_distances(before[None], points)[0].argmin())
    yield here
    for _ in range(len(points) - 1):
        distances[:, here] = np.inf
        here = int(distances[here].argmin())
        yield here


def _groups(points: FloatArray, before: FloatArray) -> list[npt.NDArray[np.int64]]:
    """The places of the points of each group, neighbours side by side."""
    centres = _centres(points, ceil(len(points) / _GROUP))
    nearest = _nearest(points, centres)
    found = [np.flatnonzero(nearest == each) for each in _toured(centres, np.arange(len(centres)), before)]
    found = [each for each in found if len(each)]
    if len(found) > 1:
        return found
    return np.array_split(np.arange(len(points)), ceil(len(points) / _LARGEST))  # all are the same


def _centres(points: FloatArray, count: int) -> FloatArray:
    chance = np.random.default_rng(0)
    sample = points[_drawn(len(points), max(_ROUND_SAMPLE, count))]
    centres = sample[chance.choice(len(sample), count, replace=False)]
    for _ in range(_ROUNDS):
        nearest = _nearest(sample, centres)
        order = np.argsort(nearest, kind="stable")
        own, begins = np.unique(nearest[order], return_index=True)
        sums = np.add.reduceat(sample[order], begins, axis=0)
        centres[own] = sums / np.diff([*begins, len(order)])[:, None]
    return centres


def _nearest(points: FloatArray, centres: FloatArray) -> npt.NDArray[np.int64]:
    together = max(1, _AT_ONCE // len(centres))
    parts = (points[begin : begin + together] for begin in range(0, len(points), together))
    return np.concatenate([_distances(each, centres).argmin(1) for each in parts])


def _distances(points: FloatArray, others: FloatArray) -> FloatArray:
    """(n, m) squared distances less what is the same in a row, which changes no order in it."""
    distances: FloatArray = (others**2).sum(1)[None] - 2 * (points @ others.T)
    return distances


def _drawn(count: int, most: int) -> npt.NDArray[np.int64]:
    return np.unique(np.linspace(0, count - 1, min(count, most)).astype(np.int64))


class AlikeOrder:
    """The places of pictures in one such order, kept while pictures come and go; any thread may ask."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._middle = self._components = np.empty((0, 0), np.float32)
        self._rows: dict[str, int] = {}
        self._points = np.empty((0, 0), np.float32)
        self._ranks: list[float] = []

    def ordered(self, hashes: Sequence[str], every: Sequence[str], embeddings: EmbeddingsAtHand) -> list[str]:
        """Some of the pictures, alike ones side by side; those that were not looked at yet come last.

        Args:
            hashes: Those that are wished.
            every: All that there are.
            embeddings: Of them, as far as they were looked at.
        """
        with self._lock:
            self._bring_up(embeddings.among(every), embeddings)
            known = [each for each in hashes if each in self._rows]
            known.sort(key=lambda each: self._ranks[self._rows[each]])
            return [*known, *(each for each in hashes if each not in self._rows)]

    def _bring_up(self, every: Sequence[str], embeddings: EmbeddingsAtHand) -> None:
        fresh = [each for each in every if each not in self._rows]
        if not fresh:
            return
        if len(fresh) > max(_SOME, len(self._rows) // _EIGHTH) or not self._rows:
            self._order_all(every, embeddings)
        else:
            self._put_beside(fresh, embeddings)

    def _order_all(self, every: Sequence[str], embeddings: EmbeddingsAtHand) -> None:
        sample = embeddings.unit([every[each] for each in _drawn(len(every), _SAMPLE)])
        self._middle = sample.mean(0)
        self._components = _principal(sample - self._middle)
        self._points = self._short(every, embeddings)
        self._rows = {each: row for row, each in enumerate(every)}
        ranks = np.empty(len(every))
        ranks[side_by_side(self._points)] = np.arange(len(every))
        self._ranks = ranks.tolist()

    def _put_beside(self, fresh: Sequence[str], embeddings: EmbeddingsAtHand) -> None:
        points = self._short(fresh, embeddings)
        beside = _nearest(points, self._points)
        self._rows.update({each: len(self._ranks) + row for row, each in enumerate(fresh)})
        self._ranks += [self._ranks[place] + 1 / 2 for place in beside.tolist()]
        self._points = np.concatenate([self._points, points])

    def _short(self, hashes: Sequence[str], embeddings: EmbeddingsAtHand) -> FloatArray:
        parts = embeddings.parts(hashes)
        return np.concatenate([(each - self._middle) @ self._components for each in parts])


def _principal(rows: FloatArray) -> FloatArray:
    """(length, _SHORT at most) directions in which rows (n, length) about zero differ most.

    By subspace iteration from random directions (Halko, Martinsson, Tropp, "Finding structure with
    randomness", 2011, algorithm 4.4), which takes a tenth of an exact decomposition's time.
    """
    chance = np.random.default_rng(0)
    directions = chance.standard_normal((rows.shape[1], min(_SHORT, *rows.shape)), np.float32)
    for _ in range(_ROUNDS):
        directions = np.linalg.qr(rows.T @ (rows @ directions))[0]
    return directions
