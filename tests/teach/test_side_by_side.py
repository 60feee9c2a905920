"""Pictures in an order in which alike ones lie side by side, while pictures come and go."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from svod_rcgn.geometry import unit_rows
from svod_rcgn.teach.side_by_side import AlikeOrder, side_by_side

KINDS = 8


def kinds_of(count: int, length: int = 24) -> tuple[np.ndarray, np.ndarray]:
    """Points of several kinds in any order, and of which kind each is."""
    chance = np.random.default_rng(3)
    middles = 10 * chance.standard_normal((KINDS, length))
    kinds = chance.permutation(np.arange(count) % KINDS)
    points = middles[kinds] + chance.normal(0, 0.3, (count, length))
    return points.astype(np.float32), kinds


def runs(kinds: Sequence[int]) -> int:
    """How often one kind follows another, and the first."""
    return 1 + sum(one != other for one, other in pairwise(kinds))


class Kept:
    """Embeddings by names that are the numbers of their rows; of those of `lacking` there are none."""

    def __init__(self, rows: np.ndarray, lacking: Sequence[str] = ()) -> None:
        self.rows, self.lacking = rows, set(lacking)
        self.asked = 0

    def among(self, hashes: Sequence[str]) -> list[str]:
        return [each for each in hashes if each not in self.lacking]

    def unit(self, hashes: Sequence[str]) -> np.ndarray:
        self.asked += len(hashes)
        return unit_rows(self.rows[[int(each) for each in hashes]])

    def parts(self, hashes: Sequence[str]) -> Iterator[np.ndarray]:
        yield self.unit(hashes)


def ordered(order: AlikeOrder, kept: Any, hashes: Sequence[str], every: Sequence[str] = ()) -> list[str]:
    return order.ordered(hashes, every or hashes, kept)


@pytest.mark.parametrize("count", [1, 40, 5000])
def test_each_point_is_there_once_and_each_kind_is_one_run(count: int):
    points, kinds = kinds_of(count)
    order = side_by_side(points)
    assert sorted(order) == list(range(count))
    assert runs(kinds[order].tolist()) == min(count, KINDS)


def test_points_that_are_all_the_same_have_an_order_too():
    assert sorted(side_by_side(np.ones((3000, 4), np.float32))) == list(range(3000))
    assert side_by_side(np.empty((0, 4), np.float32)) == []


def test_of_pictures_that_are_filtered_alike_ones_are_neighbours():
    points, kinds = kinds_of(400)
    every = [str(number) for number in range(400)]
    found = ordered(AlikeOrder(), Kept(points), every[::3], every)
    assert sorted(found) == sorted(every[::3])
    assert runs([kinds[int(each)] for each in found]) == KINDS


def test_what_came_is_put_beside_what_it_is_like_and_the_rest_stays():
    points, kinds = kinds_of(400)
    every = [str(number) for number in range(400)]
    kept, order = Kept(points), AlikeOrder()
    before = ordered(order, kept, every[:380])
    kept.asked = 0
    after = ordered(order, kept, every)
    assert kept.asked == 20
    assert [each for each in after if each in set(before)] == before
    assert runs([kinds[int(each)] for each in after]) == KINDS


def test_what_was_not_looked_at_yet_comes_last_until_it_was():
    points, _ = kinds_of(60)
    every = [str(number) for number in range(60)]
    kept, order = Kept(points, lacking=["3", "0"]), AlikeOrder()
    assert ordered(order, kept, every)[-2:] == ["0", "3"]
    kept.lacking.clear()
    assert sorted(ordered(order, kept, every)) == sorted(every)
    assert ordered(order, kept, every)[-2:] != ["0", "3"]
    nothing = Kept(points, lacking=every)
    assert ordered(AlikeOrder(), nothing, every) == every


def test_pictures_that_are_all_the_same_are_ordered():
    every = [str(number) for number in range(5)]
    assert sorted(ordered(AlikeOrder(), Kept(np.ones((5, 4), np.float32)), every)) == every
