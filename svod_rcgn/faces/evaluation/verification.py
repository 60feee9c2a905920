"""Same person or not, on a list of pairs in the format of Labeled Faces in the Wild.

The first line says how many folds there are and how many pairs of each kind a fold has. Each fold is
that many lines `NAME N M` (two pictures of one person) and as many `NAME N OTHER M` (of two). Picture N
of NAME is NAME/NAME_000N.jpg. Huang et al., "Labeled Faces in the Wild", 2007, section "View 2".
"""

import glob
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import InputError
from ...records import FloatArray
from ...reporter import Progress
from ...reports.det import Curve, det
from ...storage.images import is_picture
from ..training.calibrate import Flags
from .face_reader import FaceReader, Faces, Miss

_OF_ONE, _OF_TWO = 3, 4


@dataclass(frozen=True, slots=True)
class ImagePair:
    """Two pictures, whether they show one person, and the fold they belong to."""

    one: Path
    other: Path
    same: bool
    fold: int


@dataclass(frozen=True, slots=True)
class Verification:
    """evaluation.json of a list of pairs.

    `accuracy` is the mean over the folds and `standard_error` the deviation of the folds over the
    square root of their number; a pair with a picture that shows no face counts as wrong.
    """

    pairs: int
    accuracy: float
    standard_error: float
    folds: list[float]
    limits: list[float]
    curve: Curve | None
    misses: list[Miss]


def verify(listed: Path, images: Path, reader: FaceReader, track: Progress[Any]) -> Verification:
    """Compare all pairs of a list.

    Args:
        listed: The list.
        images: Folder of NAME/NAME_000N pictures.
        reader: Embeds their faces.
        track: Shows the progress.

    Raises:
        InputError: The list is not in the format, or a picture that it names is not there.
    """
    pairs = read_pairs(listed, images)
    paths = sorted({path for pair in pairs for path in (pair.one, pair.other)})
    return score(pairs, reader.read(paths, track, "Pictures"))


def read_pairs(listed: Path, images: Path) -> list[ImagePair]:
    """Read a list.

    Raises:
        InputError: As for verify.
    """
    try:
        lines = [line.split("\t") for line in listed.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{listed}: cannot be read as a list of pairs") from error
    folds, each = _header(listed, lines)
    expected = 2 * folds * each
    if len(lines) - 1 != expected:
        raise InputError(
            f"{listed}: expected {expected} pairs, as its first line says, found {len(lines) - 1}"
        )
    return [
        _pair(f"{listed}, line {place + 2}", fields, images, place // (2 * each))
        for place, fields in enumerate(lines[1:])
    ]


def score(pairs: Sequence[ImagePair], faces: Faces) -> Verification:
    """Choose a limit on all folds but one and test it on that one, in turn."""
    cosines = np.array([_cosine(pair, faces) for pair in pairs], np.float32)
    same = np.array([pair.same for pair in pairs])
    fold = np.array([pair.fold for pair in pairs])
    limits = [_best_limit(cosines[fold != each], same[fold != each]) for each in np.unique(fold)]
    right = [
        float(_right(cosines[fold == each], same[fold == each], limit).mean())
        for each, limit in enumerate(limits)
    ]
    error = float(np.std(right, ddof=1) / np.sqrt(len(right)))
    found = ~np.isnan(cosines)
    curve = _curve(cosines, same, found)
    return Verification(len(pairs), float(np.mean(right)), error, right, limits, curve, list(faces.misses))


def _curve(cosines: FloatArray, same: Flags, found: Flags) -> Curve | None:
    """Pairs of one person without a face are missed at every limit; those of two are left out."""
    genuine, impostor = cosines[same], cosines[~same & found]
    if np.isnan(genuine).all() or not len(impostor):
        return None
    return det(np.where(np.isnan(genuine), -np.float32(np.inf), genuine), impostor)


def _best_limit(cosines: FloatArray, same: Flags) -> float:
    """The limit that tells most pairs rightly: halfway between two neighbours, the lowest of equals."""
    found = ~np.isnan(cosines)
    values = np.unique(cosines[found])
    if not len(values):
        return 0.0
    values = np.append(values, values[-1] + 1)  # above all: nothing is the same
    order = np.argsort(cosines[found], kind="stable")
    ascending, truth = cosines[found][order], same[found][order]
    below = np.searchsorted(ascending, values, side="left")
    rejected = np.concatenate([[0], np.cumsum(~truth)])
    accepted = np.concatenate([[0], np.cumsum(truth)])
    best = int((rejected[below] + accepted[-1] - accepted[below]).argmax())
    return float((values[best] + values[max(best - 1, 0)]) / 2)


def _right(cosines: FloatArray, same: Flags, limit: float) -> Flags:
    right: Flags = ~np.isnan(cosines) & ((cosines >= limit) == same)
    return right


def _cosine(pair: ImagePair, faces: Faces) -> float:
    if pair.one not in faces.rows or pair.other not in faces.rows:
        return float("nan")
    return float(faces.embeddings[faces.rows[pair.one]] @ faces.embeddings[faces.rows[pair.other]])


def _header(listed: Path, lines: list[list[str]]) -> tuple[int, int]:
    numbers = lines[0] if lines else []
    if len(numbers) != 2 or not all(each.strip().isdecimal() for each in numbers):  # noqa: PLR2004
        raise InputError(f"{listed}: the first line has to be folds, a tab, and pairs of each kind")
    folds, each = (int(number) for number in numbers)
    if folds < 2 or each < 1:  # noqa: PLR2004
        raise InputError(f"{listed}: at least two folds with a pair are needed, one of them to test on")
    return folds, each


def _pair(place: str, fields: list[str], images: Path, fold: int) -> ImagePair:
    if len(fields) == _OF_ONE:
        name, one, other = fields
        return ImagePair(_picture(place, images, name, one), _picture(place, images, name, other), True, fold)
    if len(fields) == _OF_TWO:
        name, one, second, other = fields
        return ImagePair(
            _picture(place, images, name, one), _picture(place, images, second, other), False, fold
        )
    raise InputError(f"{place}: expected `NAME N M` or `NAME N OTHER M`, with tabs between")


def _picture(place: str, images: Path, name: str, number: str) -> Path:
    number = number.strip()
    if Path(name).name != name or name in (".", "..") or not number.isdecimal():
        raise InputError(f"{place}: {name!r} {number!r} is no name of a folder with a number")
    stem = images / name / f"{name}_{int(number):04d}"
    for path in sorted(stem.parent.glob(f"{glob.escape(stem.name)}.*")):
        if path.stem == stem.name and is_picture(path):
            return path
    raise InputError(f"{place}: {stem}.jpg: no such file")
