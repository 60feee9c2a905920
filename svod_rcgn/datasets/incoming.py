"""Pictures on their way into a dataset: looked into, their boxes brought to pixels, some at a time."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from time import time as wall_clock

from ..errors import DatasetError, InputError
from ..records import Box
from .class_names import checked
from .pictures import StoredPicture, examine, lies_turned, turned
from .records import NewBox, NewPicture

FARTHEST = 1_000_000.0  # pixels from the corner; no picture is so large
TOGETHER, TOGETHER_BYTES = 200, 64_000_000  # pictures that one act adds, and what their files hold


@dataclass(frozen=True, slots=True, eq=False)
class Incoming:
    """A picture that can be kept; its boxes are in pixels as a person sees it."""

    new: NewPicture
    stored: StoredPicture
    boxes: tuple[NewBox, ...] | None

    @property
    def hash(self) -> str:
        """The sha256 of its file."""
        return self.stored.hash


def batches(pictures: Iterable[NewPicture]) -> Iterator[tuple[list[Incoming], list[str]]]:
    """Look into pictures and give them some at a time, with a line for each that was refused meanwhile.

    Raises:
        DatasetError: A box is absurd, or its class cannot be called so.
    """
    batch: list[Incoming] = []
    refused: list[str] = []
    size = 0
    for each in pictures:
        try:
            batch.append(_looked_into(each))
        except InputError as error:
            refused.append(str(error))
            continue
        size += len(batch[-1].stored.data)
        if len(batch) >= TOGETHER or size >= TOGETHER_BYTES:
            yield batch, refused
            batch, refused, size = [], [], 0
    if batch or refused:
        yield batch, refused


def _looked_into(new: NewPicture) -> Incoming:
    stored = examine(new.read())
    if new.boxes is None:
        return Incoming(new, stored, None)
    width, height = stored.look.width, stored.look.height
    boxes = tuple(in_pixels(each, width, height) for each in new.boxes)
    if not boxes or new.size in (None, (width, height)):
        return Incoming(new, stored, boxes)
    if not lies_turned(stored, new.size):
        told = f"{new.size[0]}x{new.size[1]}"
        raise InputError(
            f"{new.name}: is {width}x{height}, and its boxes are for {told}; mend the size there"
        )
    return Incoming(new, stored, tuple(replace(each, box=turned(each.box, stored)) for each in boxes))


def in_pixels(new: NewBox, width: int, height: int) -> NewBox:
    """A box in pixels of a picture of this size.

    Raises:
        DatasetError: It is absurd, or its class cannot be called so.
    """
    box = new.box
    if new.relative:
        box = Box(box.left * width, box.top * height, box.right * width, box.bottom * height)
    if not all(math.isfinite(side) and abs(side) <= FARTHEST for side in corners(box)):
        raise DatasetError(f"the box {', '.join(f'{side:g}' for side in corners(box))} is absurd; mend it")
    return NewBox(checked(new.label), box)


def corners(box: Box) -> tuple[float, float, float, float]:
    """Left, top, right and bottom."""
    return box.left, box.top, box.right, box.bottom


def upload_name() -> str:
    """What pictures are called together that somebody sends now."""
    return f"upload {wall_clock():.0f}"
