"""Pictures made as large as a network takes them."""

import cv2

from ...networks.card import ModelCard
from ...records import Box, Image

_MARGIN = 32  # pixels left out of the shorter side at the network's scale, as the networks were evaluated


def fitted(image: Image, card: ModelCard) -> Image:
    """Scale a picture to the input of a network.

    Args:
        image: (height, width, 3) uint8.
        card: `fit` says how. "centre" cuts side / (side + 32) of the shorter side out of the middle, which is
            how such networks are evaluated; anything else squashes the whole picture.

    Returns:
        A picture of the card's size.
    """
    height, width = card.size or image.shape[:2]
    box = seen(image, card)
    image = image[int(box.top) : int(box.bottom), int(box.left) : int(box.right)]
    smaller = image.shape[0] > height and image.shape[1] > width
    method = cv2.INTER_AREA if smaller else cv2.INTER_CUBIC
    return cv2.resize(image, (width, height), interpolation=method)  # type: ignore[return-value]


def seen(image: Image, card: ModelCard) -> Box:
    """The part of a picture that `fitted` takes, in whole pixels."""
    height, width = image.shape[:2]
    if card.fit != "centre":
        return Box(0.0, 0.0, float(width), float(height))
    target = (card.size or (height, width))[0]
    side = max(1, round(min(height, width) * target / (target + _MARGIN)))
    top, left = (height - side) // 2, (width - side) // 2
    return Box(float(left), float(top), float(left + side), float(top + side))
