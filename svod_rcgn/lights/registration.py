"""Where places on the first picture lie on later ones, when a camera moves a little.

Features of both pictures (ORB: Rublee et al., "ORB: an efficient alternative to SIFT or SURF", ICCV 2011) are
matched, and a shift, turn and scale is fitted to them that withstands what moves by itself (RANSAC).
"""

from typing import Any, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from ..geometry import bounded
from ..records import Image

Floats: TypeAlias = npt.NDArray[np.floating[Any]]

_SIDE = 640  # pixels of the longer side of what features are looked for on
_FEATURES = 400
_INTERVAL = 0.5  # seconds between two looks
_LEAST = 12  # features that have to agree,
_LEAST_SHARE = 0.3  # and their part of all that were matched
_TOLERANCE = 2.0  # pixels
_FURTHEST = 0.2  # of the picture; a camera that has moved further shows something else
_LARGEST_SCALE = 1.15
_STILL = 0.7  # pixels; less is no move


class Registration:
    """Follows one camera by its first picture."""

    def __init__(self) -> None:
        self._orb = cv2.ORB.create(_FEATURES)
        self._matcher = cv2.BFMatcher(cv2.NORM_HAMMING, crossCheck=True)
        self._reference: tuple[Floats, Any] | None = None
        self._move: Floats = np.eye(2, 3)
        self._looked = float("-inf")

    def moved(self, image: Image, time: float, boxes: Floats) -> Floats:
        """The boxes of the first picture, (n, 4) pixels, as they lie on this one.

        Args:
            image: (height, width, 3) uint8, BGR; of the same size as the first.
            time: Seconds.
            boxes: Rows of left, top, right, bottom.
        """
        if not 0 <= time - self._looked < _INTERVAL:
            self._looked = time
            self._look(image)
        return self._applied(boxes)

    def _look(self, image: Image) -> None:
        small = bounded(image, _SIDE, _SIDE)
        points, features = self._orb.detectAndCompute(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), None)
        if len(points) < _LEAST:
            return
        places = np.array([point.pt for point in points]) * (image.shape[1] / small.shape[1])
        if self._reference is None:
            self._reference = places, features
            return
        fitted = self._fitted(places, features, image.shape[:2])
        if fitted is not None:
            self._move = fitted

    def _fitted(self, places: Floats, features: Any, shape: tuple[int, ...]) -> Floats | None:
        """The move since the first picture; None where it cannot be told."""
        assert self._reference is not None
        matches = self._matcher.match(self._reference[1], features)
        if len(matches) < _LEAST:
            return None
        before = self._reference[0][[match.queryIdx for match in matches]]
        after = places[[match.trainIdx for match in matches]]
        move, agreeing = cv2.estimateAffinePartial2D(before, after, ransacReprojThreshold=_TOLERANCE)
        if move is None or agreeing.sum() < max(_LEAST, _LEAST_SHARE * len(matches)):
            return None
        return np.asarray(move, float) if _is_small(move, shape) else None

    def _applied(self, boxes: Floats) -> Floats:
        middles = (boxes[:, :2] + boxes[:, 2:]) / 2
        shifts = middles @ self._move[:, :2].T + self._move[:, 2] - middles
        if not len(boxes) or np.abs(shifts).max() < _STILL:
            return boxes
        moved: Floats = boxes + np.tile(shifts, 2)
        return moved


def _is_small(move: Any, shape: tuple[int, ...]) -> bool:
    height, width = shape
    scale = float(np.hypot(move[0, 0], move[1, 0]))
    middle = np.array([width / 2, height / 2])
    shift = move[:, :2] @ middle + move[:, 2] - middle
    return (
        1 / _LARGEST_SCALE < scale < _LARGEST_SCALE
        and float(np.abs(shift / [width, height]).max()) < _FURTHEST
    )
