"""Pictures with handwritten digits on them, as people and cameras make them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np

BLUE, BLACK = (140, 60, 20), (25, 25, 25)


@dataclass(frozen=True)
class Sheet:
    """How digits are put on a sheet."""

    paper: int = 235
    ink: Sequence[int] = BLACK
    size: int = 90
    turn: float = 0.0
    stroke: int = 0
    noise: float = 0.0
    shade: float = 0.0
    rule: int = 0
    spread: int = 100
    margin: int = 40
    drift: int = 0
    generator: np.random.Generator = field(default_factory=lambda: np.random.default_rng(0))


BANK: Mapping[str, Sheet] = {
    "plain": Sheet(),
    "light on dark": Sheet(paper=20, ink=(240, 240, 240)),
    "blue ink": Sheet(ink=BLUE),
    "pencil": Sheet(paper=225, ink=(150, 150, 150)),
    "small": Sheet(size=26, spread=32, margin=12),
    "large": Sheet(size=420, spread=460, margin=100),
    "off centre": Sheet(margin=160, drift=120),
    "turned left": Sheet(turn=-12),
    "turned right": Sheet(turn=12),
    "thin": Sheet(stroke=-2),
    "thick": Sheet(stroke=5),
    "noisy": Sheet(noise=12),
    "shaded": Sheet(shade=110),
    "ruled": Sheet(rule=34),
    "a photograph": Sheet(ink=BLUE, noise=7, shade=70, turn=5, rule=45),
}


def written(digits: Sequence[np.ndarray], sheet: Sheet) -> np.ndarray:
    """A sheet with digits in a row; each is (28, 28) uint8, light on dark."""
    height = sheet.size + 2 * sheet.margin
    width = sheet.spread * len(digits) + 2 * sheet.margin
    ink = np.zeros((height, width), np.float32)
    for number, digit in enumerate(digits):
        left = sheet.margin + number * sheet.spread + sheet.drift // 2
        top = sheet.margin - (sheet.drift // 2 if number % 2 else 0)
        ink[top : top + sheet.size, left : left + sheet.size] = _drawn(digit, sheet)
    picture = _paper(height, width, sheet)
    levels = picture + ink[..., None] * (np.array(sheet.ink, np.float32) - sheet.paper)
    levels += sheet.generator.normal(0, sheet.noise, levels.shape) if sheet.noise else 0
    return np.clip(levels, 0, 255).astype(np.uint8)


def _drawn(digit: np.ndarray, sheet: Sheet) -> np.ndarray:
    large = cv2.resize(digit, (sheet.size, sheet.size), interpolation=cv2.INTER_CUBIC)
    turn = cv2.getRotationMatrix2D((sheet.size / 2, sheet.size / 2), -sheet.turn, 1)
    large = cv2.warpAffine(large, turn, large.shape)
    kernel = np.ones((abs(sheet.stroke) + 1,) * 2, np.uint8)
    change: Callable[..., np.ndarray] = cv2.dilate if sheet.stroke > 0 else cv2.erode
    return change(large, kernel).astype(np.float32) / 255


def _paper(height: int, width: int, sheet: Sheet) -> np.ndarray:
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    levels = sheet.paper - sheet.shade * (0.6 * x + 0.4 * y * y)
    picture = np.repeat(levels[..., None], 3, 2).astype(np.float32)
    if sheet.rule:
        for row in range(sheet.rule // 2, height, sheet.rule):
            picture[row : row + 2] -= 60
    return picture
