"""What a picture looks like in a few bytes: whether it is sharp, and which others are nearly the same.

The gradients are Krawetz' difference hash ("Kind of Like That", 2013) of 16 by 16 bits. They find what
may be alike; the correlation of 16 by 16 grey thumbnails decides. Of 197,180 pairs of photographs within
four public collections (flowers, hymenoptera, TrashNet, COCO) one passes both limits; of their 1191 copies
scaled to 3/5, packed as JPEG 40 and brightened 1172 pass. A shifted or cropped picture does not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from ..records import Image

Bytes: TypeAlias = npt.NDArray[np.uint8]

SIDE = 16
GRADIENT_BYTES, THUMBNAIL_BYTES = SIDE * SIDE // 8, SIDE * SIDE
SMALLEST = 64  # pixels a side; below, as with digits, so few pixels differ that different things are alike
BLURRED = 20.0  # one sharp photograph in a hundred is below; nine of ten blurred by 2/256 of their side are
_SHARPNESS_SIDE = 256
_BITS = np.array([bin(byte).count("1") for byte in range(256)], np.uint8)


@dataclass(frozen=True, slots=True)
class Limits:
    """How near two pictures must be: bits of 256 that differ, at most, and the correlation, at least."""

    bits: int
    correlation: float


NEARLY_SAME = Limits(40, 0.985)
NO_NEWS = Limits(80, 0.9)  # of frames of one film: 67 of 275 remain of a clip whose camera moves fast


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """(32,) gradients and (256,) thumbnail of a picture, its size in pixels, and how sharp it is.

    Sharpness is the variance of the Laplacian of the grey picture at 256 pixels on its longer side.
    """

    gradients: Bytes
    thumbnail: Bytes
    width: int
    height: int
    sharpness: float

    @property
    def is_small(self) -> bool:
        """Whether it has too few pixels to be judged."""
        return min(self.width, self.height) < SMALLEST

    @property
    def is_blurred(self) -> bool:
        """Whether hardly any edge of it is sharp."""
        return not self.is_small and self.sharpness < BLURRED


def look_of(image: Image) -> Look:
    """Look at a (height, width, 3) BGR picture."""
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    height, width = grey.shape
    wide = cv2.resize(grey, (SIDE + 1, SIDE), interpolation=cv2.INTER_AREA)
    small = cv2.resize(grey, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    gradients = np.packbits(wide[:, 1:] > wide[:, :-1])
    return Look(gradients, small.reshape(-1).astype(np.uint8), width, height, _sharpness(grey))


def _sharpness(grey: Any) -> float:
    factor = min(1.0, _SHARPNESS_SIDE / max(grey.shape))
    size = max(1, round(grey.shape[1] * factor)), max(1, round(grey.shape[0] * factor))
    return float(cv2.Laplacian(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), cv2.CV_32F).var())


class Looks:
    """The looks of many pictures, to find those that are alike; small ones are alike to none."""

    def __init__(self, gradients: Bytes, thumbnails: Bytes) -> None:
        """Take (n, 32) gradients and (n, 256) thumbnails."""
        self._gradients, self._thumbnails = gradients, thumbnails
        self._judged = np.ones(len(gradients), bool)
        self._count = len(gradients)

    @classmethod
    def empty(cls) -> "Looks":
        """None yet."""
        return cls(np.empty((0, GRADIENT_BYTES), np.uint8), np.empty((0, THUMBNAIL_BYTES), np.uint8))

    def __len__(self) -> int:
        return self._count

    def add(self, look: Look) -> None:
        """Take one more; its place is the count before."""
        if self._count == len(self._gradients):
            room = max(64, self._count)
            self._gradients = _grown(self._gradients, room)
            self._thumbnails = _grown(self._thumbnails, room)
            self._judged = np.resize(self._judged, len(self._gradients))
        self._gradients[self._count] = look.gradients
        self._thumbnails[self._count] = look.thumbnail
        self._judged[self._count] = not look.is_small
        self._count += 1

    def like(self, look: Look, limits: Limits = NEARLY_SAME) -> Sequence[int]:
        """The places of those that look like it."""
        if look.is_small or not self._count:
            return []
        differing = _popcount(self._gradients[: self._count] ^ look.gradients)
        near = np.flatnonzero((differing <= limits.bits) & self._judged[: self._count])
        if not len(near):
            return []
        alike = _correlations(self._thumbnails[near], look.thumbnail) >= limits.correlation
        return [int(place) for place in near[alike]]


def _grown(rows: Bytes, room: int) -> Bytes:
    return np.concatenate([rows, np.empty((room, rows.shape[1]), np.uint8)])


def _popcount(differences: Bytes) -> npt.NDArray[np.int64]:
    """How many bits are set in each row."""
    counts: npt.NDArray[np.int64]
    if hasattr(np, "bitwise_count"):  # since numpy 2
        words = np.ascontiguousarray(differences).view(np.uint64)
        counts = np.bitwise_count(words).sum(axis=1, dtype=np.int64)
        return counts
    counts = _BITS[differences].sum(axis=1, dtype=np.int64)
    return counts


def _correlations(thumbnails: Bytes, thumbnail: Bytes) -> npt.NDArray[np.float64]:
    """Pearson's correlation of each row with one; a flat picture correlates with flat ones only."""
    one = thumbnail.astype(np.float64) - thumbnail.mean()
    many = thumbnails - thumbnails.mean(axis=1, keepdims=True)
    lengths = np.linalg.norm(many, axis=1) * np.linalg.norm(one)
    flat = (np.linalg.norm(many, axis=1) < 1) & bool(np.linalg.norm(one) < 1)
    correlations: npt.NDArray[np.float64] = np.where(flat, 1.0, many @ one / np.maximum(lengths, 1e-9))
    return correlations
