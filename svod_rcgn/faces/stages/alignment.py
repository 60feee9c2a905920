"""From a face in a picture to the crop that the embedding network was trained on."""

import numpy as np

from ... import geometry
from ...records import FloatArray, Image
from .. import strip
from ..pose import in_profile
from ..records import Face


class FaceAligner:
    """Cuts a square round the face's box and scales it, for networks that were trained so."""

    def __init__(self, size: int, margin: float) -> None:
        self._size = size
        self._margin = margin

    def align(self, image: Image, face: Face) -> Image:
        """Cut one face out of its picture.

        Args:
            image: (height, width, 3) uint8, BGR.
            face: A face of that picture.

        Returns:
            (size, size, 3) uint8, BGR.
        """
        return geometry.crop(image, geometry.square_around(face.box, self._margin), self._size)


class LandmarkAligner:
    """Turns, scales and moves the face so that its landmarks lie where the network expects them."""

    def __init__(self, size: int, landmarks: FloatArray) -> None:
        """Take the side of the crop and the five places in it, (5, 2) float32, both in pixels."""
        self._size = size
        self._landmarks = landmarks

    def align(self, image: Image, face: Face) -> Image:
        """Cut one face out of its picture; see `FaceAligner.align`."""
        return geometry.warp(image, geometry.similarity(face.landmarks, self._landmarks), self._size)


class StripAligner:
    """Cuts a face for two networks, and joins both crops (faces.strip).

    A face in profile is cut for the first alone: where one eye lies behind the other, five landmarks fit no
    template, and what would be cut by them says little of who it is.
    """

    def __init__(self, first: FaceAligner | LandmarkAligner, second: FaceAligner | LandmarkAligner) -> None:
        """Take what cuts for each; the crops of the second are the smaller ones."""
        self._first = first
        self._second = second

    def align(self, image: Image, face: Face) -> Image:
        """Cut one face out of its picture, as a strip; see `FaceAligner.align`."""
        large, small = self._first.align(image, face), self._second.align(image, face)
        return strip.joined(large, np.zeros_like(small) if in_profile(face.landmarks) else small)
