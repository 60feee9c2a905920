"""How large pictures are fed and how fine the cells are, by the sizes of the boxes."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from ..evaluation.boxed_pictures import BoxedPictures

Doubles: TypeAlias = npt.NDArray[np.float64]

GRAIN = 32  # the coarsest cells of a backbone; the sides of its input are multiples
SMALL = 25.0  # percent of the boxes of a class that are smaller than what is called small here
_SIDES = (320, 416, 512, 640)  # pixels of a square as large as the input
_SHAPES = np.exp(np.linspace(-1, 1, 41))  # height by width
WANTED_SIDE = 28.0  # pixels of a small box's shorter side, as it is fed
_WANTED_CELLS = 2.5  # that a small box's shorter side reaches over
_STRIDES = (16, 8, 4)


@dataclass(frozen=True, slots=True)
class InputSize:
    """Height and width of the input in pixels, and the stride of the cells."""

    height: int
    width: int
    stride: int

    @property
    def size(self) -> tuple[int, int]:
        """Height and width."""
        return self.height, self.width


def choose(pictures: BoxedPictures, wanted: float = WANTED_SIDE) -> InputSize:
    """The smallest input and the coarsest cells that small boxes can be told in.

    The input has the shape in which pictures are scaled down least. It grows where small boxes have few
    pixels, but not beyond the pictures themselves.

    Args:
        pictures: With the boxes.
        wanted: How many pixels a small box's shorter side should have, as it is fed.
    """
    sides = np.array([each.size for each in pictures.pictures], float)
    largest = float(np.median(np.sqrt(sides.prod(1))))
    choices = [each for each in _SIDES if each <= max(largest, _SIDES[0])]
    sizes = [_shaped(sides, each) for each in choices]
    small = [_small(pictures, height, width) for height, width in sizes]
    place = next((place for place, each in enumerate(small) if each >= wanted), len(sizes) - 1)
    stride = next((each for each in _STRIDES if small[place] / each >= _WANTED_CELLS), _STRIDES[-1])
    return InputSize(*sizes[place], stride)


def _shaped(sides: Doubles, side: int) -> tuple[int, int]:
    """Height and width of the area of a square."""
    heights, widths = side * np.sqrt(_SHAPES), side / np.sqrt(_SHAPES)
    scales = np.minimum(heights[:, None] / sides[:, 0], widths[:, None] / sides[:, 1])
    best = int(np.log(scales).mean(1).argmax())
    height, width = (max(GRAIN, round(float(each[best]) / GRAIN) * GRAIN) for each in (heights, widths))
    return height, width


def _small(pictures: BoxedPictures, height: int, width: int) -> float:
    """A small box's shorter side in pixels of an input, of the class whose boxes are smallest."""
    shorter = np.concatenate(
        [
            (each.truth.boxes[:, 2:] - each.truth.boxes[:, :2]).min(1)
            * min(height / each.height, width / each.width)
            for each in pictures.pictures
        ]
    )
    classes = np.concatenate([each.truth.classes for each in pictures.pictures])
    return min(float(np.percentile(shorter[classes == each], SMALL)) for each in np.unique(classes))
