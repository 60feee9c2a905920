"""Faces in a picture, with CenterFace.

The network answers at a quarter of its input's resolution with a heat map of face centres, the
logarithm of the boxes' sizes, the centres' offsets within their cell, and five landmarks relative to
the box. Decoding follows the paper: Xu et al., "CenterFace: Joint Face Detection and Alignment Using
Face as Point", 2019, https://arxiv.org/abs/1911.03599.
"""

import cv2
import numpy as np

from ..entities import Box, Face, FloatArray, Image
from ..geometry import fit_within, intersection_over_union
from ..inference import Network
from ..settings import DetectionSettings

_STRIDE = 4
_SIDE_MULTIPLE = 64


class FaceDetector:
    """Finds faces from about 20 pixels wide in a picture of the settings' longer side."""

    def __init__(self, network: Network, settings: DetectionSettings) -> None:
        self._network = network
        self._settings = settings

    def detect(self, image: Image) -> tuple[Face, ...]:
        """Find the faces of a picture, the surest first.

        Args:
            image: (height, width, 3) uint8, BGR, of any size.

        Returns:
            Faces in the picture's own pixels.
        """
        scale = fit_within(image.shape[1], image.shape[0], self._settings.longer_side, self._settings.longer_side)
        outputs = self._network.run(_prepare(image, scale))
        heat, sizes, offsets, landmarks = (output[0] for output in outputs)
        faces = self._decode(heat[0], sizes, offsets, landmarks, 1 / scale)
        return _without_overlaps(faces, self._settings.max_overlap)

    def _decode(
        self, heat: FloatArray, sizes: FloatArray, offsets: FloatArray, landmarks: FloatArray, enlarge: float
    ) -> list[Face]:
        rows, columns = np.nonzero(heat >= self._settings.min_score)
        order = np.argsort(-heat[rows, columns], kind="stable")
        return [
            _face(heat[y, x], (x, y), sizes[:, y, x], offsets[:, y, x], landmarks[:, y, x], enlarge)
            for y, x in zip(rows[order], columns[order], strict=True)
        ]


def _prepare(image: Image, scale: float) -> FloatArray:
    """Scale the picture and extend it with black to sides that the network can halve."""
    height, width = (max(1, round(side * scale)) for side in image.shape[:2])
    small = image if scale == 1 else cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)
    canvas = np.zeros((1, 3, _rounded_up(height), _rounded_up(width)), np.float32)
    canvas[0, :, :height, :width] = small[:, :, ::-1].transpose(2, 0, 1)
    return canvas


def _rounded_up(side: int) -> int:
    return -(-side // _SIDE_MULTIPLE) * _SIDE_MULTIPLE


def _face(
    score: float, cell: tuple[int, int], size: FloatArray, offset: FloatArray, points: FloatArray, enlarge: float
) -> Face:
    height, width = np.exp(size) * _STRIDE
    centre = (np.array(cell) + 0.5 + offset[::-1]) * _STRIDE
    corner = centre - np.array([width, height]) / 2
    landmarks = points.reshape(5, 2)[:, ::-1] * np.array([width, height]) + np.maximum(corner, 0)
    left, top = corner * enlarge
    right, bottom = (corner + np.array([width, height])) * enlarge
    box = Box(float(left), float(top), float(right), float(bottom))
    return Face(box, (landmarks * enlarge).astype(np.float32), float(score))


def _without_overlaps(faces: list[Face], max_overlap: float) -> tuple[Face, ...]:
    """Greedy non-maximum suppression; the faces come the surest first."""
    kept: list[Face] = []
    for face in faces:
        if all(intersection_over_union(face.box, other.box) <= max_overlap for other in kept):
            kept.append(face)
    return tuple(kept)
