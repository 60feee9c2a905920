"""From pictures to the numbers that a network takes, the way its card says."""

from collections.abc import Sequence

import cv2
import numpy as np

from ..records import FloatArray, Image
from .card import ModelCard

_AXES = "NHWC"


def preprocess(images: Sequence[Image], card: ModelCard) -> FloatArray:
    """Standardise pictures, the same way for each.

    Args:
        images: Pictures of one size, (height, width, 3) uint8, BGR; a single one for the layout HWC.
        card: Says colours, mean, scale and layout.

    Returns:
        float32 with the axes of the card's layout.
    """
    # Bytes are turned and moved before they become numbers, which are four times as much to move.
    axes = _AXES if card.layout == "HWC" else card.layout
    pixels = _in_order(images, card.colour == "RGB", last=axes.endswith("C"))
    moved = np.ascontiguousarray(pixels.transpose([_AXES.index(axis) for axis in axes]))
    numbers: FloatArray = moved.astype(np.float32)
    if card.colour == "GREY":
        numbers = numbers.mean(axes.index("C"), keepdims=True)
    shape = [-1 if axis == "C" else 1 for axis in axes]
    if card.mean != 0:
        numbers -= np.array(card.mean, np.float32).reshape(shape)
    if card.scale != 1:
        numbers /= np.array(card.scale, np.float32).reshape(shape)
    return numbers[0] if card.layout == "HWC" else numbers


def _in_order(images: Sequence[Image], is_rgb: bool, *, last: bool) -> Image:
    """Pictures as one array, with their colours in the order that is wanted."""
    if is_rgb and last:  # numpy would move them byte by byte
        return np.stack([cv2.cvtColor(image, cv2.COLOR_BGR2RGB) for image in images])
    pixels = np.stack(images)
    return pixels[..., ::-1] if is_rgb else pixels
