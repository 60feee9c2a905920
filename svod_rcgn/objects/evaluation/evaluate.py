"""A detector asked for every picture of a dataset of which somebody said where things are."""

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from ...datasets.collection import Dataset
from ...errors import DatasetError
from ...networks import version_of
from ...reporter import Reporter
from ...storage import images
from ...text import counted
from ..records import Candidates
from ..stages.detect import ObjectDetector
from . import boxed_pictures
from .average_precision import (
    AveragePrecision,
    PrecisionRecall,
    average_precision,
    curve,
    interval,
    mean_of,
    of_classes,
)
from .boxed_pictures import BoxedPictures
from .confusion import Confusion, confusion
from .matching import SIZES

LEAST = 0.01
"""The score from which boxes are asked for, so that a curve has its end."""


@dataclass(frozen=True, slots=True)
class ClassResult:
    """How well a class is found.

    `boxes` are how many there are, in so many `pictures`. `limit` is the score from which the network counts
    the class, `best_limit` that with the best F1 here. `sizes` are average precisions of small, medium and
    large objects, None where there are none.
    """

    label: str
    boxes: int
    pictures: int
    precision: AveragePrecision | None
    sizes: dict[str, AveragePrecision | None]
    limit: float
    right_at_limit: float
    found_at_limit: float
    best_limit: float
    best_f1: float


@dataclass(frozen=True, slots=True, eq=False)
class DetectorEvaluation:
    """What a detector is worth on a dataset at one state.

    `precision` is the mean over the classes, `interval` holds that at an overlap of a half, at 95 %. `found`
    are the boxes of each picture from LEAST on, `curves` those of the classes at an overlap of a half.
    """

    network: str
    version: str
    dataset: str
    state: int
    pictures: BoxedPictures
    found: tuple[Candidates, ...]
    classes: tuple[ClassResult, ...]
    precision: AveragePrecision | None
    sizes: dict[str, AveragePrecision | None]
    interval: tuple[float, float] | None
    curves: tuple[PrecisionRecall, ...]
    confusion: Confusion
    notes: tuple[str, ...]


def evaluate(
    dataset: Dataset, detector: ObjectDetector, reporter: Reporter, taught: Collection[str] = ()
) -> DetectorEvaluation:
    """Measure a detector on a dataset.

    Args:
        dataset: What is there; pictures without objects count.
        detector: That tells boxes from LEAST on.
        reporter: Told how many pictures were looked at.
        taught: The hashes of pictures that it learned from; of their shootings it is not asked.

    Raises:
        DatasetError: The dataset has no boxes of the network's classes, or none but what taught it.
        InputError: A picture cannot be read.
    """
    labels = [each.label for each in detector.labels]
    there = _fresh(boxed_pictures.read(dataset, labels=labels), taught, dataset.name, detector.name)
    found = _look(there, detector, reporter)
    truths = [each.truth for each in there.pictures]
    matched = of_classes(found, truths, len(labels))
    by_size = {name: of_classes(found, truths, len(labels), size) for name, size in SIZES.items()}
    precisions = [average_precision(each) for each in matched]
    curves = tuple(map(curve, matched))
    sizes = {name: [average_precision(each) for each in several] for name, several in by_size.items()}
    limits = detector.own_limits
    classes = tuple(
        ClassResult(
            label,
            *there.counts(index),
            precisions[index],
            {name: several[index] for name, several in sizes.items()},
            limits[index],
            *_at(curves[index], limits[index]),
            *curves[index].best,
        )
        for index, label in enumerate(labels)
    )
    return DetectorEvaluation(
        network=detector.name,
        version=version_of(detector.card),
        dataset=dataset.name,
        state=there.state,
        pictures=there,
        found=found,
        classes=classes,
        precision=mean_of(precisions),
        sizes={name: mean_of(several) for name, several in sizes.items()},
        interval=interval([each for each in matched if each.there.sum()], there.groups.tolist()),
        curves=curves,
        confusion=confusion(found, truths, limits, len(labels)),
        notes=there.notes,
    )


def _fresh(every: BoxedPictures, taught: Collection[str], dataset: str, network: str) -> BoxedPictures:
    """The pictures of other shootings than those that taught a network."""
    known = {
        group
        for group, each in zip(every.groups.tolist(), every.pictures, strict=True)
        if each.picture in taught
    }
    rows = np.flatnonzero(~np.isin(every.groups, [*known]))
    if len(rows) == len(every.groups):
        return every
    kept = every.at(rows)
    if not any(len(each.truth.boxes) for each in kept.pictures):
        raise DatasetError(
            f"{dataset}: all boxes are of shootings that {network} learned from, and they say nothing of "
            "other pictures; add some that came later, or name another dataset"
        )
    told = counted(len(every.groups) - len(rows), "picture")
    return replace(kept, notes=(*kept.notes, f"not asked: {told} of shootings that {network} learned from"))


def _look(there: BoxedPictures, detector: ObjectDetector, reporter: Reporter) -> tuple[Candidates, ...]:
    found = []
    for number, each in enumerate(there.pictures, 1):
        image = images.read_picture(each.path)
        found.append(detector.chosen(detector.candidates(image)))
        reporter.progress(number, len(there.pictures))
    return tuple(found)


def _at(told: PrecisionRecall, limit: float) -> tuple[float, float]:
    """Precision and recall from a score on; 0 where nothing has it."""
    count = int((told.scores >= limit).sum())
    return (float(told.precision[count - 1]), float(told.recall[count - 1])) if count else (0.0, 0.0)
