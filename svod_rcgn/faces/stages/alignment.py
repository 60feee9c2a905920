"""From a face in a picture to the crop that the embedding network was trained on."""

from ... import geometry
from ...records import FloatArray, Image
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
