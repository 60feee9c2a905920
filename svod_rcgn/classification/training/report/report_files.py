"""The report of a version, written beside its network."""

from collections.abc import Mapping
from pathlib import Path

from threadpoolctl import threadpool_limits

from ....datasets.collection import Dataset
from ....storage import files
from .. import learning_curve
from ..classifier import Trained
from ..learning_curve import LearningCurve
from ..records import TrainingRecord
from ..version_comparison import Comparison
from .classifier_report import ClassifierReport, measure
from .suspects import Mending

REPORT_FILE, PAGE_FILE = "report.json", "report.html"


def document(trained: Trained, dataset: Dataset, datasets_dir: Path | None = None) -> ClassifierReport:
    """Measure how heads fare with fewer shootings, and write that and the report beside a new version.

    Args:
        trained: The version, which is in use already.
        dataset: What it was learned from.
        datasets_dir: Where that lies, if not at the usual place.
    """
    material = trained.material
    with threadpool_limits(1):  # for matrices so small threads wait longer than they work
        curve = learning_curve.learning_curve(material.features, material.lessons)
    if curve:
        learning_curve.write(trained.folder, curve)
    pictures = {each.hash: each.path for each in dataset.pictures()}
    mending = Mending(dataset.name, datasets_dir)
    return write_report(trained.folder, trained.record, pictures, curve, trained.comparison, mending)


def write_report(
    folder: Path,
    record: TrainingRecord,
    pictures: Mapping[str, Path],
    curve: LearningCurve | None = None,
    comparison: Comparison | None = None,
    mending: Mending | None = None,
) -> ClassifierReport:
    """Write report.json and report.html, each whole or not at all.

    Args:
        folder: Of the version.
        record: What is kept of the training; all is counted from it.
        pictures: Where the dataset's pictures lie, by their hashes.
        curve: How heads fared with fewer shootings, if that was measured.
        comparison: With the version before, if there was one.
        mending: How commands reach the dataset.
    """
    from .classifier_page import render  # matplotlib is slow to import

    report = measure(record, curve, comparison, mending)
    files.write_record(folder / REPORT_FILE, report)
    files.write_bytes(folder / PAGE_FILE, render(report, record, pictures).encode())
    return report
