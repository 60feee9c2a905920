"""The report of a version as one page; see `reports.html_page`."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from pathlib import Path

from ....reports import diagrams, html_page
from ....text import counted
from ..records import LeftOutAnswer, TrainingRecord
from ..version_comparison import BETTER, OTHER, WORSE, ChangedAnswer, comparison_lines
from . import classifier_plots, sentences
from .classifier_report import Cell, ClassifierReport, ClassResult
from .thumbnails import thumbnails

MOST_CLASSES = 100
MOST_OF_A_CELL = 60
MOST_LISTED = 5000
MOST_SUSPECTS = 100
MOST_CHANGES = 200


@dataclass(frozen=True, slots=True)
class Listed:
    """A cell with its number on the page, and the left-out answers that it lists; `more` are not listed."""

    number: int
    cell: Cell
    answers: Sequence[LeftOutAnswer]
    more: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows of the confusion matrix: a class and, by the classes of the columns, cells or None."""

    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Listed | None]]]
    hidden: int


def render(report: ClassifierReport, record: TrainingRecord, files: Mapping[str, Path]) -> str:
    """Write the page.

    Args:
        report: The numbers.
        record: What they were made from.
        files: Where the dataset's pictures lie, by their hashes.
    """
    listed = list(_listed(report, record))
    small = thumbnails(_wanted(report, listed), files)
    changes = report.comparison.changes if report.comparison else ()
    template = html_page.environment(__package__).get_template("classifier_page.html.jinja")
    return template.render(
        report=report,
        sentences=sentences,
        counted=counted,
        numbers={digest: number for number, digest in enumerate(small.images)},
        thumbnails=small,
        matrix=_matrix(report, listed),
        decisions=_decisions(report, listed),
        listed=listed,
        labels=record.labels,
        widest=max(each.pictures for each in report.classes),
        compared=comparison_lines(report.comparison),
        told_chance=any("(p = " in line for line in comparison_lines(report.comparison)),
        changes=list(_by_kind(changes[:MOST_CHANGES])),
        more_changes=max(0, len(changes) - MOST_CHANGES),
        suspects=report.suspects[:MOST_SUSPECTS],
        more_suspects=report.suspects_found - len(report.suspects[:MOST_SUSPECTS]),
        reliability=html_page.plot(_reliability(report)),
        kept=html_page.plot(classifier_plots.kept(report)),
        learning=html_page.plot(classifier_plots.learning(report.curve)),
    )


def _reliability(report: ClassifierReport) -> str | None:
    return diagrams.reliability(report.calibration.bins) if report.calibration else None


def _listed(report: ClassifierReport, record: TrainingRecord) -> Iterator[Listed]:
    """The cells with as many of their pictures as the page has room for, the wrong ones first."""
    answers = {each.picture: each for each in record.left_out}
    room = MOST_LISTED
    for number, cell in sorted(enumerate(report.cells), key=lambda item: item[1].right):
        shown = cell.pictures[: min(MOST_OF_A_CELL, room)]
        room -= len(shown)
        yield Listed(number, cell, [answers[each] for each in shown], cell.count - len(shown))


def _wanted(report: ClassifierReport, listed: Sequence[Listed]) -> Iterator[str]:
    """The hashes of what the page would show, the most important first."""
    changes = report.comparison.changes if report.comparison else ()
    yield from (each.picture for each in changes[:MOST_CHANGES])
    yield from (each.picture for each in report.suspects[:MOST_SUSPECTS])
    yield from (each.outermost for each in report.evidence)
    for right in (False, True):
        cells = [each.answers for each in listed if each.cell.right == right]
        yield from (each.picture for each in chain.from_iterable(zip_longest(*cells)) if each)


def _matrix(report: ClassifierReport, listed: Sequence[Listed]) -> Matrix | None:
    """The matrix of classes that exclude each other; of too many, of those that were confused most."""
    if report.independent or not listed:
        return None
    labels = _shown_labels(report)
    cells = {(each.cell.label, each.cell.said): each for each in listed}
    rows = [(shows, [cells.get((shows, said)) for said in labels]) for shows in labels]
    return Matrix(labels, rows, len(report.classes) - len(labels))


def _shown_labels(report: ClassifierReport) -> list[str]:
    labels = [each.label for each in report.classes]
    if len(labels) <= MOST_CLASSES:
        return labels
    errors = Counter[str]()
    for each in report.cells:
        if not each.right:
            errors.update({each.label: each.count, str(each.said): each.count})
    most = {label for label, _ in errors.most_common(MOST_CLASSES)}
    return [label for label in labels if label in most]


def _decisions(
    report: ClassifierReport, listed: Sequence[Listed]
) -> list[tuple[ClassResult, dict[tuple[bool, bool], Listed]]]:
    """Of classes that are questions of their own the cells by whether they are shown, and said rightly."""
    if not report.independent or not listed:
        return []
    cells: dict[str, dict[tuple[bool, bool], Listed]] = defaultdict(dict)
    for each in listed:
        cells[each.cell.label][each.cell.shown, each.cell.right] = each
    return [(each, cells[each.label]) for each in report.classes[:MOST_CLASSES]]


def _by_kind(changes: Sequence[ChangedAnswer]) -> Iterator[tuple[str, list[ChangedAnswer]]]:
    for kind in (WORSE, BETTER, OTHER):
        own = [each for each in changes if each.kind == kind]
        if own:
            yield kind, own
