"""Which way a face looks, read from its landmarks."""

import math

import numpy as np

from ..records import FloatArray

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
_PROFILE = 80.0  # degrees; whoever looks so far to the side shows one eye


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


def in_profile(landmarks: FloatArray) -> bool:
    """Whether one eye lies behind the other, or nearly so.

    Args:
        landmarks: (5, 2) as in Face.
    """
    return abs(turned(landmarks)) >= _PROFILE
