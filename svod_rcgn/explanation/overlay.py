"""A picture under the map of what speaks for an answer."""

import cv2
import numpy as np

from ..geometry import bounded
from ..records import Box, FloatArray, Image

# Orange and blue of M. Okabe and K. Ito, "Color Universal Design" (2008): for and against (BGR).
FOR, AGAINST = (0, 159, 230), (178, 114, 0)
_MOST = 0.7  # how much of the picture the strongest evidence covers
_SIDE = 1600  # pixels of the longer side of what is drawn
_COLOUR = 0.25  # how much of the picture's own is left
_UNSEEN = 0.4  # how bright the part is shown that the network did not see


def overlaid(image: Image, heat: FloatArray, seen: Box) -> Image:
    """Lay a map over a picture: orange where parts speak for the answer, blue where they speak against it.

    Args:
        image: (height, width, 3) uint8 BGR; it is left as it is.
        heat: (rows, columns) of what the network saw, above 0 for and below 0 against.
        seen: The part of the picture that it saw, in whole pixels; the rest is darkened.

    Returns:
        A new picture of the same shape, at most 1600 pixels long.
    """
    before, image = image, bounded(image, _SIDE, _SIDE)
    across, down = image.shape[1] / before.shape[1], image.shape[0] / before.shape[0]
    left, right = (round(each * across) for each in (seen.left, seen.right))
    top, bottom = (round(each * down) for each in (seen.top, seen.bottom))
    right, bottom = max(right, left + 1), max(bottom, top + 1)
    drawn = np.rint(image * _UNSEEN).astype(np.uint8)
    part = _greyish(image[top:bottom, left:right])
    strength = _strength(heat, part.shape[1::-1])[..., None]
    colour = np.where(strength > 0, np.array(FOR, np.float32), np.array(AGAINST, np.float32))
    drawn[top:bottom, left:right] = np.rint(part + _MOST * np.abs(strength) * (colour - part))
    return np.asarray(drawn, np.uint8)


def _greyish(image: Image) -> FloatArray:
    """A picture with little colour, so that a map's colours are told from its own."""
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY).astype(np.float32)[..., None]
    return np.asarray(grey + _COLOUR * (image - grey), np.float32)


def _strength(heat: FloatArray, size: tuple[int, int]) -> FloatArray:
    """The map enlarged, with 1 for its strongest part."""
    large = cv2.resize(heat.astype(np.float32), size, interpolation=cv2.INTER_CUBIC)
    strongest = max(float(np.abs(large).max()), 1e-12)
    return np.asarray(large / strongest, np.float32)
