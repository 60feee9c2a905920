"""Pictures changed as another day might: size, shape, place, side and colour; their boxes go along."""

from dataclasses import dataclass, fields

import cv2
import numpy as np

from ...records import FloatArray, Image
from ..records import Rows
from .input_size import InputSize

_GREY = 114
_SIZES = (0.55, 1.5)  # of the size in which the whole picture is fed
_SHAPE = 0.12
_HUE, _SATURATION, _VALUE = 0.015, (0.6, 1.4), (0.65, 1.35)
_LEAST_SHOWN = 0.3  # of a box, or it is left out


@dataclass(frozen=True, slots=True)
class Kinds:
    """Which changes are made."""

    size: bool = True
    shape: bool = True
    place: bool = True
    mirror: bool = True
    colour: bool = True

    @classmethod
    def only(cls, name: str) -> "Kinds":
        """One of them."""
        return cls(**{each.name: each.name == name for each in fields(cls)})


KINDS = tuple(each.name for each in fields(Kinds))


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """A (height, width, 3) uint8 picture, (n, 4) boxes in pixels of it, and their (n,) classes."""

    image: Image
    boxes: FloatArray
    classes: Rows


def shrunk(image: Image, size: InputSize) -> tuple[Image, float]:
    """A picture no larger than it is ever fed, and how many of its pixels are one of the original.

    Means over areas, because a later change of size looks at single pixels only.
    """
    factor = _SIZES[1] * min(size.width / image.shape[1], size.height / image.shape[0])
    if factor >= 1:
        return image, 1.0
    sides = [max(1, round(side * factor)) for side in image.shape[1::-1]]
    return cv2.resize(image, sides, interpolation=cv2.INTER_AREA), sides[0] / image.shape[1]  # type: ignore[return-value]


def changed(
    lesson: Lesson, size: InputSize, generator: np.random.Generator, kinds: Kinds | None = None
) -> Lesson:
    """A picture made as large as it is fed, changed by chance.

    Args:
        lesson: A picture of any size.
        size: What is fed.
        generator: Of chance.
        kinds: Which changes are made; all of them where it is None.
    """
    asked = kinds or Kinds()
    across, down = _scales(lesson.image, size, generator, asked)
    height, width = lesson.image.shape[:2]
    room = np.array([size.width - width * across, size.height - height * down])
    shift = room * generator.random(2) if asked.place else np.minimum(room, 0) / 2
    mirrored = asked.mirror and generator.random() < 0.5  # noqa: PLR2004 - half of them
    turn = np.array([[across, 0, shift[0]], [0, down, shift[1]]])
    if mirrored:
        turn[0] = -across, 0, size.width - shift[0]
    image = cv2.warpAffine(
        lesson.image, turn, (size.width, size.height), flags=cv2.INTER_LINEAR, borderValue=(_GREY,) * 3
    )
    boxes = lesson.boxes * np.array([across, down] * 2) + np.tile(shift, 2)
    if mirrored:
        boxes[:, [0, 2]] = size.width - boxes[:, [2, 0]]
    inside = np.clip(boxes, 0, [size.width, size.height] * 2)
    shown = _areas(inside) >= _LEAST_SHOWN * np.maximum(_areas(boxes), 1e-6)
    if asked.colour:
        image = _coloured(image, generator)  # type: ignore[arg-type]
    return Lesson(image, inside[shown].astype(np.float32), lesson.classes[shown])  # type: ignore[arg-type]


def _scales(
    image: Image, size: InputSize, generator: np.random.Generator, asked: Kinds
) -> tuple[float, float]:
    fit = min(size.width / image.shape[1], size.height / image.shape[0])
    if asked.size:
        fit *= float(np.exp(generator.uniform(*np.log(_SIZES))))
    bend = float(np.exp(generator.uniform(-_SHAPE, _SHAPE) / 2)) if asked.shape else 1.0
    return fit * bend, fit / bend


def _areas(boxes: FloatArray) -> FloatArray:
    areas: FloatArray = (boxes[:, 2:] - boxes[:, :2]).prod(1)
    return areas


def _coloured(image: Image, generator: np.random.Generator) -> Image:
    factors = np.array([generator.uniform(*_SATURATION), generator.uniform(*_VALUE)], np.float32)
    found = cv2.cvtColor(image, cv2.COLOR_BGR2HSV).astype(np.float32)
    found[..., 0] = (found[..., 0] + 180 * generator.uniform(-_HUE, _HUE)) % 180
    found[..., 1:] = np.minimum(found[..., 1:] * factors, 255)
    return cv2.cvtColor(found.astype(np.uint8), cv2.COLOR_HSV2BGR)  # type: ignore[return-value]
