"""Which boxes that were found are those that are there, as COCO matches them.

Lin et al., "Microsoft COCO: Common Objects in Context", 2014; cocodataset.org/#detection-eval, and
pycocotools' COCOeval for what that leaves open: of each class the surest box chooses first, and takes the
object that it overlaps most among those that no other has taken.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...geometry import overlaps
from ...records import FloatArray
from ..records import Candidates, Rows

OVERLAPS: tuple[float, ...] = tuple(round(0.5 + 0.05 * step, 2) for step in range(10))
MOST = 100
"""Boxes of a class that count in a picture, the surest."""

SIZES = {"small": (0.0, 32.0**2), "medium": (32.0**2, 96.0**2), "large": (96.0**2, 1e10)}
"""Areas in square pixels, from and to."""

EVERY_SIZE = (0.0, 1e10)


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """What is there: boxes (n, 4) left, top, right, bottom in pixels, and their classes (n,) by number."""

    boxes: FloatArray
    classes: Rows

    def of(self, index: int) -> FloatArray:
        """The boxes of one class."""
        own: FloatArray = self.boxes[self.classes == index]
        return own


@dataclass(frozen=True, slots=True, eq=False)
class Matched:
    """Boxes of one class that count, the surest first in each picture.

    `scores` and `pictures` are (n,); `hits` is (overlaps, n) and says which are right, `counts` (overlaps, n)
    which count: what is no right one and of another size does not. `there` is how many objects of the size
    each picture shows, (pictures,).
    """

    scores: FloatArray
    pictures: Rows
    hits: npt.NDArray[np.bool_]
    counts: npt.NDArray[np.bool_]
    there: Rows


def matched(
    found: Sequence[Candidates],
    truths: Sequence[Truth],
    index: int,
    size: tuple[float, float] = EVERY_SIZE,
    least: Sequence[float] = OVERLAPS,
) -> Matched:
    """Match what was found of one class in pictures with what is there.

    Args:
        found: Of each picture.
        truths: Of each picture, too.
        index: The class.
        size: Areas in square pixels, from and to; objects beyond count neither way.
        least: Overlaps (IoU), 0..1, from which a box is right.
    """
    parts = [_picture(each, truth, index, size, least) for each, truth in zip(found, truths, strict=True)]
    shape = (len(least), 0)
    return Matched(
        np.concatenate([part[0] for part in parts] or [np.zeros(0, np.float32)]),
        np.repeat(np.arange(len(parts)), [len(part[0]) for part in parts]),
        np.concatenate([part[1] for part in parts] or [np.zeros(shape, bool)], 1),
        np.concatenate([part[2] for part in parts] or [np.zeros(shape, bool)], 1),
        np.array([part[3] for part in parts], np.intp),
    )


def _picture(
    found: Candidates, truth: Truth, index: int, size: tuple[float, float], least: Sequence[float]
) -> tuple[FloatArray, npt.NDArray[np.bool_], npt.NDArray[np.bool_], int]:
    rows = np.flatnonzero(found.classes == index)
    rows = rows[np.argsort(-found.scores[rows], kind="stable")][:MOST]
    boxes, there = found.boxes[rows], truth.of(index)
    counted = _within(there, size)
    there, counted = there[np.argsort(~counted, kind="stable")], np.sort(counted)[::-1]
    hits = np.zeros((len(least), len(rows)), bool)
    counts = np.ones_like(hits)
    shares = overlaps(boxes[:, None], there[None])
    for row, limit in enumerate(least):
        taken = _taken(shares, counted, min(limit, 1 - 1e-10))
        hits[row] = taken >= 0
        counts[row] = np.where(hits[row], np.append(counted, True)[taken], _within(boxes, size))
    return found.scores[rows], hits & counts, counts, int(counted.sum())


def _taken(shares: FloatArray, counted: npt.NDArray[np.bool_], limit: float) -> Rows:
    """The object that each box takes, -1 for none; one that counts goes before those that do not."""
    taken = np.full(len(shares), -1, np.intp)
    free = np.ones(shares.shape[1], bool)
    if not free.size:
        return taken
    for row, own in enumerate(shares):
        for group in (counted, ~counted):
            near = np.where(free & group, own, -1)
            best = len(near) - 1 - int(near[::-1].argmax())  # of equal ones the last
            if near[best] >= limit:
                taken[row], free[best] = best, False
                break
    return taken


def _within(boxes: FloatArray, size: tuple[float, float]) -> npt.NDArray[np.bool_]:
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(1)
    inside: npt.NDArray[np.bool_] = (areas >= size[0]) & (areas <= size[1])
    return inside
