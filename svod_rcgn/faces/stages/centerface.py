"""Faces in a picture, with CenterFace.

The network answers at a quarter of its input's resolution with a heat map of face centres, the
logarithm of the boxes' sizes, the centres' offsets within their cell, and five landmarks relative to
the box. Decoding follows the paper: Xu et al., "CenterFace: Joint Face Detection and Alignment Using
Face as Point", 2019, https://arxiv.org/abs/1911.03599.
"""

import cv2
import numpy as np

from ...geometry import fit_within
from ...networks.runtime import Network
from ...records import Box, FloatArray, Image
from ..records import Face
from ..settings import DetectionSettings

_STRIDE = 4
_SIDE_MULTIPLE = 32


class FaceDetector:
    """Finds faces from about 20 pixels wide in a picture of the settings' longer side."""

    def __init__(self, network: Network, settings: DetectionSettings) -> None:
        self._network = network
        self._settings = settings

    def detect(self, image: Image) -> tuple[Face, ...]:
        """Find the faces of a picture; see `tracking.motion.Detector`."""
        bound = self._settings.longer_side
        scale = fit_within(image.shape[1], image.shape[0], bound, bound)
        outputs = self._network.run(_prepare(image, scale))
        return _decode(outputs, self._settings, 1 / scale)


def _prepare(image: Image, scale: float) -> FloatArray:
    """Scale the picture and extend it with black to sides that the network can halve."""
    height, width = (max(1, round(side * scale)) for side in image.shape[:2])
    small = image if scale == 1 else cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)
    canvas = np.zeros((1, 3, _rounded_up(height), _rounded_up(width)), np.float32)
    for place, plane in enumerate(reversed(cv2.split(small))):  # numpy would move them byte by byte
        canvas[0, place, :height, :width] = plane
    return canvas


def _rounded_up(side: int) -> int:
    return -(-side // _SIDE_MULTIPLE) * _SIDE_MULTIPLE


def _decode(outputs: tuple[FloatArray, ...], settings: DetectionSettings, enlarge: float) -> tuple[Face, ...]:
    """Read the faces out of the network's maps, the surest first; the maps have y before x."""
    heat, sizes, offsets, points = (output[0] for output in outputs)
    rows, columns = np.nonzero(heat[0] >= settings.min_score)
    extents = np.exp(sizes[::-1, rows, columns].T) * _STRIDE
    centres = (np.stack([columns, rows], 1) + 0.5 + offsets[::-1, rows, columns].T) * _STRIDE
    corners = centres - extents / 2
    landmarks = points[:, rows, columns].T.reshape(-1, 5, 2)[..., ::-1] * extents[:, None]
    landmarks += np.maximum(corners, 0)[:, None]
    boxes = np.hstack([corners, corners + extents]) * enlarge
    scores = heat[0, rows, columns]
    spans = np.hstack([corners, extents]).astype(float).tolist()
    kept = cv2.dnn.NMSBoxes(spans, scores.tolist(), settings.min_score, settings.max_overlap)
    return tuple(
        Face(Box(*boxes[i].tolist()), (landmarks[i] * enlarge).astype(np.float32), float(scores[i]))
        for i in kept
    )
