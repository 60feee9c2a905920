"""From features and what is said of pictures to a head, and to how it fares with those left out."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ...networks.class_labels import ClassLabel
from ...records import FloatArray
from ...reports.proportions import Proportion
from . import calibration, left_out
from .examples import FOLDS, Lessons, Numbers
from .head import HEAD, HeadSettings, Scale, learn, losses, probabilities, scale_of
from .left_out import Chosen, EpochChoice
from .nearness import Nearness, least_of, nearness_of, to_nearest
from .records import Epoch, LeftOutAnswer
from .views import Halves

EpochDone = Callable[[Epoch], None]


@dataclass(frozen=True, slots=True, eq=False)
class LeftOut:
    """How the heads fare with the pictures that they did not learn from.

    `rows` are the pictures that could be asked, and `answers` what was answered. `loss` is the mean
    cross-entropy of the calibrated probabilities. `kept` are the pictures that are near enough to be known,
    and `let_in` the negatives that are.
    """

    rows: Numbers
    answers: tuple[LeftOutAnswer, ...]
    accuracy: Proportion | None
    loss: float | None
    kept: Proportion | None
    let_in: Proportion | None


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """A head: for raw features (length, columns) weights and (columns,) biases, and what nearness is told by.

    `embeddings` (n, length), `scale` and `chosen` are by what left-out pictures are judged, should they be
    asked again.
    """

    weights: FloatArray
    biases: FloatArray
    nearness: Nearness
    mirrored: bool
    temperature: float
    least_nearness: float | None
    labels: tuple[ClassLabel, ...]
    embeddings: FloatArray
    scale: Scale
    chosen: Chosen
    left_out: LeftOut


def learn_head(
    features: Halves, lessons: Lessons, epoch_done: EpochDone, settings: HeadSettings = HEAD
) -> Learned:
    """Learn by epochs, keep the best, and judge it.

    Args:
        features: (n, views, length), the plain view first and the mirror image next, where there is more.
        lessons: What is learned.
        epoch_done: Told how each epoch fares.
        settings: How long.
    """
    raw = features[:, :2].astype(np.float32)
    scale = scale_of(raw[:, 0])
    scaled = scale.of(features)
    plain = np.ascontiguousarray(scaled[:, 0])
    both = scaled[:, :2].mean(1) if features.shape[1] > 1 else plain
    choice = EpochChoice(plain, lessons, FOLDS)
    for epoch in learn(scaled, lessons, FOLDS, settings):
        epoch_done(choice.see(epoch))
    chosen, rows = choice.chosen(), left_out.judged_rows(lessons)
    mirrored = features.shape[1] > 1 and _mirror_pays(plain, both, chosen, lessons, rows)
    asked, raw = (both, raw.mean(1)) if mirrored else (plain, raw[:, 0])
    return _judged(asked, raw, scale, chosen, lessons, rows, mirrored=mirrored)


def _mirror_pays(
    plain: FloatArray, both: FloatArray, chosen: Chosen, lessons: Lessons, rows: Numbers
) -> bool:
    if not len(rows):
        return False
    folds = lessons.folds[rows]
    ways = (chosen.turns.left_out_logits(each[rows], folds) for each in (plain, both))
    one, other = (left_out.is_right(logits, lessons, rows) for logits in ways)
    return left_out.pays(one, other)


def _judged(
    asked: FloatArray,
    raw: FloatArray,
    scale: Scale,
    chosen: Chosen,
    lessons: Lessons,
    rows: Numbers,
    *,
    mirrored: bool,
) -> Learned:
    classes = len(lessons.labels)
    logits = chosen.turns.left_out_logits(asked, lessons.folds)
    each = calibration.temperatures_by_fold(logits, lessons, rows)
    told = calibrated(logits, each[:, None], lessons)
    nearness = nearness_of(raw, shown_classes(lessons), lessons.shootings)
    near = nearness.left_out.copy()
    near[lessons.known.stop :] = to_nearest(raw[lessons.known.stop :], nearness)
    near = unlike_negatives(near, told, lessons)
    least = least_of(near[lessons.known])
    temperature = calibration.temperature_of(logits, lessons, rows)
    limits = calibration.limits_of(told, lessons, rows) if lessons.independent else (None,) * classes
    weights, biases = _unscaled(chosen, scale, temperature, classes)
    return Learned(
        weights=weights,
        biases=biases,
        nearness=nearness,
        mirrored=mirrored,
        temperature=temperature,
        least_nearness=least,
        labels=tuple(
            ClassLabel(*pair) for pair in zip(lessons.labels, (None,) * classes, limits, strict=True)
        ),
        embeddings=raw,
        scale=scale,
        chosen=chosen,
        left_out=_left_out(lessons, rows, told, near, least),
    )


def shown_classes(lessons: Lessons) -> FloatArray:
    """(n, classes) 1 where a picture shows a class."""
    shows: FloatArray = lessons.targets[:, : len(lessons.labels)].copy()
    shows[lessons.known.stop :] = 0
    return shows


def unlike_negatives(near: FloatArray, told: FloatArray, lessons: Lessons) -> FloatArray:
    """Nearness (n,) times the probability that a picture is no negative, where there were some."""
    unlike: FloatArray = near * (1 - told[:, len(lessons.labels)]) if lessons.negatives else near
    return unlike


def calibrated(logits: FloatArray, temperature: FloatArray | float, lessons: Lessons) -> FloatArray:
    """Probabilities of the classes at a temperature, and of negatives as they are."""
    classes = len(lessons.labels)
    softened = logits.copy()
    softened[:, :classes] /= temperature
    return probabilities(softened, classes, independent=lessons.independent)


def _unscaled(
    chosen: Chosen, scale: Scale, temperature: float, classes: int
) -> tuple[FloatArray, FloatArray]:
    """Weights and biases for features as they come from the backbone."""
    weights = scale.factor[:, None] * chosen.whole.weights[0]
    biases = chosen.whole.biases[0] - scale.mean @ weights
    weights[:, :classes] /= np.float32(temperature)
    biases[:classes] /= np.float32(temperature)
    return weights, biases


def _left_out(
    lessons: Lessons, rows: Numbers, told: FloatArray, near: FloatArray, least: float | None
) -> LeftOut:
    known = np.flatnonzero(np.isfinite(near[lessons.known]))
    strangers = np.arange(lessons.known.stop, len(near))
    loss = losses(told[rows], lessons.targets[rows], lessons.said[rows], lessons)
    limit = -1.0 if least is None else least
    return LeftOut(
        rows=rows,
        answers=left_out.answers_of(lessons, rows, told[rows, : len(lessons.labels)], near[rows], least),
        accuracy=left_out.accuracy(left_out.is_right(told[rows], lessons, rows), lessons, rows),
        loss=float(loss.mean()) if len(rows) else None,
        kept=left_out.accuracy(np.float32(near[known] >= limit), lessons, known),
        let_in=left_out.accuracy(np.float32(near[strangers] >= limit), lessons, strangers),
    )
