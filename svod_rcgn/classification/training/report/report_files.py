"""The report of a version, written beside its network."""

from collections.abc import Mapping
from pathlib import Path

from threadpoolctl import threadpool_limits

from ....datasets.collection import Dataset
from ....storage import files
from ...build import load_classifier
from .. import learning_curve
from ..classifier import Trained
from ..records import TrainingRecord
from .class_evidence import measure_evidence
from .classifier_report import ClassifierReport, measure
from .suspects import Mending

REPORT_FILE, PAGE_FILE = "report.json", "report.html"


def document(trained: Trained, dataset: Dataset, datasets_dir: Path | None = None) -> ClassifierReport:
    """Measure how heads fare with fewer shootings and where the evidence lies, and write the report.

    Both are written beside the new version.

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
    network = load_classifier(str(trained.folder), trained.folder.parent)
    evidence = list(measure_evidence(network, material.lessons))
    mending = Mending(dataset.name, datasets_dir)
    report = measure(trained.record, curve, trained.comparison, mending, evidence)
    _write(trained.folder, report, trained.record, {each.hash: each.path for each in dataset.pictures()})
    return report


def _write(
    folder: Path, report: ClassifierReport, record: TrainingRecord, pictures: Mapping[str, Path]
) -> None:
    """Write report.json and report.html, each whole or not at all."""
    from .classifier_page import render  # matplotlib is slow to import

    files.write_record(folder / REPORT_FILE, report)
    files.write_bytes(folder / PAGE_FILE, render(report, record, pictures).encode())
