"""A digit made as the network was taught with: of one size, upright, of one stroke, in the middle.

The frame is that of the MNIST digits (LeCun et al., 1998): 20 pixels for the longer side, with the centre of
mass in the middle of 28 x 28, light on dark.
"""

import cv2
import numpy as np

from ...records import FloatArray, Image

SIDE = 28
_INNER = 20.0
_MIDDLE = (SIDE - 1) / 2
_SCALE = 4  # the work is done so much larger
_THIN, _THICK = 2.0, 4.0  # strokes in pixels of the frame, between which they are left as they are
_MOST_SLANT = 1.0
_HALF = 0.5


def normalised(ink: FloatArray) -> Image:
    """Bring a digit into its frame.

    Args:
        ink: (height, width), 0 where there is none and 1 where it is full; not all of it 0.

    Returns:
        (28, 28) uint8, 0..255.
    """
    large = _sized(_cut(ink))
    large = _of_usual_stroke(_upright(large))
    return _centred(large)


def _cut(ink: FloatArray) -> FloatArray:
    """The part with ink in it."""
    rows, columns = np.nonzero(ink > _HALF * ink.max())
    return ink[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]


def _sized(ink: FloatArray) -> FloatArray:
    """The digit in the middle of an enlarged frame, its longer side as long as it should be."""
    height, width = ink.shape
    factor = _SCALE * _INNER / max(height, width)
    size = max(1, round(width * factor)), max(1, round(height * factor))
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    scaled = np.clip(cv2.resize(ink, size, interpolation=method), 0, 1)
    large = np.zeros((SIDE * _SCALE, SIDE * _SCALE), np.float32)
    top, left = (SIDE * _SCALE - size[1]) // 2, (SIDE * _SCALE - size[0]) // 2
    large[top : top + size[1], left : left + size[0]] = scaled
    return large


def _upright(ink: FloatArray) -> FloatArray:
    """The slant taken out, by the moments of the ink."""
    moments = cv2.moments(ink)
    slant = moments["mu11"] / moments["mu02"] if moments["mu02"] > 0 else 0.0
    slant = float(np.clip(slant, -_MOST_SLANT, _MOST_SLANT))
    middle = moments["m01"] / moments["m00"]
    shear = np.array([[1, slant, -slant * middle], [0, 1, 0]], np.float64)
    sheared = cv2.warpAffine(ink, shear, ink.shape[::-1], flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    return sheared.astype(np.float32)


def _of_usual_stroke(ink: FloatArray) -> FloatArray:
    """Strokes that are too thin made thicker, and the other way round."""
    stroke = stroke_of(ink) / _SCALE
    change = round(_SCALE * (np.clip(stroke, _THIN, _THICK) - stroke))
    if change == 0:
        return ink
    side = abs(change) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    changed = (cv2.dilate if change > 0 else cv2.erode)(ink, kernel)
    return changed.astype(np.float32) if (changed > _HALF).any() else ink


def stroke_of(ink: FloatArray) -> float:
    """How wide its strokes are, in pixels: a bar's mean distance to its border is a quarter of its width."""
    solid = np.pad((ink > _HALF).astype(np.uint8), 1)
    distances = cv2.distanceTransform(solid, cv2.DIST_L2, 5)
    inside = distances[solid > 0]
    return float(4 * inside.mean() - 1) if inside.size else 0.0


def _centred(large: FloatArray) -> Image:
    """Fitted anew, since shearing and thickening change the size, and put by its centre of mass."""
    cut = _cut(large)
    factor = _INNER / max(cut.shape)
    size = max(1, round(cut.shape[1] * factor)), max(1, round(cut.shape[0] * factor))
    small = cv2.resize(cut, size, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR)
    frame = np.zeros((SIDE, SIDE), np.float32)
    frame[: size[1], : size[0]] = small
    moments = cv2.moments(frame)
    left = _MIDDLE - moments["m10"] / moments["m00"]
    top = _MIDDLE - moments["m01"] / moments["m00"]
    moved = cv2.warpAffine(frame, np.array([[1, 0, left], [0, 1, top]]), (SIDE, SIDE))
    return np.round(255 * np.clip(moved, 0, 1)).astype(np.uint8)
