"""Where the line runs between a person and a stranger: measured on pictures that were left out.

Every picture is asked twice: as itself, of a gallery without it (genuine), and as a stranger, of a
gallery without its person (impostor). The limit is the point that a wished share of strangers passes.
Few people say little about strangers, so what this network usually does weighs in beside what the
user's own pictures show, the less the more people there are.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from sklearn.linear_model import LogisticRegression

from ...networks.card import UsualLikeness
from ...records import FloatArray
from ..gallery.identify import Scorer, Scores, ShortlistScorer
from ..gallery.neighbours import rows_by_class
from ..records import Decision
from .bells import Labels, WeighedBell
from .one_more import USUAL_KNOWN, likeness_of_two

Flags: TypeAlias = np.ndarray[Any, np.dtype[np.bool_]]
Fit: TypeAlias = Callable[[FloatArray, Labels], Scorer]
"""Trains a scorer on (n, length) embeddings and (n,) labels 0..classes-1, all of which occur."""

DEFAULT_GAP = 0.05
MOST_FOLDS = 10
ENOUGH_PERSONS = 4
ENOUGH_PICTURES = 12
MOST_ASKED_PERSONS = 500
MOST_ASKED_OF_A_PERSON = 4

# Persons that a face counts as of which somebody said that it is not who it was taken for. It is known
# because it passed the limit, so it is no fair sample of those who come by, and counts as one picture of
# four: at 1 % wished, one with a likeness of 0.75 raises the limit from 0.51 to 0.55.
REJECTED_PERSONS = 0.25

_ENOUGH_EXCEEDANCES = 10


# What a network does whose card does not say: FaceNet 20180408-102900 without the mean of generic faces
# taken off, between portraits of thirteen persons in random galleries of two to ten with one to three
# pictures each. What the catalogue's cards say is measured by benchmarks/usual.py.
UNSAID = UsualLikeness(
    stranger=(0.22, 0.125),
    stranger_track=(0.21, 0.095),
    stranger_of_one=(0.14, 0.133),
    stranger_track_of_one=(0.12, 0.11),
    known=(0.82, 0.15),
)
USUAL_STRANGERS = 12  # the persons that it is worth beside measured ones


@dataclass(frozen=True, slots=True, eq=False)
class LeftOut:
    """How pictures fared that the scorer had not been trained on.

    `rows` are (n,) indices of the pictures in the gallery; `nearest`, `likeness`, `cosine` and `clear`
    are (n,): the label found, its likeness and cosine, and whether the nearest picture agreed.
    """

    rows: Labels
    nearest: Labels
    likeness: FloatArray
    cosine: FloatArray
    clear: Flags


@dataclass(frozen=True, slots=True, eq=False)
class RejectedFaces:
    """Faces of which somebody said that they are not who they were taken for.

    `embeddings` is (m, length) float32, rows of unit length; `labels` is (m,), the classes that they are not.
    """

    embeddings: FloatArray
    labels: Labels


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """The decision, and the measurements that it rests on.

    `rejected` has a row a rejected face; `known` is how alike two pictures of one person are.
    """

    decision: Decision
    genuine: LeftOut
    impostor: LeftOut
    rejected: LeftOut
    known: WeighedBell


def calibrate(
    embeddings: FloatArray,
    labels: Labels,
    fit: Fit,
    false_accept_rate: float,
    rejected: RejectedFaces | None = None,
    usual: UsualLikeness | None = None,
) -> Calibration:
    """Measure a gallery by leaving pictures and persons out, and set the limits.

    Args:
        embeddings: (n, length) float32, rows of unit length.
        labels: (n,) classes 0..classes-1, all of which occur.
        fit: Trains the scorer of a part of the gallery.
        false_accept_rate: Share, 0..1, of strangers' single frames that may be named.
        rejected: Faces that are not who they were taken for.
        usual: What the network's card says of it.
    """
    genuine = _ask(embeddings, labels, fit, _folds_of_pictures(labels))
    impostor = _ask(embeddings, labels, fit, _folds_of_persons(labels))
    others, likeness = _rejected(rejected, lambda: fit(embeddings, labels))
    usual = usual or UNSAID
    decision = _decide(labels, genuine, impostor, false_accept_rate, likeness, usual)
    known = likeness_of_two(embeddings, labels, usual.known)
    return Calibration(decision, genuine, impostor, others, known)


def calibrate_many(
    embeddings: FloatArray,
    labels: Labels,
    scorer: ShortlistScorer,
    false_accept_rate: float,
    rejected: RejectedFaces | None = None,
    usual: UsualLikeness | None = None,
) -> Calibration:
    """Do as `calibrate` on a sample of a large gallery, without training it anew.

    Args:
        embeddings: (n, length), rows of unit length.
        labels: (n,) classes 0..classes-1, all of which occur.
        scorer: Those of the whole gallery.
        false_accept_rate: Share, 0..1, of strangers' single frames that may be named.
        rejected: As in `calibrate`.
        usual: As in `calibrate`.
    """
    rows = _sample(labels)
    several = rows[np.bincount(labels)[labels[rows]] > 1]
    genuine = _together([_left_out(several, scorer.judge_as_new(several))] if len(several) else [])
    impostor = _together([_left_out(rows, scorer.judge_as_strangers(rows))])
    others, likeness = _rejected(rejected, lambda: scorer)
    usual = usual or UNSAID
    decision = _decide(labels, genuine, impostor, false_accept_rate, likeness, usual)
    _, persons = np.unique(labels[rows], return_inverse=True)
    return Calibration(
        decision, genuine, impostor, others, likeness_of_two(embeddings[rows], persons, usual.known)
    )


def _rejected(faces: RejectedFaces | None, scorer: Callable[[], Scorer]) -> tuple[LeftOut, FloatArray]:
    """What is said of rejected faces, and the likenesses of those that are still most like who they are not.

    One that is more like somebody else now may be that one, and says nothing of strangers.
    """
    if faces is None or not len(faces.labels):
        return _together([]), np.zeros(0, np.float32)
    found = _left_out(np.arange(len(faces.labels)), scorer().judge(faces.embeddings))
    return found, found.likeness[found.nearest == faces.labels]


def _sample(labels: Labels) -> Labels:
    """Some pictures of some persons, the same ones each time."""
    chance = np.random.default_rng(0)
    rows = rows_by_class(labels)
    persons = chance.permutation(len(rows))[:MOST_ASKED_PERSONS]
    return np.sort(
        np.concatenate([chance.permutation(rows[person])[:MOST_ASKED_OF_A_PERSON] for person in persons])
    )


def _decide(
    labels: Labels,
    genuine: LeftOut,
    impostor: LeftOut,
    false_accept_rate: float,
    rejected: FloatArray,
    usual: UsualLikeness,
) -> Decision:
    known = genuine.likeness[genuine.nearest == labels[genuine.rows]]
    persons = len(np.unique(labels[impostor.rows]))
    frame, track = _strangers(usual, rejected, alone=labels.max() == 0)
    stranger = frame.with_measured(impostor.likeness, persons)
    means = _means_by_person(impostor, labels)
    limit = _limit(stranger, np.concatenate([impostor.likeness, rejected]), false_accept_rate)
    track_limit = min(limit, track.with_measured(means, len(means)).exceeded_by(false_accept_rate))
    slope, midpoint = _logistic(
        known, impostor.likeness, stranger, WeighedBell(*usual.known, USUAL_KNOWN), persons
    )
    enough = persons >= ENOUGH_PERSONS and len(impostor.rows) >= ENOUGH_PICTURES
    return Decision(limit, track_limit, DEFAULT_GAP, midpoint, slope, false_accept_rate, enough)


def _strangers(usual: UsualLikeness, rejected: FloatArray, *, alone: bool) -> tuple[WeighedBell, WeighedBell]:
    """What strangers usually do in a frame and in a track, with the rejected faces weighed in."""
    pair = (
        (usual.stranger_of_one, usual.stranger_track_of_one)
        if alone
        else (usual.stranger, usual.stranger_track)
    )
    frame, track = (
        WeighedBell(*bell, USUAL_STRANGERS).with_measured(rejected, REJECTED_PERSONS * len(rejected))
        for bell in pair
    )
    return frame, track


def _limit(stranger: WeighedBell, likeness: FloatArray, false_accept_rate: float) -> float:
    """The quantile itself where enough strangers lie beyond it, and the bell's elsewhere."""
    if len(likeness) * false_accept_rate >= _ENOUGH_EXCEEDANCES:
        return float(np.quantile(likeness, 1 - false_accept_rate))
    return stranger.exceeded_by(false_accept_rate)


def _means_by_person(impostor: LeftOut, labels: Labels) -> FloatArray:
    """The mean likeness of each left-out person who has several pictures, (persons,)."""
    persons = labels[impostor.rows]
    several = [person for person in np.unique(persons) if (persons == person).sum() > 1]
    return np.array([impostor.likeness[persons == person].mean() for person in several], np.float32)


def _logistic(
    known: FloatArray, strangers: FloatArray, stranger: WeighedBell, usual_known: WeighedBell, persons: int
) -> tuple[float, float]:
    """Slope and midpoint of the probability that a face is the person, at even odds beforehand.

    Platt's method: a logistic regression on the likeness of left-out pictures (Platt, "Probabilistic
    outputs for support vector machines", 1999). What is usual joins as quantiles of its bells, so
    that a handful of pictures that happen to lie apart do not make the score all but certain.
    """
    parts = [_with_usual(strangers, stranger, persons), _with_usual(known, usual_known, persons)]
    values = np.concatenate([values for values, _ in parts])
    weights = np.concatenate([weights for _, weights in parts])
    truth = np.repeat([0, 1], [len(parts[0][0]), len(parts[1][0])])
    model = LogisticRegression(C=1e3).fit(values[:, None], truth, sample_weight=weights * len(values))
    slope = float(model.coef_[0, 0])
    return slope, -float(model.intercept_[0]) / slope


def _with_usual(values: FloatArray, bell: WeighedBell, persons: int) -> tuple[FloatArray, FloatArray]:
    """Values and weights that add up to one: the measured ones, and quantiles of what is usual."""
    usual = np.array([bell.exceeded_by(share) for share in np.linspace(0.02, 0.98, 25)], np.float32)
    share = USUAL_KNOWN / (USUAL_KNOWN + persons) if len(values) else 1.0
    weights = [
        np.full(len(usual), share / len(usual)),
        np.full(len(values), (1 - share) / max(len(values), 1)),
    ]
    return np.concatenate([usual, values]), np.concatenate(weights)


def _ask(embeddings: FloatArray, labels: Labels, fit: Fit, folds: Iterator[Flags]) -> LeftOut:
    """Train without each fold and ask about it; labels in the answer are those of the whole gallery."""
    parts = []
    for left_out in folds:
        present, relabelled = np.unique(labels[~left_out], return_inverse=True)
        verdicts = fit(embeddings[~left_out], relabelled).judge(embeddings[left_out])
        parts.append(_left_out(np.flatnonzero(left_out), verdicts, present))
    return _together(parts)


def _left_out(rows: Labels, verdicts: Scores, present: Labels | None = None) -> LeftOut:
    """What was said of rows; where some classes were left out, `present` are those that the scorer knows."""
    nearest = verdicts.nearest if present is None else present[verdicts.nearest]
    return LeftOut(rows, nearest, verdicts.likeness, verdicts.cosine, verdicts.clear(DEFAULT_GAP))


def _together(parts: Sequence[LeftOut]) -> LeftOut:
    def join(name: str, kind: Any) -> Any:
        return np.concatenate([np.zeros(0, kind), *(getattr(part, name) for part in parts)]).astype(kind)

    return LeftOut(
        join("rows", np.int64),
        join("nearest", np.int64),
        join("likeness", np.float32),
        join("cosine", np.float32),
        join("clear", np.bool_),
    )


def _folds_of_pictures(labels: Labels) -> Iterator[Flags]:
    """Folds that take some pictures of each person and leave at least one to be known by."""
    order = np.zeros(len(labels), np.int64)
    for label in np.unique(labels):
        own = np.flatnonzero(labels == label)
        order[own] = np.arange(len(own)) if len(own) > 1 else -1
    for fold in range(min(MOST_FOLDS, int(order.max()) + 1)):
        yield (order >= 0) & (order % MOST_FOLDS == fold)


def _folds_of_persons(labels: Labels) -> Iterator[Flags]:
    """Folds that take all pictures of some persons and leave at least one person."""
    persons = int(labels.max()) + 1
    for fold in range(min(MOST_FOLDS, persons) if persons > 1 else 0):
        yield labels % MOST_FOLDS == fold
