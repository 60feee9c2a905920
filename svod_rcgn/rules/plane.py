"""Points, polygons and lines on the picture. Lengths are in heights of it, so that a circle is round."""

from collections.abc import Sequence
from math import hypot
from typing import TypeAlias

Point: TypeAlias = tuple[float, float]

_FLAT = 1e-6


def distance_to_segment(point: Point, start: Point, end: Point) -> float:
    """How far a point is from the nearest point between two."""
    x, y = end[0] - start[0], end[1] - start[1]
    length = x * x + y * y
    along = 0.0 if not length else ((point[0] - start[0]) * x + (point[1] - start[1]) * y) / length
    along = min(max(along, 0.0), 1.0)
    return hypot(point[0] - start[0] - along * x, point[1] - start[1] - along * y)


def depth_in(point: Point, polygon: Sequence[Point]) -> float:
    """How far a point is inside a polygon; below 0 outside. Where it crosses itself, even-odd counts."""
    inside, nearest = False, float("inf")
    for start, end in zip(polygon, [*polygon[1:], polygon[0]], strict=True):
        nearest = min(nearest, distance_to_segment(point, start, end))
        if (start[1] > point[1]) != (end[1] > point[1]):
            along = (point[1] - start[1]) / (end[1] - start[1])
            inside ^= point[0] < start[0] + along * (end[0] - start[0])
    return nearest if inside else -nearest


def is_flat(polygon: Sequence[Point]) -> bool:
    """Whether all corners are on one line, so that nothing is inside."""
    start = polygon[0]
    end = max(polygon, key=lambda corner: hypot(corner[0] - start[0], corner[1] - start[1]))
    return start == end or all(abs(side_of(corner, start, end)) < _FLAT for corner in polygon)


def side_of(point: Point, start: Point, end: Point) -> float:
    """How far a point is to the right of the line through two, as seen from the first towards the second."""
    x, y = end[0] - start[0], end[1] - start[1]
    return (x * (point[1] - start[1]) - y * (point[0] - start[0])) / hypot(x, y)


def crosses(before: Point, after: Point, start: Point, end: Point) -> bool:
    """Whether the way between two points leads through a segment, not past its ends."""
    first, second = side_of(before, start, end), side_of(after, start, end)
    if first * second > 0 or first == second:
        return False
    share = first / (first - second)
    x, y = before[0] + share * (after[0] - before[0]), before[1] + share * (after[1] - before[1])
    length = hypot(end[0] - start[0], end[1] - start[1])
    along = ((x - start[0]) * (end[0] - start[0]) + (y - start[1]) * (end[1] - start[1])) / length
    return 0 <= along <= length


def gap_between(one: Sequence[float], other: Sequence[float]) -> float:
    """How far two boxes (left, top, right, bottom) are apart; 0 where they touch."""
    x = max(one[0] - other[2], other[0] - one[2], 0.0)
    y = max(one[1] - other[3], other[1] - one[3], 0.0)
    return hypot(x, y)
