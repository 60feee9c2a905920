"""Pictures looked at by heads that did not learn from them, in pixels of the pictures themselves."""

from collections.abc import Sequence

import numpy as np

from ..evaluation.average_precision import (
    AveragePrecision,
    average_precision,
    curve,
    interval,
    mean_of,
    of_classes,
)
from ..evaluation.boxed_pictures import BoxedPicture, BoxedPictures
from ..evaluation.matching import MOST
from ..records import Candidates
from ..stages.detect import without_doubles
from .input_size import InputSize
from .picture_maps import scale_of
from .records import MOST_FOUND, ClassScores, FoundBox, LeftOutPicture

OVERLAP = 0.6
_USUAL_LIMIT = 0.5
_LEAST_LIMIT = 0.05
_DIGITS, _FRACTION = 5, 2


def in_picture(found: Candidates, picture: BoxedPicture, size: InputSize) -> Candidates:
    """Boxes in pixels of the input as the network that is written will tell them, the surest first."""
    scale = np.array(scale_of(picture, size) * 2, np.float32)
    borders = np.array([picture.width, picture.height] * 2, np.float32)
    found = found._replace(boxes=np.clip(found.boxes / scale, 0, borders))
    found = found.at(np.argsort(-found.scores, kind="stable")[: 10 * MOST])
    return found.at(without_doubles(found, OVERLAP)).at(slice(MOST))


def precision_of(found: Sequence[Candidates], pictures: BoxedPictures) -> AveragePrecision | None:
    """How good what was found is, the mean over classes."""
    truths = [each.truth for each in pictures.pictures]
    return mean_of([average_precision(each) for each in of_classes(found, truths, len(pictures.labels))])


def judge(
    found: Sequence[Candidates], pictures: BoxedPictures
) -> tuple[tuple[ClassScores, ...], AveragePrecision | None, tuple[float, float] | None]:
    """How good what was found is: a class at a time, all of them, and the interval."""
    truths = [each.truth for each in pictures.pictures]
    matched = of_classes(found, truths, len(pictures.labels))
    told = [average_precision(each) for each in matched]
    scores = []
    for index, (label, each, precision) in enumerate(zip(pictures.labels, matched, told, strict=True)):
        limit, best = curve(each).best
        limit = max(_LEAST_LIMIT, limit) if best else _USUAL_LIMIT
        scores.append(ClassScores(label, *pictures.counts(index), precision, round(limit, 4), best))
    return tuple(scores), mean_of(told), interval(matched, pictures.groups.tolist())


def recorded(found: Sequence[Candidates], pictures: BoxedPictures) -> tuple[LeftOutPicture, ...]:
    """What is kept of it."""
    return tuple(
        LeftOutPicture(each.picture, each.name, int(group), _boxes(told), _boxes(_as_found(each)))
        for each, group, told in zip(pictures.pictures, pictures.groups, found, strict=True)
    )


def _as_found(picture: BoxedPicture) -> Candidates:
    truth = picture.truth
    return Candidates(truth.boxes, np.ones(len(truth.boxes), np.float32), truth.classes)


def _boxes(found: Candidates) -> tuple[FoundBox, ...]:
    return tuple(
        FoundBox(int(index), round(float(score), _DIGITS), *(round(float(side), _FRACTION) for side in box))
        for box, score, index in list(zip(*found, strict=True))[:MOST_FOUND]
    )
