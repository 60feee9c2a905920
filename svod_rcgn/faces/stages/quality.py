"""How much of a face there is to judge: arithmetic on the crop and the landmarks, no network.

The thresholds were set between 49 portraits and 34 faces of group pictures, on none of which any
reason fires, and the same pictures blurred, darkened, cut, covered and turned.
"""

import math

import cv2
import numpy as np

from ...records import Face, FloatArray, Image, Quality
from ..settings import QualitySettings

# The distance of a frontal face's eyes as a share of its box's width; it shrinks with the cosine of yaw.
_FRONTAL_EYES = 0.47
# Where the nose of an upright face lies between eyes (0) and mouth (1), and how far 1 degree moves it:
# landmarks on a head of average depth move by about half of their distance for 45 degrees.
_LEVEL_NOSE = 0.54
_NOSE_PER_DEGREE = 0.008
# How far the nose stands out before the plane of eyes and mouth, as a share of the eyes' distance. With
# it, 31 good faces turned by 20 to 48 degrees give what the distance of their eyes gives: half of them
# within 3 degrees, nine in ten within 10, and none of them to the wrong side.
_NOSE_LENGTH = 0.5
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
        brightness, contrast = float(patch.mean()), float(patch.std())
        measured = Quality(
            width=face.box.width,
            sharpness=_sharpness(patch),
            brightness=brightness,
            contrast=contrast,
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


def head_angles(landmarks: FloatArray, width: float) -> tuple[float, float, float]:
    """Roll, yaw and pitch in degrees, roughly, from five landmarks.

    Roll is positive when the head leans to the right of the picture; yaw is how far the face is
    turned to either side, 0..90; pitch is positive when it looks down.

    Args:
        landmarks: (5, 2) as in Face.
        width: Of the face's box, pixels.
    """
    eyes, mouth = (landmarks[0] + landmarks[1]) / 2, (landmarks[3] + landmarks[4]) / 2
    down = mouth - eyes
    length = max(float(np.hypot(*down)), 1e-6)
    # The line from eyes to mouth keeps its direction when the face turns; that between the eyes does not.
    roll = math.degrees(math.atan2(-float(down[0]), float(down[1])))
    apart = float(np.hypot(*(landmarks[1] - landmarks[0]))) / max(width, 1e-6)
    yaw = math.degrees(math.acos(min(1.0, apart / _FRONTAL_EYES)))
    nose = float((landmarks[2] - eyes) @ down) / length**2
    return roll, yaw, (nose - _LEVEL_NOSE) / _NOSE_PER_DEGREE


def turned(landmarks: FloatArray) -> float:
    """Which way a face looks, in degrees: positive to its own left, which is the right of the picture.

    A nose that stands out by `n` before eyes that are `e` apart moves by n sin(yaw) to the side, and
    the eyes seem to be e cos(yaw) apart; so the one over the other is (n / e) tan(yaw). Unlike the yaw
    of `head_angles`, which comes from the eyes alone, this tells the sides apart and small angles too.

    Args:
        landmarks: (5, 2) as in Face.
    """
    eyes, mouth = (landmarks[0] + landmarks[1]) / 2, (landmarks[3] + landmarks[4]) / 2
    down = (mouth - eyes) / max(float(np.hypot(*(mouth - eyes))), 1e-6)
    across = np.array([down[1], -down[0]])
    aside = float((landmarks[2] - (eyes + mouth) / 2) @ across)
    return math.degrees(math.atan2(aside, _NOSE_LENGTH * float((landmarks[1] - landmarks[0]) @ across)))


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
