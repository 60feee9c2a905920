"""Digits written a little differently each time they are learned from."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ...records import FloatArray, Image
from .convnet import Batch
from .glyphs import SIDE

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class DistortionSettings:
    """How far a digit is changed: turned and slanted, scaled, moved, bent, and written thinner or thicker.

    `turn` is in degrees, `scale` a share of the size, `shift` and `bend` are in pixels of the frame; strokes
    are changed by a pixel in a share `stroke` of the digits each way.
    """

    turn: float = 12.0
    slant: float = 0.2
    scale: float = 0.15
    shift: float = 1.5
    bend: float = 1.0
    smoothness: float = 4.0
    stroke: float = 0.25


DISTORTION = DistortionSettings()
_BENDS = 200


def batches(
    digits: Image,
    wished: FloatArray,
    size: int,
    seed: int,
    settings: DistortionSettings = DISTORTION,
) -> Iterator[Batch]:
    """Batches of changed digits without end, the same for the same seed.

    Args:
        digits: (n, 28, 28) uint8, in their frame.
        wished: The probability of each class that is to be learned, (n, 10).
        size: Of a batch.
        seed: Of all that is random.
        settings: How far they are changed.
    """
    generator = np.random.default_rng(seed)
    kernel = np.ones((2, 2), np.uint8)
    versions = np.stack(
        [digits, [cv2.dilate(each, kernel) for each in digits], [cv2.erode(each, kernel) for each in digits]]
    )
    shares = (1 - 2 * settings.stroke, settings.stroke, settings.stroke)
    bends = _bends(generator, settings)
    while True:
        order = generator.permutation(len(digits))
        for chosen in np.split(order, range(size, len(order), size)):
            maps = _maps(len(chosen), bends, generator, settings)
            strokes = generator.choice(3, len(chosen), p=shares)
            changed = [
                cv2.remap(versions[stroke, number], each[..., 0], each[..., 1], cv2.INTER_LINEAR)
                for stroke, number, each in zip(strokes, chosen, maps, strict=True)
            ]
            pictures = np.stack(changed)[..., None].astype(np.float32) / np.float32(255)
            yield pictures, wished[chosen]


def _bends(generator: np.random.Generator, settings: DistortionSettings) -> FloatArray:
    """Smooth random fields of deviation 1 (Simard et al., 2003)."""
    raw = generator.uniform(-1, 1, (_BENDS, SIDE, SIDE, 2)).astype(np.float32)
    smooth = np.stack([cv2.GaussianBlur(each, (0, 0), settings.smoothness) for each in raw])
    return np.asarray(smooth / smooth.std(), np.float32)


def _maps(
    count: int, bends: FloatArray, generator: np.random.Generator, settings: DistortionSettings
) -> FloatArray:
    """Where each pixel of so many digits comes from, (count, 28, 28, 2)."""
    turns = np.deg2rad(generator.uniform(-settings.turn, settings.turn, count))
    scales = np.exp(generator.uniform(-settings.scale, settings.scale, (count, 2)))
    slants = generator.uniform(-settings.slant, settings.slant, count)
    cosine, sine = np.cos(turns), np.sin(turns)
    first = np.stack([cosine, sine], 1) * scales[:, :1]
    second = np.stack([slants * cosine - sine, cosine + slants * sine], 1) * scales[:, 1:]
    matrices = np.stack([first, second], 2).astype(np.float32)
    middle = (SIDE - 1) / 2
    grid = np.stack(np.meshgrid(np.arange(SIDE), np.arange(SIDE)), -1).astype(np.float32) - middle
    maps: FloatArray = np.einsum("hwk,njk->nhwj", grid, matrices) + np.float32(middle)
    maps += generator.uniform(-settings.shift, settings.shift, (count, 1, 1, 2))
    maps += bends[generator.integers(0, _BENDS, count)] * generator.uniform(
        0, settings.bend, (count, 1, 1, 1)
    )
    return maps.astype(np.float32)
