"""Brightness of lights on a frame: an aperture on each and an annulus around it, as stars are measured.

All lights of a panel are measured at once, at the same points of the unit square. Boxes are rows of
(left, top, right, bottom) in pixels.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from ..records import Image

Floats: TypeAlias = npt.NDArray[np.floating[Any]]

SECTORS = 8
_SIDE = 8
_CORE = np.stack(np.meshgrid(*[np.linspace(-0.9, 0.9, _SIDE)] * 2), axis=-1).reshape(-1, 2)
_RADII = (1.5, 1.75, 2.0)  # of half a box; nearer, the light's own glow is most of it
_IN_A_SECTOR = 2
_ANGLES = np.linspace(0, 2 * np.pi, SECTORS * _IN_A_SECTOR, endpoint=False)
_ANNULUS = (
    np.stack([np.outer(_RADII, np.cos(_ANGLES)), np.outer(_RADII, np.sin(_ANGLES))], axis=-1)
    .transpose(1, 0, 2)
    .reshape(-1, 2)
)
_POINTS = np.concatenate([_CORE, _ANNULUS]).astype(np.float32)
CORE_POINTS = len(_CORE)
POINTS = len(_POINTS)
_MEAN = np.full(CORE_POINTS, 1 / CORE_POINTS, np.float32)
_GREY = np.full(3, 1 / 3, np.float32)
_A_SECTOR = (POINTS - CORE_POINTS) // SECTORS
_MEANS = np.kron(np.eye(SECTORS), np.full(_A_SECTOR, 1 / _A_SECTOR)).astype(np.float32)


@dataclass(frozen=True, eq=False)
class Samples:
    """The points of n lights: (n, points, 3) uint8, BGR; first those of the core, then the annulus."""

    points: npt.NDArray[np.uint8]

    @cached_property
    def _levels(self) -> npt.NDArray[np.float32]:
        return self.points.astype(np.float32)

    @cached_property
    def sectors(self) -> npt.NDArray[np.float32]:
        """The mean colours of the annulus, (n, sectors, 3)."""
        means: npt.NDArray[np.float32] = _MEANS @ self._levels[:, CORE_POINTS:]
        return means

    @cached_property
    def contrast(self) -> npt.NDArray[np.float32]:
        """How much brighter the aperture is than the annulus in the mean, (n,) grey levels.

        It holds the edge of the light, too, which shows short pauses that a saturated core does not.
        """
        core = _MEAN @ self._levels[:, :CORE_POINTS]
        contrast: npt.NDArray[np.float32] = (core - self.sectors.mean(axis=1)) @ _GREY
        return contrast


def sample(image: Image, boxes: Floats) -> Samples:
    """Look at all lights.

    Args:
        image: (height, width, 3) uint8, BGR.
        boxes: (n, 4); where one has nan, what is returned of it means nothing.
    """
    known = np.nan_to_num(boxes).astype(np.float32)
    middles, halves = (known[:, 2:] + known[:, :2]) / 2 - np.float32(0.5), (known[:, 2:] - known[:, :2]) / 2
    columns = middles[:, :1] + _POINTS[:, 0] * halves[:, :1]
    rows = middles[:, 1:] + _POINTS[:, 1] * halves[:, 1:]
    # One call that rounds, stays within the picture and fetches: a quarter of the time of NumPy's five.
    points = cv2.remap(image, columns, rows, cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE)
    return Samples(np.asarray(points, np.uint8))
