"""What a network of one's own is taught with: pictures, what is said of them, and which go together.

A box says as much as a tag. Where every picture shows one class, classes exclude each other; as soon as one
shows two, each class is a question of its own. Of such a class with MANY_NO pictures said not to show it only
what was said counts; of others, a picture of which something else was said counts as not showing it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from ...datasets import shootings
from ...datasets.collection import Dataset
from ...datasets.records import Picture
from ...errors import DatasetError
from ...records import FloatArray

Numbers: TypeAlias = npt.NDArray[np.int64]

FOLDS = 5
MANY_NO = 10
_WAY_OUT = "`python -m svod_rcgn.datasets tag DATASET PICTURE --tag CLASS` says what one shows"


@dataclass(frozen=True, slots=True)
class Example:
    """A picture that is learned from: its hash and name, the classes it shows and does not show.

    Its file lies in `folder` as `file`: a path of each of very many pictures would take long to make.
    """

    picture: str
    name: str
    folder: Path
    file: str
    shows: tuple[str, ...]
    lacks: tuple[str, ...] = ()

    @property
    def path(self) -> Path:
        """Where its file lies."""
        return self.folder / self.file


@dataclass(frozen=True, slots=True)
class Tagged:
    """What a dataset says at one `state`, the number of its last act.

    `classes` are all of its classes, with pictures or without. `groups` are the hashes of each shooting's
    pictures.
    """

    state: int
    examples: tuple[Example, ...]
    classes: tuple[str, ...]
    groups: tuple[shootings.Shooting, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Lessons:
    """What is learned, as numbers: a row a picture, those that show `negatives` last.

    `targets` (n, classes) are 1 where a picture shows a class, and `said` (n, classes) where that counts.
    With negatives both have a column more, which asks whether a picture is one. `shootings` (n,) are the
    numbers of what was taken together, and `folds` (n,) say in which turn each is left out.
    """

    examples: tuple[Example, ...]
    labels: tuple[str, ...]
    independent: bool
    targets: FloatArray
    said: FloatArray
    shootings: Numbers
    folds: Numbers
    negatives: int = 0

    @property
    def known(self) -> slice:
        """The rows that show a class."""
        return slice(0, len(self.examples) - self.negatives)


def read(dataset: Dataset) -> Tagged:
    """What is said of a dataset's pictures now, all of one state.

    Raises:
        DatasetError: Nothing is said of any.
    """
    standing = dataset.standing()
    examples = tuple(_example(each) for each in standing.pictures)
    examples = tuple(each for each in examples if each.shows or each.lacks)
    if not any(each.shows for each in examples):
        raise DatasetError(f"{dataset.name}: no picture shows a class; {_WAY_OUT}")
    return Tagged(standing.state, examples, standing.labels, tuple(standing.shootings))


def _example(picture: Picture) -> Example:
    return Example(picture.hash, picture.name, picture.folder, picture.file, picture.shows, picture.no)


def make_lessons(
    examples: Sequence[Example],
    negatives: Sequence[Example],
    groups: Iterable[shootings.Shooting],
    seed: int = 0,
) -> Lessons:
    """Decide what is learned, and who is left out when.

    Args:
        examples: The pictures that can be learned from.
        negatives: Pictures of none of the classes.
        groups: The shootings of all of them; of more pictures, too.
        seed: Another one gives other folds.

    Raises:
        DatasetError: None is left that shows a class.
    """
    independent = any(len(each.shows) > 1 for each in examples)
    used = [each for each in examples if each.shows or independent]
    labels = tuple(sorted({label for each in used for label in each.shows}))
    if not labels:
        raise DatasetError(f"no picture that can be read shows a class; {_WAY_OUT}")
    targets, said = _said(used, labels, independent=independent)
    if negatives:
        targets, said = _with_negatives(targets, said, len(negatives), independent=independent)
    every = (*used, *negatives)
    together = _only(groups, every)
    numbers = {picture: number for number, group in enumerate(together) for picture in group}
    turns = _turns(together, {each.picture: each.shows for each in every}, seed)
    return Lessons(
        examples=every,
        labels=labels,
        independent=independent,
        targets=targets,
        said=said,
        shootings=np.array([numbers[each.picture] for each in every]),
        folds=np.array([turns[each.picture] for each in every]),
        negatives=len(negatives),
    )


def _said(
    examples: Sequence[Example], labels: Sequence[str], *, independent: bool
) -> tuple[FloatArray, FloatArray]:
    """Targets, and where they count."""
    places = {label: place for place, label in enumerate(labels)}
    targets = _ones((each.shows for each in examples), len(examples), places)
    denied = _ones((each.lacks for each in examples), len(examples), places)
    if not independent:
        return targets, np.ones_like(targets)
    explicit = denied.sum(0) >= MANY_NO
    return targets, np.where(explicit, np.maximum(targets, denied), np.float32(1))


def _ones(named: Iterable[Sequence[str]], rows: int, places: Mapping[str, int]) -> FloatArray:
    """(rows, places) with a 1 for each class that is named in a row and has a place."""
    found = np.zeros((rows, len(places)), np.float32)
    there = [(row, places[label]) for row, labels in enumerate(named) for label in labels if label in places]
    found[tuple(np.array(there, np.int64).reshape(-1, 2).T)] = 1
    return found


def _with_negatives(
    targets: FloatArray, said: FloatArray, count: int, *, independent: bool
) -> tuple[FloatArray, FloatArray]:
    """Add rows of negatives, and the column that asks for them; they show no class where that can be said."""
    classes = targets.shape[1]
    targets = np.pad(targets, ((0, count), (0, 1)))
    said = np.pad(said, ((0, count), (0, 1)))
    targets[-count:, classes] = 1
    said[:, classes] = 1
    said[-count:, :classes] = float(independent)
    return targets, said


def _only(groups: Iterable[Sequence[str]], examples: Sequence[Example]) -> list[tuple[str, ...]]:
    """The shootings without the pictures that are not learned from."""
    used = {each.picture for each in examples}
    kept = (tuple(picture for picture in group if picture in used) for group in groups)
    return [group for group in kept if group]


def _turns(
    groups: Sequence[tuple[str, ...]], shows: Mapping[str, Sequence[str]], seed: int
) -> dict[str, int]:
    """In which turn each picture is left out."""
    splits = shootings.folds(groups, shows, FOLDS, seed)
    return {picture: turn for turn, split in enumerate(splits) for picture in split.left_out}


def counts_of(lessons: Lessons) -> dict[str, tuple[int, int]]:
    """Of each class how many pictures show it, and of how many shootings they are."""
    pictures, together = Counter[str](), Counter[str]()
    seen: set[tuple[str, int]] = set()
    for each, shooting in zip(lessons.examples, lessons.shootings.tolist(), strict=True):
        pictures.update(each.shows)
        for label in each.shows:
            together[label] += (label, shooting) not in seen
            seen.add((label, shooting))
    return {label: (pictures[label], together[label]) for label in lessons.labels}
