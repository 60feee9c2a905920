"""How much of a face there is to judge: arithmetic on the crop and the landmarks, no network.

The thresholds were set between 49 portraits and 34 faces of group pictures, on none of which any
reason fires, and the same pictures blurred, darkened, cut, covered and turned.
"""

import cv2
import numpy as np

from ...records import Image
from ..pose import head_angles
from ..records import Face, Quality
from ..settings import QualitySettings

# Sharpness is compared at one size; smaller faces are taken as they are.
_SHARPNESS_SIDE = 64


class FaceInspector:
    """Measures faces and names what is wrong with them."""

    def __init__(self, settings: QualitySettings) -> None:
        self._settings = settings

    def inspect(self, image: Image, face: Face) -> Quality:
        """Measure one face of a picture.

        Args:
            image: (height, width, 3) uint8, BGR.
            face: A face of that picture.
        """
        patch = _inside(image, face)
        roll, yaw, pitch = head_angles(face.landmarks, face.box.width)
        mean, deviation = cv2.meanStdDev(patch)
        measured = Quality(
            width=face.box.width,
            sharpness=_sharpness(patch),
            brightness=float(mean[0, 0]),
            contrast=float(deviation[0, 0]),
            roll=roll,
            yaw=yaw,
            pitch=pitch,
            beyond=_beyond(image, face),
            score=face.score,
        )
        return measured.with_reasons(self._reasons(measured))

    def _reasons(self, found: Quality) -> tuple[str, ...]:
        wanted = self._settings
        faults = {
            f"too small: {found.width:.0f} pixels wide": found.width < wanted.min_width,
            "blurred": found.sharpness < wanted.min_sharpness,
            "too dark": found.brightness < wanted.min_brightness,
            "too bright": found.brightness > wanted.max_brightness,
            "without contrast": found.contrast < wanted.min_contrast,
            f"tilted by {abs(found.roll):.0f} degrees": abs(found.roll) > wanted.max_roll,
            "turned away": found.yaw > wanted.max_yaw or abs(found.pitch) > wanted.max_pitch,
            "cut by the border": found.beyond > wanted.max_beyond,
            "covered": found.score < wanted.min_score,
        }
        return tuple(reason for reason, is_so in faults.items() if is_so)


def _inside(image: Image, face: Face) -> Image:
    """The part of the face's box that lies in the picture, in grey; at least one pixel."""
    height, width = image.shape[:2]
    left, top = min(max(0, round(face.box.left)), width - 1), min(max(0, round(face.box.top)), height - 1)
    right, bottom = max(left + 1, round(face.box.right)), max(top + 1, round(face.box.bottom))
    return cv2.cvtColor(image[top:bottom, left:right], cv2.COLOR_BGR2GRAY)  # type: ignore[return-value]


def _sharpness(patch: Image) -> float:
    """The variance of the Laplacian over that of the picture: what is left of the finest detail.

    Pertuz et al., "Analysis of focus measure operators for shape-from-focus", 2013, operator LAP4.
    """
    scale = min(1.0, _SHARPNESS_SIDE / max(patch.shape))
    size = [max(3, round(side * scale)) for side in patch.shape[::-1]]
    small = cv2.resize(patch, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    return float(cv2.Laplacian(small, cv2.CV_32F).var() / max(float(small.var()), 1.0))


def _beyond(image: Image, face: Face) -> float:
    """How far the box reaches over the border of the picture, as a share of its width."""
    height, width = image.shape[:2]
    over = max(-face.box.left, -face.box.top, face.box.right - width, face.box.bottom - height, 0.0)
    return float(over / max(face.box.width, 1e-6))
