"""Digits that people drew and said what they are, as a dataset holds them, ready to be learned from."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...datasets.collection import Dataset
from ...datasets.records import Picture
from ...errors import InputError
from ...records import Image
from ...storage.images import read_picture
from ...text import counted, on_one_line
from .distort import IntArray
from .glyphs import normalised
from .segment import Part, find_parts

DIGITS = tuple("0123456789")
_UNSAID = "when nobody noted it"
_NAMED = 3


@dataclass(frozen=True, slots=True, eq=False)
class Drawings:
    """Drawings in their frame, (n, 28, 28) uint8, and of each what it is, its hash and its sitting's number.

    A sitting is what was drawn in one go, which is alike in more than the way of writing. `state` is the
    number of the dataset's last act; `notes` are lines on what was passed over.
    """

    framed: Image
    labels: IntArray
    hashes: tuple[str, ...]
    sittings: IntArray
    state: int
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        """How many."""
        return len(self.labels)

    @property
    def counts(self) -> tuple[int, ...]:
        """How many of each digit."""
        return tuple(np.bincount(self.labels, minlength=len(DIGITS)).tolist())

    @property
    def sittings_count(self) -> int:
        """How many sittings."""
        return len(set(self.sittings.tolist()))

    def chosen(self, rows: Sequence[int]) -> "Drawings":
        """Some of them."""
        return Drawings(
            self.framed[rows],
            self.labels[rows],
            tuple(self.hashes[row] for row in rows),
            self.sittings[rows],
            self.state,
        )


def digit_of(picture: Picture) -> str | None:
    """The digit that a picture of a dataset is said to show, if it is said to show one alone."""
    said = [each for each in picture.yes if each in DIGITS]
    return said[0] if len(said) == 1 == len(picture.yes) else None


def sitting_of(picture: Picture) -> str:
    """The sitting that a picture came of; what came without one may be of one, so it is taken for that."""
    return picture.shooting or _UNSAID


def read(dataset: Dataset) -> Drawings:
    """Read all drawings that show one digit.

    Raises:
        InputError: There are none.
    """
    state = dataset.state
    pictures = [each for each in dataset.pictures() if digit_of(each) is not None]
    found = [(each, framed) for each in pictures if (framed := _framed(each)) is not None]
    if not found:
        raise InputError(
            f"the dataset {dataset.name} has no drawing of a digit; draw one on the page, and say what it is"
        )
    used = [each for each, _ in found]
    sittings = {name: number for number, name in enumerate(dict.fromkeys(map(sitting_of, used)))}
    return Drawings(
        framed=np.stack([framed for _, framed in found]),
        labels=np.array([int(digit_of(each) or 0) for each in used], np.int64),
        hashes=tuple(each.hash for each in used),
        sittings=np.array([sittings[sitting_of(each)] for each in used], np.int64),
        state=state,
        notes=_notes(dataset, used),
    )


def _framed(picture: Picture) -> Image | None:
    """The digit in its frame; of what stands beside it some may be on the picture, too."""
    try:
        parts = find_parts(read_picture(picture.path))
    except InputError:
        return None
    return normalised(max(parts, key=_size).ink) if parts else None


def _size(part: Part) -> float:
    return part.box.width * part.box.height


def _notes(dataset: Dataset, used: Sequence[Picture]) -> tuple[str, ...]:
    known = {each.hash for each in used}
    passed_over = [each for each in dataset.pictures() if each.hash not in known]
    if not passed_over:
        return ()
    named = ", ".join(on_one_line(each.name) for each in passed_over[:_NAMED])
    return (f"passed over: {counted(len(passed_over), 'picture')} without one digit that is named ({named})",)
