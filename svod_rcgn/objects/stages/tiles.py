"""A large picture looked at in overlapping parts, for what is too small on the whole of it."""

from collections.abc import Iterator

import numpy as np

from ...records import FloatArray, Image
from ..records import Candidates, Detection, Rows
from ..settings import TileSettings
from .detect import ObjectDetector

_NEAR = 2.0  # pixels; a box that comes so near to an edge within the picture is cut by it
_MOST = 2000  # candidates, the surest; each is held against each


class TiledDetector:
    """Looks at the whole of a picture and, where it is larger than the network takes, at tiles of it.

    After Akyon et al., "Slicing Aided Hyper Inference and Fine-Tuning for Small Object Detection", 2022; but
    a box that an edge has cut gives way to others, or is joined with the rest of its object.
    """

    def __init__(self, detector: ObjectDetector, settings: TileSettings) -> None:
        self._detector = detector
        self._settings = settings

    def detect(self, image: Image) -> tuple[Detection, ...]:
        """Every object of a picture, the surest first; see `tracking.motion.Detector`."""
        whole = self._detector.candidates(image)
        parts = [self._part(image, *corner) for corner in self._corners(image)]
        found = _concatenated([whole, *(part for part, _ in parts)])
        cuts = np.concatenate([np.zeros((len(whole.scores), 4), bool), *(cut for _, cut in parts)])
        surest = _surest(found)
        return self._detector.told(
            self._detector.chosen(merged(found.at(surest), cuts[surest], self._settings))
        )

    def _corners(self, image: Image) -> Iterator[tuple[int, int, int, int]]:
        """Left, top, right and bottom of each tile; none where the picture is no larger than one."""
        height, width = self._detector.card.size or image.shape[:2]
        if image.shape[0] <= height and image.shape[1] <= width:
            return
        for top in self._starts(image.shape[0], height):
            for left in self._starts(image.shape[1], width):
                yield left, top, min(left + width, image.shape[1]), min(top + height, image.shape[0])

    def _starts(self, length: int, side: int) -> list[int]:
        """Where tiles begin, so that they share at least what the settings say."""
        count = 1 + max(0, -(-(length - side) // round(side * (1 - self._settings.shared))))
        return [round(place) for place in np.linspace(0, max(0, length - side), count)]

    def _part(
        self, image: Image, left: int, top: int, right: int, bottom: int
    ) -> tuple[Candidates, FloatArray]:
        """What is in a tile, and by which edges each box is cut: left, top, right, bottom."""
        found = self._detector.candidates(image[top:bottom, left:right])
        height, width = image.shape[:2]
        low, high = found.boxes[:, :2], found.boxes[:, 2:]
        inner = np.array([left > 0, top > 0]), np.array([right < width, bottom < height])
        cut = np.hstack(
            [(low <= _NEAR) & inner[0], (high >= np.array([right - left, bottom - top]) - _NEAR) & inner[1]]
        )
        shift = np.array([left, top] * 2, np.float32)
        return found._replace(boxes=found.boxes + shift), cut


def merged(found: Candidates, cuts: FloatArray, settings: TileSettings) -> Candidates:
    """Leave out what an edge has cut where the whole is there, and join what two edges have cut.

    Args:
        found: Of the picture and all its tiles; doubles may stay.
        cuts: (n, 4) bool: by which edges of its tile each is cut: left, top, right, bottom.
        settings: When a box lies in another, and when two are one object.
    """
    joined = _joined(found, cuts, settings.joined)
    joined = joined.at(_surest(joined))
    is_cut = np.concatenate([cuts.any(1), np.zeros(len(joined.scores), bool)])
    every = _concatenated([found, joined])
    shares = _inside(every.boxes[is_cut], every.boxes)
    alike = every.classes[is_cut][:, None] == every.classes
    larger = _areas(every.boxes) > _areas(every.boxes[is_cut])[:, None]
    dropped = (alike & larger & (shares >= settings.inside)).any(1)
    kept = np.ones(len(every.scores), bool)
    kept[np.flatnonzero(is_cut)[dropped]] = False
    return every.at(kept)


def _joined(found: Candidates, cuts: FloatArray, least: float) -> Candidates:
    """Boxes round two of one class that are cut by facing edges and lie side by side along them."""
    pairs = np.array([pair for axis in (0, 1) for pair in _facing(found, cuts, axis, least)], int)
    first, second = (found.at(rows) for rows in pairs.reshape(-1, 2).T)
    low = np.minimum(first.boxes[:, :2], second.boxes[:, :2])
    high = np.maximum(first.boxes[:, 2:], second.boxes[:, 2:])
    return Candidates(np.hstack([low, high]), np.maximum(first.scores, second.scores), first.classes)


def _facing(found: Candidates, cuts: FloatArray, axis: int, least: float) -> list[tuple[int, int]]:
    """Pairs of which one is cut at its far end along an axis, the other at its near one, and they meet."""
    before, after = np.flatnonzero(cuts[:, axis + 2]), np.flatnonzero(cuts[:, axis])
    one, other = found.boxes[before][:, None], found.boxes[after][None]
    meet = (one[..., axis] < other[..., axis]) & (other[..., axis] <= one[..., axis + 2])
    meet &= one[..., axis + 2] < other[..., axis + 2]
    near, far = 1 - axis, 3 - axis
    shared = np.minimum(one[..., far], other[..., far]) - np.maximum(one[..., near], other[..., near])
    shorter = np.minimum(one[..., far] - one[..., near], other[..., far] - other[..., near])
    meet &= (shared >= least * shorter) & (found.classes[before][:, None] == found.classes[after])
    return [(int(before[row]), int(after[column])) for row, column in zip(*np.nonzero(meet), strict=True)]


def _concatenated(several: list[Candidates]) -> Candidates:
    return Candidates(*(np.concatenate(parts) for parts in zip(*several, strict=True)))


def _surest(found: Candidates) -> Rows:
    """The rows of at most _MOST of them, the surest first."""
    return np.argsort(-found.scores, kind="stable")[:_MOST]


def _areas(boxes: FloatArray) -> FloatArray:
    areas: FloatArray = (boxes[:, 2:] - boxes[:, :2]).prod(1)
    return areas


def _inside(boxes: FloatArray, others: FloatArray) -> FloatArray:
    """The share of each box that lies in each other, (n, m)."""
    low = np.maximum(boxes[:, None, :2], others[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], others[None, :, 2:])
    shares: FloatArray = np.maximum(high - low, 0).prod(2) / np.maximum(_areas(boxes), 1e-6)[:, None]
    return shares
