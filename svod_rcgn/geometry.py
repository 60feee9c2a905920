"""Boxes, crops and vectors: pure functions."""

import cv2
import numpy as np

from .records import Box, FloatArray, Image


def intersection_over_union(one: Box, other: Box) -> float:
    """The area two boxes share over the area they cover together, 0..1."""
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    if width <= 0 or height <= 0:
        return 0.0
    shared = width * height
    return shared / (one.width * one.height + other.width * other.height - shared)


def overlaps(boxes: FloatArray, others: FloatArray) -> FloatArray:
    """What `intersection_over_union` says of arrays (..., 4) of left, top, right, bottom that broadcast."""
    low, high = np.maximum(boxes[..., :2], others[..., :2]), np.minimum(boxes[..., 2:], others[..., 2:])
    shared = np.maximum(high - low, 0).prod(-1)
    both = (boxes[..., 2:] - boxes[..., :2]).prod(-1) + (others[..., 2:] - others[..., :2]).prod(-1)
    shares: FloatArray = shared / np.maximum(both - shared, 1e-9)
    return shares


def square_around(box: Box, margin: float) -> Box:
    """The square with the box's middle, its longer side widened by `margin` of that on each side."""
    x, y = box.centre
    half = max(box.width, box.height) * (0.5 + margin)
    return Box(x - half, y - half, x + half, y + half)


def crop(image: Image, box: Box, size: int) -> Image:
    """Cut a box out of a picture, coloured or grey, and scale it to size by size pixels.

    What lies over the picture's border is filled with the border's own pixels, so that a face at the
    edge keeps its scale and place in the crop.
    """
    left, top = int(np.floor(box.left)), int(np.floor(box.top))
    right, bottom = max(left + 1, int(np.ceil(box.right))), max(top + 1, int(np.ceil(box.bottom)))
    height, width = image.shape[:2]
    if left < 0 or top < 0 or right > width or bottom > height:
        rows = np.clip(np.arange(top, bottom), 0, height - 1)
        columns = np.clip(np.arange(left, right), 0, width - 1)
        patch = image[rows[:, None], columns]
    else:
        patch = image[top:bottom, left:right]
    shrinking = patch.shape[0] > size
    return cv2.resize(  # type: ignore[return-value]
        patch, (size, size), interpolation=cv2.INTER_AREA if shrinking else cv2.INTER_CUBIC
    )


def cut(image: Image, box: Box, margin: float) -> Image:
    """The part of a picture within a box, widened by `margin` of its sides on each side; at least a pixel."""
    height, width = image.shape[:2]
    x, y = margin * box.width, margin * box.height
    left = min(max(0, int(box.left - x)), width - 1)
    top = min(max(0, int(box.top - y)), height - 1)
    right, bottom = max(left + 1, int(np.ceil(box.right + x))), max(top + 1, int(np.ceil(box.bottom + y)))
    part: Image = image[top:bottom, left:right].copy()
    return part


def fit_within(width: int, height: int, max_width: int, max_height: int) -> float:
    """The factor, at most 1, that makes a picture fit into the bounds and keeps its shape."""
    return min(1.0, max_width / width, max_height / height)


def bounded(image: Image, max_width: int, max_height: int) -> Image:
    """The picture, scaled down where it is larger than the bounds; it keeps its shape."""
    height, width = image.shape[:2]
    factor = fit_within(width, height, max_width, max_height)
    if factor == 1:
        return image
    size = max(1, round(width * factor)), max(1, round(height * factor))
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA)  # type: ignore[return-value]


def unit_rows(vectors: FloatArray) -> FloatArray:
    """Scale each row of (n, length) to unit length; a row of zeros stays one."""
    lengths: FloatArray = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: FloatArray = vectors / np.maximum(lengths, np.float32(1e-12))
    return unit


def similarity(source: FloatArray, target: FloatArray) -> FloatArray:
    """The turn, scale and shift that bring points nearest to others, by least squares.

    Umeyama, "Least-squares estimation of transformation parameters between two point patterns", 1991,
    equations 38-43.

    Args:
        source: (n, 2) points, at least two of them apart.
        target: (n, 2) points, each the aim of the source's at the same place.

    Returns:
        (2, 3) matrix that takes (x, y, 1) of the source to (x, y) of the target.
    """
    from_middle, to_middle = source.mean(axis=0), target.mean(axis=0)
    spread = source - from_middle
    left, strengths, right = np.linalg.svd((target - to_middle).T @ spread / len(source))
    signs = np.array([1.0, np.sign(np.linalg.det(left) * np.linalg.det(right))])
    scale = (strengths * signs).sum() / max(float(spread.var(axis=0).sum()), 1e-12)
    turned = scale * (left * signs) @ right
    return np.column_stack([turned, to_middle - turned @ from_middle]).astype(np.float32)


def warp(image: Image, matrix: FloatArray, size: int) -> Image:
    """Move a picture by a (2, 3) matrix and cut the square of `size` pixels at its corner.

    A picture that becomes much smaller is first reduced by areas, or single pixels would stand for
    many; what lies over its border is filled with the border's own pixels.
    """
    reduction = max(1, int(1 / max(float(np.linalg.norm(matrix[:, 0])), 1e-6)))
    height, width = (max(1, side // reduction) for side in image.shape[:2])
    small = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA) if reduction > 1 else image
    back = np.diag([image.shape[1] / width, image.shape[0] / height]).astype(np.float32)
    moved = matrix.copy()
    # A pixel's middle lies half a pixel from its corner, whatever its size.
    moved[:, 2] += matrix[:, :2] @ (np.diag(back) - 1) / 2
    moved[:, :2] = matrix[:, :2] @ back
    return cv2.warpAffine(  # type: ignore[return-value]
        small, moved, (size, size), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
