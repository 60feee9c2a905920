"""From the record of a training to the numbers that report.json holds, each with its interval."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ....reports.calibration_error import Calibration, calibration
from ....reports.proportions import Proportion, proportion_by_cluster
from ..learning_curve import LearningCurve
from ..records import LeftOutAnswer, NegativesRecord, TrainingRecord
from ..version_comparison import Comparison
from .answers import Decision, decisions
from .class_evidence import ClassEvidence
from .suspects import Mending, Suspect, suspects

FORMAT_VERSION = 1
MOST_OF_A_CELL = 1000
MOST_SUSPECTS = 500
_LIMITS = 41
_UNEVEN = 2.0


@dataclass(frozen=True, slots=True)
class Cell:
    """Pictures that show `label`, or do not where it is not `shown`, and of which `said` was said.

    Where classes exclude each other, `said` is the likeliest. Where each is a question of its own, it is the
    class itself, or None where it was not said. `count` says how many they are, and `pictures` their hashes,
    MOST_OF_A_CELL at most. `share` is of the pictures that show the same.
    """

    label: str
    shown: bool
    said: str | None
    right: bool
    count: int
    share: Proportion
    pictures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClassResult:
    """A class: how much there is of it, and how it fared when left out.

    `found` is the share of pictures showing it of which it was said, `true` the share of pictures of which it
    was said that show it; None where there are none.
    """

    label: str
    pictures: int
    shootings: int
    limit: float | None
    found: Proportion | None
    true: Proportion | None


@dataclass(frozen=True, slots=True)
class KeptAt:
    """How many left-out pictures of the classes are near enough at a limit of nearness."""

    limit: float
    kept: Proportion


@dataclass(frozen=True, slots=True)
class ClassifierReport:
    """report.json. What could not be measured is None or empty.

    `evidence` says where on their pictures it lies for some classes.

    `accuracy` is of the heads before the refit, on pictures that they were not taught. `asked` pictures
    could be left out, `unasked` could not. `suspects_found` counts suspects, of which MOST_SUSPECTS at most
    are listed. `calibration` is of the likeliest classes, or of all answers where each class is a question of
    its own. `kept` is by the limit of nearness, `least_nearness` the one in use.
    """

    format_version: int
    created: str
    name: str
    version: str
    dataset: str
    state: int
    backbone: str
    independent: bool
    pictures: int
    shootings: int
    asked: int
    unasked: int
    best_epoch: int
    accuracy: Proportion | None
    notes: tuple[str, ...]
    classes: tuple[ClassResult, ...]
    evidence: tuple[ClassEvidence, ...]
    balance: tuple[str, ...]
    cells: tuple[Cell, ...]
    suspects_found: int
    suspects: tuple[Suspect, ...]
    calibration: Calibration | None
    least_nearness: float | None
    kept_in_use: Proportion | None
    kept: tuple[KeptAt, ...]
    negatives: NegativesRecord | None
    curve: LearningCurve | None
    comparison: Comparison | None


def measure(
    record: TrainingRecord,
    curve: LearningCurve | None = None,
    comparison: Comparison | None = None,
    mending: Mending | None = None,
    evidence: Sequence[ClassEvidence] = (),
) -> ClassifierReport:
    """Sum up a training.

    Args:
        record: What is kept of it.
        curve: How its heads fared with fewer shootings.
        comparison: With the version before.
        mending: How commands reach the dataset.
        evidence: Where it lies for some classes.
    """
    questions = list(decisions(record))
    doubted = suspects(record, mending or Mending(record.dataset))
    return ClassifierReport(
        format_version=FORMAT_VERSION,
        created=record.created,
        name=record.name,
        version=record.version,
        dataset=record.dataset,
        state=record.state,
        backbone=record.backbone_name,
        independent=record.independent,
        pictures=record.pictures,
        shootings=record.shootings,
        asked=len(record.left_out),
        unasked=len(record.unasked),
        best_epoch=record.best,
        accuracy=record.accuracy,
        notes=record.notes,
        classes=tuple(_classes(record, questions)),
        evidence=tuple(evidence),
        balance=tuple(_balance(record)),
        cells=tuple(_decided(record, questions) if record.independent else _confused(record)),
        suspects_found=len(doubted),
        suspects=tuple(doubted[:MOST_SUSPECTS]),
        calibration=_calibration(record, questions),
        least_nearness=record.least_nearness,
        kept_in_use=record.kept,
        kept=tuple(_kept(record)),
        negatives=record.negatives,
        curve=curve,
        comparison=comparison,
    )


def share_of(right: Sequence[bool], answers: Sequence[LeftOutAnswer]) -> Proportion | None:
    """The share of right ones, with its interval by shootings; None of none."""
    return proportion_by_cluster(right, [each.shooting for each in answers])


def _classes(record: TrainingRecord, questions: Iterable[Decision]) -> Iterator[ClassResult]:
    shown: dict[int, list[Decision]] = defaultdict(list)
    said: dict[int, list[Decision]] = defaultdict(list)
    for each in questions:
        if each.shows:
            shown[each.place].append(each)
        if each.said:
            said[each.place].append(each)
    for place, each_class in enumerate(record.classes):
        found = share_of([each.said for each in shown[place]], [each.answer for each in shown[place]])
        true = share_of([each.shows for each in said[place]], [each.answer for each in said[place]])
        counts = each_class.label, each_class.pictures, each_class.shootings, each_class.limit
        yield ClassResult(*counts, found, true)


def _confused(record: TrainingRecord) -> Iterator[Cell]:
    """A cell for each class that was shown and each that was said of it."""
    by_truth: dict[int, list[LeftOutAnswer]] = defaultdict(list)
    for each in record.left_out:
        by_truth[each.truth[0]].append(each)
    for truth, answers in sorted(by_truth.items()):
        for said in sorted({each.answers[0][0] for each in answers}):
            inside = [each.answers[0][0] == said for each in answers]
            labels = record.labels[truth], record.labels[said]
            yield _cell(labels[0], labels[1], answers, inside, shown=True)


def _decided(record: TrainingRecord, questions: Iterable[Decision]) -> Iterator[Cell]:
    """Up to four cells for each class: shown or not, and said or not."""
    by_truth: dict[tuple[int, bool], list[Decision]] = defaultdict(list)
    for each in questions:
        by_truth[each.place, each.shows].append(each)
    for (place, shown), own in sorted(by_truth.items()):
        label, answers = record.labels[place], [each.answer for each in own]
        for said in (True, False):
            inside = [each.said == said for each in own]
            if any(inside):
                yield _cell(label, label if said else None, answers, inside, shown=shown)


def _cell(
    label: str, said: str | None, answers: Sequence[LeftOutAnswer], inside: Sequence[bool], *, shown: bool
) -> Cell:
    share = share_of(inside, answers)
    assert share is not None
    own = [each.picture for each, one in zip(answers, inside, strict=True) if one]
    pictures = tuple(own[:MOST_OF_A_CELL])
    return Cell(label, shown, said, (said == label) == shown, len(own), share, pictures)


def _calibration(record: TrainingRecord, questions: Iterable[Decision]) -> Calibration | None:
    if record.independent:
        rows = [(each.probability, each.shows, each.answer.shooting) for each in questions]
    else:
        rows = [(each.answers[0][1], each.right, each.shooting) for each in record.left_out]
    scores, right, shootings = (list(column) for column in zip(*rows, strict=True)) if rows else ([], [], [])
    return calibration(
        np.array(scores, np.float32), np.array(right, np.float32), np.array(shootings, np.int64)
    )


def _kept(record: TrainingRecord) -> Iterator[KeptAt]:
    near = [each for each in record.left_out if each.nearness is not None]
    values = np.array([each.nearness for each in near], np.float64)
    if not len(values):
        return
    for limit in np.unique(np.round(np.linspace(values.min(), values.max(), _LIMITS), 4)).tolist():
        kept = share_of((values >= limit).tolist(), near)
        assert kept is not None
        yield KeptAt(limit, kept)


def _balance(record: TrainingRecord) -> Iterator[str]:
    """How evenly pictures and shootings are spread, in words."""
    classes = sorted(record.classes, key=lambda each: (each.pictures, each.label))
    fewest, most = classes[0], classes[-1]
    if len(classes) > 1:
        ratio = most.pictures / fewest.pictures
        if ratio < _UNEVEN:
            yield f"The classes are balanced: {fewest.pictures:,} to {most.pictures:,} pictures each."
        else:
            yield (
                f"{most.label} has {ratio:.0f} times the pictures of {fewest.label} ({most.pictures:,} and "
                f"{fewest.pictures:,}); what is rare is missed more, so add pictures of {fewest.label} first."
            )
    if record.pictures == record.shootings:
        yield "Every picture is a shooting for itself."
    else:
        yield f"A shooting has {record.pictures / record.shootings:.1f} pictures on average."
    single = [each.label for each in record.classes if each.shootings == 1]
    if single:
        yield f"Of one shooting only, so that nothing tells how well they are known: {', '.join(single)}."
