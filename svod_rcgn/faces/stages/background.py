"""Pictures without what is behind the people in them."""

import cv2
import numpy as np

from ...errors import ModelError
from ...networks.card import ModelCard
from ...networks.preprocess import preprocess
from ...networks.runtime import Network
from ...records import FloatArray, Image

_SURE = 0.5
_SIDES = 2  # dimensions of a mask


class BackgroundRemover:
    """Blackens all of a picture that its network does not take for a person."""

    def __init__(self, network: Network, card: ModelCard, fingerprint: str) -> None:
        """Take a network that answers with a mask, 0..1, (height, width) but for axes of length 1.

        Args:
            network: Its mask may have any size.
            card: Says how it is fed; without a size it gets the pictures in their own.
            fingerprint: Names the network.
        """
        self._network = network
        self._card = card
        self.fingerprint = fingerprint

    def remove(self, image: Image) -> Image:
        """Blacken the background; a person's pixels stay as they are.

        Args:
            image: (height, width, 3) uint8, BGR, of any size.

        Returns:
            A picture of its own, of the same size.

        Raises:
            ModelError: What the network answers with is no mask.
        """
        height, width = image.shape[:2]
        mask = cv2.resize(self._mask(image), (width, height), interpolation=cv2.INTER_LINEAR)
        black = np.zeros_like(image)
        return cv2.copyTo(image, (mask >= _SURE).view(np.uint8), black)  # type: ignore[return-value]

    def _mask(self, image: Image) -> FloatArray:
        height, width = self._card.size or image.shape[:2]
        small = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)
        answer = self._network.run(preprocess([small], self._card))[0]  # type: ignore[list-item]
        mask = answer.reshape([side for side in answer.shape if side != 1])
        if mask.ndim != _SIDES:
            shape = "x".join(map(str, answer.shape))
            raise ModelError(f"{self._card.name}: a mask of height x width was expected, came {shape}")
        return mask.astype(np.float32)


class BackgroundKeeper:
    """Stands in where no background is to be removed."""

    fingerprint = ""

    def remove(self, image: Image) -> Image:
        """Give the picture itself."""
        return image


KEPT = BackgroundKeeper()
