"""Pictures made as large as a network takes them, and boxes brought back."""

from typing import NamedTuple

import cv2
import numpy as np

from ...networks.card import ModelCard
from ...records import FloatArray, Image

_GREY = 114  # what YOLOX was trained with round its pictures


class Placed(NamedTuple):
    """A picture of the network's size, and how many of its pixels are one of the original, (x, y)."""

    image: Image
    scale: tuple[float, float]

    def back(self, boxes: FloatArray, shape: tuple[int, ...]) -> FloatArray:
        """Boxes (n, 4) in pixels of the original, cut at its borders; `shape` is its height and width."""
        scale = np.array(self.scale * 2, np.float32)
        inside: FloatArray = np.clip(boxes / scale, 0, np.array([shape[1], shape[0]] * 2, np.float32))
        return inside


def placed(image: Image, card: ModelCard) -> Placed:
    """Scale a picture to the input of a network.

    Args:
        image: (height, width, 3) uint8.
        card: `fit` says how: "corner" keeps the shape and fills up with grey on the right and below, anything
            else squashes the picture.
    """
    height, width = card.size or image.shape[:2]
    if card.fit != "corner":
        scale = width / image.shape[1], height / image.shape[0]
        return Placed(_scaled(image, width, height), scale)
    factor = min(width / image.shape[1], height / image.shape[0])
    inner = [max(1, round(side * factor)) for side in image.shape[1::-1]]
    canvas = np.full((height, width, 3), _GREY, np.uint8)
    canvas[: inner[1], : inner[0]] = _scaled(image, *inner)
    return Placed(canvas, (inner[0] / image.shape[1], inner[1] / image.shape[0]))


def _scaled(image: Image, width: int, height: int) -> Image:
    return cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)  # type: ignore[return-value]
