"""Where the digits of a picture are: ink told from paper, and cut into digits from left to right."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ...records import Box, FloatArray, Image

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class SegmentationSettings:
    """How ink is told from paper, and digits from each other.

    A picture is worked on with at most `longer_side` and at least `least_side` pixels. Ink differs from the
    paper round it by at least `least_contrast` of 255 levels, and by `over_noise` times the deviation of the
    paper, if that is no more than `enough_contrast`; a deviation above `roughest` is no paper's. A line of
    more than `line_share` of a side of the picture is no digit's. Pieces of less than `speck` of the tallest
    one's height are specks, and a picture with more than `most` others is no writing. Two pieces that overlap
    from left to right by more than `overlap` of the narrower are one digit.
    """

    longer_side: int = 640
    least_side: int = 112
    least_contrast: float = 24.0
    enough_contrast: float = 80.0
    roughest: float = 18.0
    over_noise: float = 6.0
    line_share: float = 0.6
    speck: float = 0.25
    most: int = 200
    overlap: float = 0.5


SEGMENTATION = SegmentationSettings()
_PAPER_SIDE, _PAPER_STEPS, _PAPER_NOISE = 48, 12, 4.0
_LEAST_SIDE = 3
_SOLID = 0.4  # of the full contrast: ink for sure
_GAP = 0.12  # of the height of the larger of two pieces: how far apart pieces of one digit may be
_SCRAP = 0.6  # of the height of the larger one
_MOST_WIDTH = 1.1  # times its height: a digit
_THIN_SHARE = 0.02  # of the longer side: what is thicker is no ruled line


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A piece of ink: its box in pixels of the picture, and the ink in it, (height, width), 0..1."""

    box: Box
    ink: FloatArray


def find_parts(image: Image, settings: SegmentationSettings = SEGMENTATION) -> list[Part] | None:
    """Cut a picture into pieces of ink, each about a digit, from left to right.

    Args:
        image: (height, width, 3) uint8 BGR; dark on light or light on dark.
        settings: How.

    Returns:
        An empty list where there is no ink, and None where there is no sheet: most of the picture is too
        rough to be written on, as photographs are, or strewn with more pieces than any number has.
    """
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    longest = max(grey.shape)
    factor = min(max(longest, settings.least_side), settings.longer_side) / longest
    if factor != 1:
        size = [max(1, round(side * factor)) for side in grey.shape[::-1]]
        grey = cv2.resize(grey, size, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC)
    difference = grey.astype(np.float32) - _paper(grey.astype(np.float32))
    noise = 1.4826 * float(np.median(np.abs(difference)))
    if noise > settings.roughest:
        return None
    ink, solid = _ink(difference, noise, settings)
    solid = _without_lines(solid, settings)
    pieces = _pieces(solid, settings)
    if pieces is None:
        return None
    return [_part(mask, box, ink, factor) for mask, box in _joined(pieces, settings)]


def _ink(difference: FloatArray, noise: float, settings: SegmentationSettings) -> tuple[FloatArray, Mask]:
    """How much ink is where, 0..1, and where it is for sure, by how far a picture differs from its paper."""
    least = max(settings.least_contrast, min(settings.over_noise * noise, settings.enough_contrast))
    lighter, darker = np.maximum(difference, 0), np.maximum(-difference, 0)
    contrast = lighter if (lighter > least).sum() > (darker > least).sum() else darker
    if not (contrast > least).any():
        return np.zeros_like(difference), np.zeros(difference.shape, bool)
    full = float(np.percentile(contrast[contrast > least], 90))
    limit = max(least, _SOLID * full)
    return np.clip(contrast / full, 0, 1), contrast > limit


def _paper(grey: FloatArray) -> FloatArray:
    """The picture without what is written on it.

    A surface of second order takes in a shadow; it is fitted with weights that fall with a pixel's distance
    from it (Geman and McClure, 1987), so that ink has no say.
    """
    small: FloatArray = np.ravel(cv2.resize(grey, (_PAPER_SIDE, _PAPER_SIDE), interpolation=cv2.INTER_AREA))
    terms = _surface(_PAPER_SIDE, _PAPER_SIDE)
    paper = np.full_like(small, np.median(small))
    for _ in range(_PAPER_STEPS):
        distance = small - paper
        spread = max(_PAPER_NOISE, 1.4826 * float(np.median(np.abs(distance))))
        weights = 1 / (1 + (distance / spread) ** 2) ** 2
        weighted = terms * weights[:, None]
        paper = terms @ np.linalg.lstsq(weighted.T @ terms, weighted.T @ small, rcond=None)[0]
    square = np.asarray(paper.reshape(_PAPER_SIDE, _PAPER_SIDE), np.float32)
    return cv2.resize(square, grey.shape[::-1], interpolation=cv2.INTER_LINEAR)  # type: ignore[return-value]


def _surface(height: int, width: int) -> FloatArray:
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].reshape(2, -1)
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], 1).astype(np.float32)


def _without_lines(solid: Mask, settings: SegmentationSettings) -> Mask:
    """Ruled lines taken out, and the gaps closed that they leave in digits."""
    found = np.zeros_like(solid)
    for axis in (0, 1):
        found |= _lines(solid, axis, settings.line_share)
    if not found.any():
        return solid
    left = (solid & ~found).astype(np.uint8)
    thick = int(cv2.distanceTransform(found.astype(np.uint8), cv2.DIST_L2, 3).max()) * 2 + 1
    closed = cv2.morphologyEx(left, cv2.MORPH_CLOSE, np.ones((thick + 2, thick + 2), np.uint8)).astype(bool)
    return left.astype(bool) | (closed & solid)


def _lines(solid: Mask, axis: int, share: float) -> Mask:
    """Ink that goes on along an axis for more than a share of the picture, and is thin across it."""
    length = max(_LEAST_SIDE, round(share * solid.shape[axis]))
    kernel = np.ones((length, 1) if axis == 0 else (1, length), np.uint8)
    # A line that leans by a pixel or two, or is broken, is still a line.
    bridge = np.ones((3, 3), np.uint8)
    thickened = cv2.dilate(solid.astype(np.uint8), bridge)
    runs = cv2.morphologyEx(thickened, cv2.MORPH_OPEN, kernel).astype(bool) & solid
    thin = max(_LEAST_SIDE, round(_THIN_SHARE * max(solid.shape)))
    across = np.ones((1, thin) if axis == 0 else (thin, 1), np.uint8)
    thick = cv2.morphologyEx(solid.astype(np.uint8), cv2.MORPH_OPEN, across).astype(bool)
    lines: Mask = runs & ~thick
    return lines


def _pieces(solid: Mask, settings: SegmentationSettings) -> list[tuple[Mask, Box]] | None:
    """Ink that hangs together, without specks, each piece with its box; None where there are too many."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(solid.astype(np.uint8), connectivity=8)
    boxes = {
        number: Box(float(left), float(top), float(left + width), float(top + height))
        for number, (left, top, width, height, _) in enumerate(stats)
        if number
    }
    tallest = max((_length(box) for box in boxes.values()), default=0.0)
    least = max(_LEAST_SIDE, settings.speck * tallest)
    kept = {number: box for number, box in boxes.items() if _length(box) >= least}
    return None if len(kept) > settings.most else [(labels == number, box) for number, box in kept.items()]


def _length(box: Box) -> float:
    return max(box.width, box.height)


def _joined(pieces: Sequence[tuple[Mask, Box]], settings: SegmentationSettings) -> list[tuple[Mask, Box]]:
    """From left to right, with what stands above each other made one."""
    done: list[tuple[Mask, Box]] = []
    for mask, box in sorted(pieces, key=lambda piece: piece[1].left):
        if done and _is_one(done[-1][1], box, settings):
            before, around = done.pop()
            done.append((mask | before, _round(around, box)))
        else:
            done.append((mask, box))
    return done


def _is_one(one: Box, other: Box, settings: SegmentationSettings) -> bool:
    """Whether two pieces are one digit: above each other, or a scrap beside what it broke off from."""
    if _overlap(one, other) > settings.overlap:
        return True
    both, tall = _round(one, other), max(one.height, other.height)
    is_scrap = min(one.height, other.height) < _SCRAP * tall
    gap = max(other.left - one.right, other.top - one.bottom, one.top - other.bottom)
    return is_scrap and gap <= _GAP * tall and both.width <= _MOST_WIDTH * both.height


def _overlap(one: Box, other: Box) -> float:
    shared = min(one.right, other.right) - max(one.left, other.left)
    return shared / max(1.0, min(one.width, other.width))


def _round(one: Box, other: Box) -> Box:
    return Box(
        min(one.left, other.left),
        min(one.top, other.top),
        max(one.right, other.right),
        max(one.bottom, other.bottom),
    )


def _part(mask: Mask, box: Box, ink: FloatArray, factor: float) -> Part:
    """The ink of a piece with its soft border, and its box in the picture as it came."""
    near = cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8))
    top, bottom, left, right = (int(each) for each in (box.top, box.bottom, box.left, box.right))
    cut = (ink * near)[max(0, top - 1) : bottom + 1, max(0, left - 1) : right + 1]
    return Part(Box(*(each / factor for each in (box.left, box.top, box.right, box.bottom))), cut)
