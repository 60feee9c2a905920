"""The crops of one face for two networks as one picture: the larger square, and the smaller one beside it.

Below the smaller one the picture is black, which tells a strip from other pictures: crops on disk are known
for what they are without their networks, and each square is to the pixel what its network alone would get.
"""

import numpy as np

from ..records import Image


def joined(first: Image, second: Image) -> Image:
    """A strip of two squares, (n, n, 3) and (m, m, 3) uint8 BGR with m < n, as (n, n + m, 3)."""
    side = second.shape[0]
    beside = np.zeros((first.shape[0], side, 3), np.uint8)
    beside[:side] = second
    return np.concatenate([first, beside], axis=1)


def squares(strip: Image) -> tuple[Image, Image]:
    """The two that were joined."""
    height, width = strip.shape[:2]
    return strip[:, :height], strip[: width - height, height:]


def is_strip(picture: Image) -> bool:
    """Whether a picture is a strip."""
    height, width = picture.shape[:2]
    side = width - height
    return 0 < side < height and not picture[side:, height:].any()


def shown(picture: Image) -> Image:
    """What people are shown of a crop: the larger square of a strip, or all."""
    return squares(picture)[0] if is_strip(picture) else picture
