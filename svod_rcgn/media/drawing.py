"""Overlays: boxes with labels, and captions, on a copy of the picture."""

import math
from collections.abc import Sequence

import cv2
import numpy as np

from ..records import OBJECT, Box, Image, Observation

# Two colours that stay apart for colour-blind eyes, and the lettering that stands out on them (BGR):
# blue and orange of M. Okabe and K. Ito, "Color Universal Design" (2008).
KNOWN, ON_KNOWN = (178, 114, 0), (255, 255, 255)
UNKNOWN, ON_UNKNOWN = (0, 159, 230), (0, 0, 0)

FONT = "uni"  # the one inside OpenCV that has most scripts
SMALLEST_TEXT = 8
USUAL_TEXT = 12
TEXT_SHARE = 1 / 30
FEW = 4  # labels that have room in their full size; of more, all together cover no more than these
LARGE = 2  # times the size of a label
LINE_HEIGHT = 1.4
LEAST_ROOM = 3  # lines' heights: a label that is narrower says nothing
BASELINE = 1.05


def annotated(image: Image, observations: Sequence[Observation]) -> Image:
    """Draw the box of each observation and its label: name and score, or "unknown".

    An object that is followed has its number after its name.
    A label stands inside the picture and beside its own box, unless the box leaves it no room; that of the
    whole picture stands in its corner, and several of them below each other.

    Args:
        image: (height, width, 3) uint8, BGR; it is left as it is.
        observations: Their boxes are in the picture's pixels; they may reach over its border.

    Returns:
        A new picture of the same size.
    """
    picture: Image = image.copy()
    size = _label_size(picture, len(observations))
    boxes = [_inside(observation.box, picture) for observation in observations]
    for observation, box in zip(observations, boxes, strict=True):
        if observation.box is not None:
            _draw_box(picture, box, _colours(observation)[0], max(2, size // 8))
    labels: list[Box] = []
    corner = 0.0
    for observation, box in zip(observations, boxes, strict=True):
        label = _label(observation, _room(box, size, picture), size, picture)
        if observation.box is None:
            place = _pushed_inside(0.0, corner, label, picture)
            corner = place.bottom
        else:
            place = _place(label, box, labels, boxes, picture)
        picture[int(place.top) : int(place.bottom), int(place.left) : int(place.right)] = label
        labels.append(place)
    return picture


def captioned(image: Image, lines: Sequence[str]) -> Image:
    """Write lines on a bar over the foot of a picture, large enough to be read from a chair.

    Args:
        image: (height, width, 3) uint8, BGR; it is left as it is.
        lines: From the top; each is cut where the picture is too narrow.

    Returns:
        A new picture of the same size.
    """
    picture: Image = np.ascontiguousarray(image).copy()
    size = LARGE * _text_size(picture)
    height = round(size * LINE_HEIGHT)
    top = picture.shape[0] - height * len(lines)
    cv2.rectangle(picture, (0, top), (picture.shape[1], picture.shape[0]), KNOWN, cv2.FILLED)
    for row, line in enumerate(lines):
        text, fitted = _fitted(line, picture.shape[1] - size, size)
        corner = (size // 2, top + row * height + round(size * BASELINE))
        cv2.putText(picture, text, corner, ON_KNOWN, cv2.FontFace(FONT), fitted)
    return picture


def _inside(box: Box | None, picture: Image) -> Box:
    if box is None:
        return Box(0.0, 0.0, 0.0, 0.0)
    height, width = picture.shape[:2]
    left, right = np.clip(np.round([box.left, box.right]), 0, width - 1)
    top, bottom = np.clip(np.round([box.top, box.bottom]), 0, height - 1)
    return Box(float(left), float(top), float(right), float(bottom))


def _colours(observation: Observation) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
    return (UNKNOWN, ON_UNKNOWN) if observation.label is None else (KNOWN, ON_KNOWN)


def _text_size(picture: Image) -> int:
    height, width, _ = picture.shape
    return max(USUAL_TEXT, int(min(height, width) * TEXT_SHARE))


def _label_size(picture: Image, labels: int) -> int:
    return max(USUAL_TEXT, int(_text_size(picture) * min(1, math.sqrt(FEW / max(labels, 1)))))


def _draw_box(picture: Image, box: Box, colour: tuple[int, int, int], thickness: int) -> None:
    corners = (int(box.left), int(box.top)), (int(box.right), int(box.bottom))
    cv2.rectangle(picture, *corners, colour, thickness)


def _room(box: Box, size: int, picture: Image) -> int:
    """How wide a label may be: the picture's width, or what is left beside a box that fills its height."""
    height, width, _ = picture.shape
    line = math.ceil(size * LINE_HEIGHT)
    beside = int(max(box.left, width - 1 - box.right))
    fills = box.top < line and box.bottom + line >= height
    return beside if fills and beside > LEAST_ROOM * line else width


def _label(observation: Observation, room: int, most: int, picture: Image) -> Image:
    background, ink = _colours(observation)
    height, width = picture.shape[:2]
    text, size = _fitted(_text(observation), room - most, most)
    label = np.full((round(size * LINE_HEIGHT), _width(text, size) + size, 3), background, np.uint8)
    cv2.putText(label, text, (size // 2, round(size * BASELINE)), ink, cv2.FontFace(FONT), size)
    return label[:height, :width]


def _text(observation: Observation) -> str:
    if observation.label is None:
        return "unknown"
    name = "".join(letter if letter.isprintable() else " " for letter in observation.label)
    is_numbered = observation.kind == OBJECT and observation.track is not None
    number = f" {observation.track}" if is_numbered else ""
    return f"{name}{number} {100 * observation.score:.0f} %"


def _fitted(text: str, width: int, size: int) -> tuple[str, int]:
    while size > SMALLEST_TEXT and _width(text, size) > width:
        size -= 1
    kept = text
    while kept and _width(text, size) > width:
        kept = kept[:-1]
        text = kept + "…"
    return text, size


def _width(text: str, size: int) -> int:
    rectangle: Sequence[int] = cv2.getTextSize((0, 0), text, (0, 0), cv2.FontFace(FONT), size)
    return rectangle[0] + rectangle[2]


def _place(label: Image, box: Box, labels: Sequence[Box], boxes: Sequence[Box], picture: Image) -> Box:
    """Above, below, right or left of a box: where it covers least of labels, of its own box, of others."""
    height, width = label.shape[:2]
    corners = [
        (box.left, box.top - height),
        (box.left, box.bottom + 1),
        (box.right + 1, box.top),
        (box.left - width, box.top),
    ]
    places = [_pushed_inside(left, top, label, picture) for left, top in corners]
    return min(places, key=lambda place: (_of(labels, place), _shared(place, box), _of(boxes, place)))


def _of(others: Sequence[Box], one: Box) -> float:
    return sum(_shared(one, other) for other in others)


def _pushed_inside(left: float, top: float, label: Image, picture: Image) -> Box:
    height, width = label.shape[:2]
    left = min(max(left, 0), picture.shape[1] - width)
    top = min(max(top, 0), picture.shape[0] - height)
    return Box(left, top, left + width, top + height)


def _shared(one: Box, other: Box) -> float:
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    return max(width, 0) * max(height, 0)
