"""Which box belongs to which track: distances and the best assignment."""

from collections.abc import Sequence

import numpy as np
from scipy.optimize import linear_sum_assignment

from ..records import Box, FloatArray


def track_distances(boxes: Sequence[Box], others: Sequence[Box]) -> FloatArray:
    """Distances of the middles in units of the mean side, (boxes, others).

    They are infinite where the sizes differ too much.
    """
    (middles, sides), (other_middles, other_sides) = _spread(boxes), _spread(others)
    ways = np.linalg.norm(middles[:, None] - other_middles, axis=2)
    ratios = sides[:, None] / np.maximum(other_sides, 1e-6)
    alike = (ratios > 0.5) & (ratios < 2)  # noqa: PLR2004
    distances: FloatArray = np.where(alike, 2 * ways / np.maximum(sides[:, None] + other_sides, 1e-6), np.inf)
    return distances


def _spread(boxes: Sequence[Box]) -> tuple[FloatArray, FloatArray]:
    """The middles of boxes, (n, 2), and the means of their sides, (n,)."""
    edges = np.array([(box.left, box.top, box.right, box.bottom) for box in boxes], float).reshape(-1, 2, 2)
    return edges.mean(axis=1), (edges[:, 1] - edges[:, 0]).mean(axis=1)


def assign(costs: FloatArray, limit: float) -> list[tuple[int, int]]:
    """The pairs of rows and columns with the smallest sum of costs, without those above the limit."""
    if not costs.size:
        return []
    pairs = zip(*linear_sum_assignment(np.where(costs <= limit, costs, 1e6)), strict=True)
    return [(int(row), int(column)) for row, column in pairs if costs[row, column] <= limit]
