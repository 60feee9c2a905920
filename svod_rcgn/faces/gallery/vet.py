"""Pictures of a gallery that should not be trained on: copies of others, and those of somebody else."""

from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np

from ...records import FloatArray
from .neighbours import class_means, class_sums, rows_by_class

# Copies that were scaled, compressed, cropped, brightened or mirrored lie at 0.96 and above; different
# pictures of one person, from one series even, stayed under 0.93.
DUPLICATE = 0.95
# A picture among the wrong person's is this much more like another person than like the rest of its
# own; rightly named ones were at least 0.23 more like their own.
MISLABELLED_BY = 0.1
MISLABELLED_FROM = 0.4
# A picture as like the rest of its own as this is theirs, whoever else it is like; so only doubtful
# ones need be compared with everybody, who may be very many.
MISLABELLED_BELOW = 0.6

_MOST_COSINES = 20_000_000  # that are held at once


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Picture `row` shows nearly the same as the picture `original` of the same person."""

    row: int
    original: int
    cosine: float


@dataclass(frozen=True, slots=True)
class Mislabelled:
    """Picture `row` looks more like the class `like` than like the others of its own; both as cosines."""

    row: int
    like: int
    own_cosine: float
    other_cosine: float


Finding: TypeAlias = Duplicate | Mislabelled


def find_duplicates(embeddings: FloatArray, labels: np.ndarray[Any, Any]) -> list[Duplicate]:
    """Pictures that repeat an earlier one of the same person.

    Args:
        embeddings: (n, length) float32, rows of unit length.
        labels: (n,) classes 0..classes-1.
    """
    found = []
    for rows in rows_by_class(labels):
        cosines = np.tril(embeddings[rows] @ embeddings[rows].T, -1)
        for place in np.flatnonzero(cosines.max(axis=1, initial=0) >= DUPLICATE):
            original = int(cosines[place].argmax())
            found.append(Duplicate(int(rows[place]), int(rows[original]), float(cosines[place, original])))
    return found


def find_mislabelled(embeddings: FloatArray, labels: np.ndarray[Any, Any]) -> list[Mislabelled]:
    """Pictures that look like another person; only among people with several pictures can it be told.

    Args:
        embeddings: (n, length) float32, rows of unit length, duplicates left out.
        labels: (n,) classes 0..classes-1, all of which occur.
    """
    means = class_means(embeddings, labels, int(labels.max()) + 1)
    own = _to_the_rest_of_its_own(embeddings, labels, len(means))
    block = max(1, _MOST_COSINES // len(means))
    found = []
    doubtful = np.flatnonzero(own < MISLABELLED_BELOW)
    for start in range(0, len(doubtful), block):
        rows = doubtful[start : start + block]
        cosines = embeddings[rows] @ means.T
        cosines[np.arange(len(rows)), labels[rows]] = -1
        like = cosines.argmax(axis=1)
        other = cosines[np.arange(len(rows)), like]
        suspect = (other >= MISLABELLED_FROM) & (other >= own[rows] + MISLABELLED_BY)
        found += [
            Mislabelled(int(rows[place]), int(like[place]), float(own[rows[place]]), float(other[place]))
            for place in np.flatnonzero(suspect)
        ]
    return found


def vet(embeddings: FloatArray, labels: np.ndarray[Any, Any]) -> list[Finding]:
    """All that should not be trained on: copies, and then mislabelled pictures among the rest.

    Somebody always keeps at least one picture. Arguments as of `find_duplicates`.
    """
    duplicates = find_duplicates(embeddings, labels)
    rest = np.setdiff1d(np.arange(len(labels)), [each.row for each in duplicates])
    suspects = [
        replace(each, row=int(rest[each.row])) for each in find_mislabelled(embeddings[rest], labels[rest])
    ]
    found: list[Finding] = [*duplicates, *suspects]
    left = np.bincount(np.delete(labels, [each.row for each in found]), minlength=int(labels.max()) + 1)
    return [each for each in found if left[labels[each.row]]]


def _to_the_rest_of_its_own(embeddings: FloatArray, labels: np.ndarray[Any, Any], classes: int) -> FloatArray:
    """Each picture's cosine to the mean of its person's others, (n,); infinite where there are none."""
    others = class_sums(embeddings, labels, classes)[labels] - embeddings
    lengths = np.linalg.norm(others, axis=1)
    alone = np.bincount(labels, minlength=classes)[labels] == 1
    cosines: FloatArray = (embeddings * others).sum(axis=1) / np.maximum(lengths, np.float32(1e-12))
    cosines[alone] = np.inf
    return cosines
