"""What a detector is taught and judged with: pictures of which somebody said where things are."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ...datasets import shootings
from ...datasets.collection import Dataset
from ...datasets.records import LabelledBox, Picture
from ...errors import DatasetError
from ...text import counted
from ..records import Rows
from .matching import Truth

FOLDS = 5
SMALLEST = 2.0  # pixels a side; a thinner box holds nothing
_NAMED = 5
_ONE_SHOOTING = (
    "all boxes are of one shooting: what is left out are parts of it, so it may be worse on another; add one"
)
_WAY_OUT = (
    "`python -m svod_rcgn.datasets box DATASET PICTURE --tag CLASS --at 10,20,110,220` says where things are"
)


@dataclass(frozen=True, slots=True, eq=False)
class BoxedPicture:
    """A picture: its hash, name and file, its sides in pixels, and what is where."""

    picture: str
    name: str
    path: Path
    width: int
    height: int
    truth: Truth

    @property
    def size(self) -> tuple[int, int]:
        """Its height and width."""
        return self.height, self.width


@dataclass(frozen=True, slots=True, eq=False)
class BoxedPictures:
    """What a dataset says of boxes at one `state`, the number of its last act.

    `groups` (n,) number what was taken together, and `folds` (n,) say in which turn each is left out. `notes`
    are lines on what cannot be learned from.
    """

    state: int
    labels: tuple[str, ...]
    pictures: tuple[BoxedPicture, ...]
    groups: Rows
    folds: Rows
    notes: tuple[str, ...]

    def at(self, rows: Rows) -> "BoxedPictures":
        """Some of the pictures."""
        return replace(
            self,
            pictures=tuple(self.pictures[row] for row in rows),
            groups=self.groups[rows],
            folds=self.folds[rows],
        )

    def counts(self, index: int) -> tuple[int, int]:
        """How many boxes there are of a class, and in how many pictures."""
        each = [int((one.truth.classes == index).sum()) for one in self.pictures]
        return sum(each), sum(map(bool, each))


def read(dataset: Dataset, seed: int = 0, labels: Sequence[str] | None = None) -> BoxedPictures:
    """What is said of boxes now.

    Args:
        dataset: Where to look.
        seed: Another one gives other folds.
        labels: The classes in their order, where others are not asked for.

    Raises:
        DatasetError: No picture has a box.
    """
    with dataset.reading() as contents:
        state, every = dataset.state, contents.pictures()
        alike = dataset.near_doubles()
    boxed = [each for each in every if each.boxes is not None]
    sound = {each.hash: [box for box in each.boxes or () if _is_sound(box, each)] for each in boxed}
    found = labels or tuple(sorted({box.label for boxes in sound.values() for box in boxes}))
    if not any(box.label in found for boxes in sound.values() for box in boxes):
        raise DatasetError(f"{dataset.name}: no picture has a box{_of(labels)}; {_WAY_OUT}")
    pictures = tuple(_example(each, sound[each.hash], found) for each in boxed)
    groups, folds = _groups(boxed, sound, alike, seed)
    notes = _notes(every, boxed, sound, found)
    if len(boxed) > 1 and _is_one_shooting(groups, boxed, sound):
        notes = (*notes, _ONE_SHOOTING)
    return BoxedPictures(state, tuple(found), pictures, groups, folds, notes)


def _of(labels: Sequence[str] | None) -> str:
    return f" of {', '.join(labels[:8])}" if labels else ""


def _is_sound(labelled: LabelledBox, picture: Picture) -> bool:
    left, top, right, bottom = _corners(labelled, picture)
    return right - left >= SMALLEST and bottom - top >= SMALLEST


def _corners(labelled: LabelledBox, picture: Picture) -> tuple[float, float, float, float]:
    """Those within the picture."""
    box, width, height = labelled.box, picture.width, picture.height
    left, right = (min(max(side, 0.0), width) for side in (box.left, box.right))
    top, bottom = (min(max(side, 0.0), height) for side in (box.top, box.bottom))
    return left, top, right, bottom


def _example(picture: Picture, boxes: Sequence[LabelledBox], labels: Sequence[str]) -> BoxedPicture:
    places = {label: place for place, label in enumerate(labels)}
    asked = [each for each in boxes if each.label in places]
    told = {(places[each.label], _corners(each, picture)): None for each in asked}  # each once
    truth = Truth(
        np.array([corners for _, corners in told], np.float32).reshape(-1, 4),
        np.array([place for place, _ in told], np.intp),
    )
    return BoxedPicture(picture.hash, picture.name, picture.path, picture.width, picture.height, truth)


def _groups(
    boxed: Sequence[Picture],
    sound: dict[str, list[LabelledBox]],
    alike: Sequence[tuple[str, str]],
    seed: int,
) -> tuple[Rows, Rows]:
    groups = shootings.group({each.hash: each.shooting for each in boxed}, alike)
    labels = {digest: sorted({box.label for box in boxes}) for digest, boxes in sound.items()}
    numbers = {digest: number for number, group in enumerate(groups) for digest in group}
    turns = {
        digest: turn
        for turn, split in enumerate(shootings.folds(groups, labels, FOLDS, seed))
        for digest in split.left_out
    }
    hashes = [each.hash for each in boxed]
    rows, taken = np.array([numbers[each] for each in hashes]), np.array([turns[each] for each in hashes])
    if _is_one_shooting(rows, boxed, sound):  # or nothing would be left to learn from
        taken = np.arange(len(boxed)) * FOLDS // len(boxed)
    return rows, taken


def _is_one_shooting(groups: Rows, boxed: Sequence[Picture], sound: dict[str, list[LabelledBox]]) -> bool:
    """Whether all boxes were drawn in one shooting of several pictures."""
    return len({group for group, each in zip(groups, boxed, strict=True) if sound[each.hash]}) == 1


def _notes(
    every: Sequence[Picture],
    boxed: Sequence[Picture],
    sound: dict[str, list[LabelledBox]],
    labels: Sequence[str],
) -> tuple[str, ...]:
    notes = []
    others = sorted({box.label for boxes in sound.values() for box in boxes} - set(labels))
    if others:
        more = " and more" * (len(others) > _NAMED)
        notes.append(f"left out: {', '.join(others[:_NAMED])}{more}: not asked for")
    if bare := len(every) - len(boxed):
        notes.append(f"left out: {counted(bare, 'picture')} of which nobody said where things are")
    if lost := sum(len(each.boxes or ()) - len(sound[each.hash]) for each in boxed):
        notes.append(
            f"left out: {counted(lost, 'box')} of no size or outside of their pictures; "
            f"`python -m svod_rcgn.datasets check DATASET` names them"
        )
    return tuple(notes)
