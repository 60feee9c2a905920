"""From pictures to the numbers that a network takes, the way its card says."""

from collections.abc import Sequence

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
    pixels: FloatArray = np.stack(images).astype(np.float32)
    if card.colour == "RGB":
        pixels = pixels[..., ::-1]
    elif card.colour == "GREY":
        pixels = pixels.mean(-1, keepdims=True)
    pixels -= np.array(card.mean, np.float32)
    pixels /= np.array(card.scale, np.float32)
    if card.layout == "HWC":
        pixels = pixels[0]
    else:
        pixels = pixels.transpose([_AXES.index(axis) for axis in card.layout])
    return pixels
