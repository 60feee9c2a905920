"""From pictures that were left out to numbers: the record that report.json holds."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from pathlib import Path

import numpy as np

from ....reports.proportions import Proportion, proportion
from ...gallery.identify import probability
from ...gallery.neighbours import class_means
from ...gallery.store import ClassifierSet, Person
from ...records import Decision
from ..calibrate import Calibration, LeftOut
from ..one_more import share_named

FORMAT_VERSION = 1
BINS = 10
MOST_ALIKE = 10

_BLOCK = 500


@dataclass(frozen=True, slots=True)
class ReportPicture:
    """A picture of a person: where it came from, what it is, and a file that shows it.

    `file` is the crop of a picture that was used and the picture itself where `reason` says why not.
    """

    person: str
    source: str
    sha256: str
    file: Path
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Suspect:
    """A picture that looks more like another person than like the rest of its own, as cosines."""

    source: str
    person: str
    other: str
    own_cosine: float
    other_cosine: float


@dataclass(frozen=True, slots=True)
class LeftOutTrial:
    """What was said of a picture by a scorer that had not seen it; persons are folders."""

    nearest: str
    likeness: float
    named: str | None


@dataclass(frozen=True, slots=True)
class PictureResult:
    """One picture: refused for a reason, or asked about as itself and as a stranger.

    `known` is missing where the person has no other picture, `stranger` where there is nobody else.
    """

    person: str
    source: str
    sha256: str
    reason: str | None = None
    known: LeftOutTrial | None = None
    stranger: LeftOutTrial | None = None


@dataclass(frozen=True, slots=True)
class PersonResult:
    """One person: pictures used and refused, and of those asked about, how many went which way.

    `expected` is the share, 0..1, of frames like these pictures that should be named at the limit, and
    `one_more` that with one picture more; both are missing in older reports.
    """

    folder: str
    name: str
    used: int
    refused: int
    asked: int
    right: int
    unknown: int
    misnamed: int
    expected: float | None = None
    one_more: float | None = None


@dataclass(frozen=True, slots=True)
class Bin:
    """Faces shown with a score in `low`..`high`, their mean score, and the share that was right.

    Known faces and strangers weigh the same in `right`, whatever their numbers; `low_right` and
    `high_right` bound it at 95 %.
    """

    low: float
    high: float
    faces: int
    score: float
    right: float
    low_right: float
    high_right: float


@dataclass(frozen=True, slots=True)
class ConfusedPair:
    """Two persons, and the cosine of their mean embeddings, -1..1."""

    one: str
    other: str
    cosine: float


@dataclass(frozen=True, slots=True)
class RejectedFace:
    """A correction, by its number, that the limits were measured with.

    The face is not `was`, whom it is so much like; `time` is when somebody said so.
    """

    correction: int
    time: str
    was: str
    likeness: float


@dataclass(frozen=True, slots=True)
class Report:
    """report.json. Proportions are missing where there was nothing to measure.

    `nearest_right` is the left-out accuracy, whatever the limit; `right`, `unknown` and `misnamed`
    share out the same pictures at the limit; `strangers_named` is of pictures asked about in a
    gallery without their person.
    """

    format_version: int
    created: str
    decision: Decision
    persons: list[PersonResult]
    pictures: list[PictureResult]
    nearest_right: Proportion | None
    right: Proportion | None
    unknown: Proportion | None
    misnamed: Proportion | None
    strangers_named: Proportion | None
    reliability: list[Bin]
    alike: list[ConfusedPair]
    suspects: list[Suspect]
    rejected: list[RejectedFace] = field(default_factory=list)


def measure(
    classifiers: ClassifierSet,
    calibration: Calibration,
    used: Sequence[ReportPicture],
    refused: Sequence[ReportPicture],
    suspects: Sequence[Suspect] = (),
) -> Report:
    """Sum up a training.

    Args:
        classifiers: What was trained.
        calibration: How the pictures fared that were left out.
        used: The pictures behind the embeddings, in their order.
        refused: The others, each with its reason.
        suspects: Pictures that look mislabelled.
    """
    folders, decision = [person.folder for person in classifiers.persons], calibration.decision
    known = _trials(calibration.genuine, folders, decision)
    strangers = _trials(calibration.impostor, folders, decision)
    results = [_result(each, known.get(row), strangers.get(row)) for row, each in enumerate(used)]
    results += [_result(each) for each in refused]
    asked = [(result.person, result.known) for result in results if result.known]
    named = sum(trial.named is not None for trial in strangers.values())
    right = sum(trial.named == person for person, trial in asked)
    unknown = sum(trial.named is None for _, trial in asked)
    return Report(
        format_version=FORMAT_VERSION,
        created=datetime.now(timezone.utc).isoformat(timespec="seconds"),
        decision=decision,
        persons=[_expected(each, calibration) for each in _persons(classifiers.persons, results)],
        pictures=results,
        nearest_right=proportion(sum(trial.nearest == person for person, trial in asked), len(asked)),
        right=proportion(right, len(asked)),
        unknown=proportion(unknown, len(asked)),
        misnamed=proportion(len(asked) - right - unknown, len(asked)),
        strangers_named=proportion(named, len(strangers)),
        reliability=reliability(results, decision),
        alike=_alike(classifiers),
        suspects=list(suspects),
    )


def reliability(results: Iterable[PictureResult], decision: Decision) -> list[Bin]:
    """Compare the scores shown with how often they were right; scores that never came have no bin.

    The score is meant for even odds of a known face and a stranger, so that is how they are weighed.
    """
    results = list(results)
    known = [(trial.likeness, trial.nearest == each.person) for each in results if (trial := each.known)]
    strangers = [(trial.likeness, False) for each in results if (trial := each.stranger)]
    faces = [(*face, 1 / len(known)) for face in known] + [(*face, 1 / len(strangers)) for face in strangers]
    if not faces:
        return []
    likeness, right, weight = (np.array(column, np.float64) for column in zip(*faces, strict=True))
    scores = np.array([probability(decision, float(value)) for value in likeness])
    places = np.minimum((scores * BINS).astype(int), BINS - 1)
    return [
        _bin(place, scores[at], right[at], weight[at])
        for place in range(BINS)
        if (at := places == place).any()
    ]


def confusions(report: Report) -> Counter[tuple[str, str]]:
    """How often a picture of the first person was given the name of the second."""
    named = ((each.person, each.known.named) for each in report.pictures if each.known)
    return Counter((person, name) for person, name in named if name not in (None, person))


def _bin(place: int, scores: np.ndarray, right: np.ndarray, weight: np.ndarray) -> Bin:
    share = float((right * weight).sum() / weight.sum())
    bounds = proportion(round(share * len(scores)), len(scores))
    assert bounds is not None
    low, high = min(bounds.low, share), max(bounds.high, share)
    return Bin(place / BINS, (place + 1) / BINS, len(scores), float(scores.mean()), share, low, high)


def _trials(left_out: LeftOut, folders: Sequence[str], decision: Decision) -> dict[int, LeftOutTrial]:
    """What was said of each row of the gallery, decided as the camera does for a single frame."""
    columns = (left_out.rows, left_out.nearest, left_out.likeness, left_out.clear)
    trials: dict[int, LeftOutTrial] = {}
    for row, label, likeness, clear in zip(*(column.tolist() for column in columns), strict=True):
        nearest = folders[label]
        trials[row] = LeftOutTrial(
            nearest, likeness, nearest if clear and likeness >= decision.limit else None
        )
    return trials


def _result(
    portrait: ReportPicture, known: LeftOutTrial | None = None, stranger: LeftOutTrial | None = None
) -> PictureResult:
    return PictureResult(portrait.person, portrait.source, portrait.sha256, portrait.reason, known, stranger)


def _persons(persons: Sequence[Person], results: Sequence[PictureResult]) -> list[PersonResult]:
    """Those who were trained, and those all of whose pictures were refused."""
    own: dict[str, list[PictureResult]] = {person.folder: [] for person in persons}
    for result in results:
        own.setdefault(result.person, []).append(result)
    names = {person.folder: person.name for person in persons}
    return [_person(folder, names.get(folder, folder), pictures) for folder, pictures in own.items()]


def _person(folder: str, name: str, pictures: Sequence[PictureResult]) -> PersonResult:
    named = [picture.known.named for picture in pictures if picture.known]
    refused = sum(picture.reason is not None for picture in pictures)
    right, unknown = named.count(folder), named.count(None)
    misnamed = len(named) - right - unknown
    return PersonResult(folder, name, len(pictures) - refused, refused, len(named), right, unknown, misnamed)


def _expected(person: PersonResult, calibration: Calibration) -> PersonResult:
    now, more = (
        round(share_named(calibration.known, person.used + count, calibration.decision.limit), 4)
        for count in (0, 1)
    )
    return replace(person, expected=now, one_more=more)


def _alike(classifiers: ClassifierSet) -> list[ConfusedPair]:
    means = class_means(classifiers.embeddings, classifiers.labels, len(classifiers.persons))
    names = [person.name for person in classifiers.persons]
    pairs: list[ConfusedPair] = []
    for start in range(0, len(means), _BLOCK):
        cosines = means[start : start + _BLOCK] @ means[start:].T
        cosines[np.tri(*cosines.shape, dtype=np.bool_)] = -np.inf
        ones, others = np.unravel_index(_greatest(cosines), cosines.shape)
        pairs += [
            ConfusedPair(names[start + one], names[start + other], float(cosines[one, other]))
            for one, other in zip(ones, others, strict=True)
            if one < other
        ]
    return sorted(pairs, key=lambda pair: -pair.cosine)[:MOST_ALIKE]


def _greatest(values: np.ndarray) -> np.ndarray:
    """The places of the greatest values in the flat array, at most MOST_ALIKE."""
    count = min(MOST_ALIKE, values.size)
    return np.argpartition(values, values.size - count, axis=None)[values.size - count :]
