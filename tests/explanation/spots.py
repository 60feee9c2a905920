"""A picture with one spot that counts, and what answers by that spot alone."""

from collections.abc import Sequence

import numpy as np

from svod_rcgn.explanation.trial import Trial
from svod_rcgn.records import FloatArray, Image

SIDE = 64
SPOT = (slice(8, 24), slice(36, 52))  # rows and columns: at the top right
_BRIGHT, _GREY = 247, 127


def picture() -> Image:
    """Grey noise, and a bright spot."""
    image = np.random.default_rng(0).integers(90, 165, (SIDE, SIDE, 3)).astype(np.uint8)
    image[SPOT] = _BRIGHT
    return image


def by_spot(images: Sequence[Image]) -> FloatArray:
    """The brighter the spot's place, the likelier: 0.02 where it is grey, 0.98 where it is as ours."""
    bright = np.array([image[SPOT].mean() for image in images], np.float32)
    return np.asarray(1 / (1 + np.exp(-8 * ((bright - _GREY) / (_BRIGHT - _GREY) - 0.5))), np.float32)


def trial(score=by_spot, image: Image | None = None, batch: int = 16) -> Trial:
    return Trial(picture() if image is None else image, score, batch)


def truth() -> FloatArray:
    """The map that is right."""
    heat = np.zeros((SIDE, SIDE), np.float32)
    heat[SPOT] = 1
    return heat


class AfterLooks:
    """A deadline that passes once so many pictures were asked, whatever the clock."""

    def __init__(self, trial: Trial, looks: int) -> None:
        self._trial = trial
        self._looks = looks

    @property
    def passed(self) -> bool:
        return self._trial.looks >= self._looks
