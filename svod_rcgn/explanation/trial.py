"""A picture of which parts are hidden, to see how the answer changes."""

import time
from collections.abc import Callable, Sequence
from typing import TypeAlias

import cv2
import numpy as np

from ..records import FloatArray, Image

Score: TypeAlias = Callable[[Sequence[Image]], FloatArray]
"""How likely the answer is on pictures of one size, (n,) 0..1."""

_GREY = 127.0
_BLUR = 1 / 12  # of the longer side
_TINY = 1e-6
_SHARPEST = 256  # pixels of the longer side that blurring needs
_MOST_PIXELS = 8_000_000  # of a batch, for networks that take pictures of any size


class Deadline:
    """The time until which is looked."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._end = clock() + seconds

    @property
    def passed(self) -> bool:
        """Whether it is over."""
        return self._clock() >= self._end


class Trial:
    """Asks how likely an answer is while parts of a picture are hidden; `looks` counts the pictures asked."""

    def __init__(self, image: Image, score: Score, batch: int) -> None:
        """Begin.

        Args:
            image: (height, width, 3) uint8 as the network sees it.
            score: Asks the network; a wing of its own has one: of a class, or of an object near a box.
            batch: So many pictures are asked at once, fewer where they are large.
        """
        self.image = image
        self.batch = max(1, min(batch, _MOST_PIXELS // (image.shape[0] * image.shape[1])))
        self.looks = 0
        self._score = score
        self._pixels: FloatArray = image.astype(np.float32)
        self._grey: FloatArray = np.full_like(self._pixels, _GREY)
        self._blurred = _blurred(self._pixels)

    @property
    def size(self) -> tuple[int, int]:
        """Height and width in pixels."""
        return self.image.shape[0], self.image.shape[1]

    def hide(self, kept: FloatArray) -> FloatArray:
        """How likely the answer is where the rest is grey.

        Args:
            kept: (n, height, width), 1 where the picture is shown and 0 where it is hidden.

        Returns:
            (n,) 0..1.
        """
        return self._ask(kept, self._grey)

    def show(self, kept: FloatArray) -> FloatArray:
        """As `hide`, where the rest is blurred."""
        return self._ask(kept, self._blurred)

    def _ask(self, kept: FloatArray, cover: FloatArray) -> FloatArray:
        found = []
        for start in range(0, len(kept), self.batch):
            share = kept[start : start + self.batch, :, :, None]
            mixed = np.rint(cover + share * (self._pixels - cover)).astype(np.uint8)
            found.append(self._score(list(mixed)))
        self.looks += len(kept)
        return np.concatenate(found)


def _blurred(pixels: FloatArray) -> FloatArray:
    """A picture of which only the large is left; a large one is blurred small, which looks the same."""
    height, width = pixels.shape[:2]
    scale = min(1.0, _SHARPEST / max(height, width))
    small = (
        cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else pixels
    )
    blurred = cv2.GaussianBlur(small, (0, 0), _BLUR * max(small.shape[:2]))
    return np.asarray(cv2.resize(blurred, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def log_odds(probability: FloatArray) -> FloatArray:
    """The logarithm of p / (1 - p); what is nearly 0 or 1 counts as a millionth from it."""
    inside = np.clip(probability, _TINY, 1 - _TINY)
    odds: FloatArray = np.log(inside / (1 - inside))
    return odds
