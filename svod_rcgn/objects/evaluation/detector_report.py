"""What is kept of an evaluation: evaluation.json."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from .average_precision import AveragePrecision, PrecisionRecall
from .evaluate import ClassResult, DetectorEvaluation
from .latency import Latency

MOST_POINTS = 101  # of a curve
MOST_WORST = 24


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """Precision and recall from a score on, at an overlap of a half."""

    score: float
    precision: float
    recall: float


@dataclass(frozen=True, slots=True)
class Confused:
    """So many objects of a class were found as another; None stands for the background."""

    label: str | None
    said: str | None
    count: int


@dataclass(frozen=True, slots=True)
class WorstPicture:
    """A picture with so many mistakes: missed, made up, or of a wrong class."""

    picture: str
    name: str
    mistakes: int


@dataclass(frozen=True, slots=True)
class DetectorReport:
    """How well a network finds what a dataset shows; see `DetectorEvaluation`.

    `curves` go with `classes`. `confusion` and `worst` are of boxes that reach the limits in use.
    """

    network: str
    version: str
    dataset: str
    state: int
    pictures: int
    shootings: int
    precision: AveragePrecision | None
    interval: tuple[float, float] | None
    sizes: dict[str, AveragePrecision | None]
    classes: tuple[ClassResult, ...]
    curves: tuple[tuple[CurvePoint, ...], ...]
    confusion: tuple[Confused, ...]
    worst: tuple[WorstPicture, ...]
    latency: Latency | None
    notes: tuple[str, ...]


def report_of(found: DetectorEvaluation, latency: Latency | None = None) -> DetectorReport:
    """What is kept of an evaluation."""
    return DetectorReport(
        network=found.network,
        version=found.version,
        dataset=found.dataset,
        state=found.state,
        pictures=len(found.pictures.pictures),
        shootings=len(set(found.pictures.groups.tolist())),
        precision=found.precision,
        interval=found.interval,
        sizes=found.sizes,
        classes=found.classes,
        curves=tuple(tuple(_points(each)) for each in found.curves),
        confusion=tuple(_confused(found)),
        worst=tuple(_worst(found)),
        latency=latency,
        notes=found.notes,
    )


def _points(told: PrecisionRecall) -> Iterable[CurvePoint]:
    """Points of a curve, evenly along its recall, and no more than a plot shows."""
    if not len(told.recall):
        return
    wanted = np.linspace(0, told.recall[-1], MOST_POINTS)
    for place in np.unique(np.searchsorted(told.recall, wanted)):
        values = told.scores[place], told.precision[place], told.recall[place]
        yield CurvePoint(*(round(float(each), 4) for each in values))


def _confused(found: DetectorEvaluation) -> Iterable[Confused]:
    labels = [*(each.label for each in found.classes), None]
    for row, label in enumerate(labels):
        for column, said in enumerate(labels):
            if count := int(found.confusion.counts[row, column]):
                yield Confused(label, said, count)


def _worst(found: DetectorEvaluation) -> Iterable[WorstPicture]:
    mistakes = found.confusion.mistakes
    for place in np.argsort(-mistakes, kind="stable")[:MOST_WORST]:
        if mistakes[place]:
            each = found.pictures.pictures[place]
            yield WorstPicture(each.picture, each.name, int(mistakes[place]))
