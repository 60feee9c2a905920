"""Faces in a picture, with MTCNN: a cascade of three small networks.

The first looks at every place of a pyramid of pictures and proposes boxes, the second sorts out and
corrects, the third also finds the landmarks. Zhang et al., "Joint Face Detection and Alignment Using
Multitask Cascaded Convolutional Networks", IEEE Signal Processing Letters 23(10), 2016,
https://arxiv.org/abs/1604.02878; limits of overlap are those of the authors' own program.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import cv2
import numpy as np

from ...geometry import crop, fit_within
from ...networks.card import ModelCard
from ...networks.preprocess import preprocess
from ...networks.runtime import Network
from ...records import Box, FloatArray, Image
from ..records import Face
from ..settings import CascadeSettings

_STRIDE, _CELL, _REFINED, _FINISHED = 2, 12, 24, 48  # pixels: P-Net's step; the inputs of P-, R- and O-Net
_WITHIN_A_SCALE, _BETWEEN_SCALES = 0.5, 0.7  # IoU from which two boxes are one
_BATCH = 64

Rows: TypeAlias = np.ndarray[Any, np.dtype[Any]]
"""Which of several boxes: their numbers, or a truth for each."""


@dataclass(frozen=True, slots=True, eq=False)
class _Candidates:
    """Boxes (n, 4) as left, top, right, bottom, their scores (n,), and corrections of the boxes (n, 4).

    Corrections are in shares of the box's width and height.
    """

    boxes: FloatArray
    scores: FloatArray
    corrections: FloatArray

    def only(self, rows: Rows) -> "_Candidates":
        return _Candidates(self.boxes[rows], self.scores[rows], self.corrections[rows])

    def corrected(self) -> FloatArray:
        return self.boxes + self.corrections * np.tile(self.boxes[:, 2:] - self.boxes[:, :2], 2)


class CascadeDetector:
    """Finds faces from the settings' smallest on in a picture of the settings' longer side."""

    def __init__(self, networks: tuple[Network, ...], card: ModelCard, settings: CascadeSettings) -> None:
        """Take P-Net, R-Net and O-Net, and the card that says how all three are fed."""
        self._proposing, self._refining, self._finishing = networks
        self._card = card
        self._settings = settings

    def detect(self, image: Image) -> tuple[Face, ...]:
        """Find the faces of a picture; see `tracking.motion.Detector`."""
        bound = self._settings.longer_side
        scale = fit_within(image.shape[1], image.shape[0], bound, bound)
        small = _scaled(image, scale)
        return tuple(self._finished(small, self._refined(small, self._proposed(small)), 1 / scale))

    def _proposed(self, image: Image) -> FloatArray:
        """Squares (n, 4) in which P-Net sees a face."""
        found = [self._seen_at(image, scale) for scale in self._scales(image)]
        if not found:
            return np.zeros((0, 4), np.float32)
        every = _Candidates(*(np.concatenate(parts) for parts in zip(*map(_parts, found), strict=True)))
        return _squares(every.only(_apart(every.boxes, every.scores, _BETWEEN_SCALES)).corrected())

    def _scales(self, image: Image) -> Iterator[float]:
        scale = _CELL / self._settings.smallest_face
        while min(image.shape[:2]) * scale >= _CELL:
            yield scale
            scale *= self._settings.step

    def _seen_at(self, image: Image, scale: float) -> _Candidates:
        """What P-Net sees in the picture at one scale; the network's maps have x before y."""
        corrections, odds = self._proposing.run(preprocess([_scaled(image, scale)], self._card))
        columns, rows = np.nonzero(odds[0, :, :, 1] >= self._settings.min_scores[0])
        corners = np.stack([columns, rows], 1).astype(np.float32) * _STRIDE
        boxes = np.hstack([corners, corners + _CELL]) / scale
        seen = _Candidates(boxes, odds[0, columns, rows, 1], corrections[0, columns, rows])
        return seen.only(_apart(seen.boxes, seen.scores, _WITHIN_A_SCALE))

    def _refined(self, image: Image, boxes: FloatArray) -> FloatArray:
        """Squares (n, 4) in which R-Net sees a face too."""
        if not len(boxes):
            return boxes
        corrections, odds = self._asked(self._refining, image, boxes, _REFINED)
        seen = _Candidates(boxes, odds[:, 1], corrections).only(odds[:, 1] > self._settings.min_scores[1])
        return _squares(seen.only(_apart(seen.boxes, seen.scores, _BETWEEN_SCALES)).corrected())

    def _finished(self, image: Image, boxes: FloatArray, enlarge: float) -> Iterator[Face]:
        """The faces that O-Net sees as well."""
        if not len(boxes):
            return
        corrections, points, odds = self._asked(self._finishing, image, boxes, _FINISHED)
        landmarks = points.reshape(-1, 2, 5).transpose(0, 2, 1) * (boxes[:, 2:] - boxes[:, :2])[:, None]
        landmarks += boxes[:, None, :2]
        scores = odds[:, 1]
        places = _Candidates(boxes, scores, corrections).corrected()
        sure = np.flatnonzero(scores > self._settings.min_scores[2])
        for row in sure[_apart(places[sure], scores[sure], _BETWEEN_SCALES, of_smaller=True)]:
            box = Box(*(places[row] * enlarge).tolist())
            yield Face(box, (landmarks[row] * enlarge).astype(np.float32), float(scores[row]))

    def _asked(self, network: Network, image: Image, boxes: FloatArray, size: int) -> tuple[FloatArray, ...]:
        """What a network says of squares of the picture, a batch at a time."""
        crops = [crop(image, Box(*box), size) for box in boxes.tolist()]
        batches = [crops[start : start + _BATCH] for start in range(0, len(crops), _BATCH)]
        answers = [network.run(preprocess(batch, self._card)) for batch in batches]
        return tuple(np.concatenate(parts) for parts in zip(*answers, strict=True))


def _parts(seen: _Candidates) -> tuple[FloatArray, FloatArray, FloatArray]:
    return seen.boxes, seen.scores, seen.corrections


def _scaled(image: Image, scale: float) -> Image:
    if scale == 1:
        return image
    height, width = (max(1, int(np.ceil(side * scale))) for side in image.shape[:2])
    return cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)  # type: ignore[return-value]


def _squares(boxes: FloatArray) -> FloatArray:
    """Squares (n, 4) with the boxes' middles and longer sides."""
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    halves = (boxes[:, 2:] - boxes[:, :2]).max(axis=1, keepdims=True) / 2
    return np.hstack([middles - halves, middles + halves])


def _apart(boxes: FloatArray, scores: FloatArray, limit: float, *, of_smaller: bool = False) -> Rows:
    """Greedy non-maximum suppression: the rows that stay, the surest first.

    Args:
        boxes: (n, 4).
        scores: (n,).
        limit: Shared area above which two boxes are one, as a share of the area that both cover
            together, or of the smaller one's.
        of_smaller: Which of the two.
    """
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(axis=1)
    waiting = np.argsort(-scores, kind="stable")
    kept = []
    while len(waiting):
        best, waiting = waiting[0], waiting[1:]
        kept.append(best)
        low = np.maximum(boxes[best, :2], boxes[waiting, :2])
        high = np.minimum(boxes[best, 2:], boxes[waiting, 2:])
        shared = np.maximum(high - low, 0).prod(axis=1)
        covered = areas[best] + areas[waiting] - shared
        whole = np.minimum(areas[best], areas[waiting]) if of_smaller else covered
        waiting = waiting[shared <= limit * whole]
    return np.array(kept, np.int64)
