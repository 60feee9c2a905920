"""How well a detector finds what a dataset shows, and how fast it is here."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from .. import terminal
from . import base, progress
from .tables import print_table

if TYPE_CHECKING:
    from ..objects.evaluation.average_precision import AveragePrecision
    from ..objects.evaluation.detector_report import DetectorReport
    from ..objects.evaluation.evaluate import ClassResult, DetectorEvaluation
    from ..objects.evaluation.latency import Latency
    from ..objects.stages.detect import ObjectDetector

JSON_FILE, PAGE_FILE = "evaluation.json", "report.html"
_PRECISIONS = ("class", "boxes", "AP@0.5", "AP", "small", "medium", "large")
_LIMITS = ("class", "limit", "right", "found", "best limit", "F1 there")
_MOST_BOXES = 1000
_TIMED = 20  # pictures


@dataclass(frozen=True, slots=True)
class DetectorQuestion:
    """What is asked: which network, another to compare it with, and a promise in ms that it should keep."""

    network: str
    against: str | None
    models_dir: Path
    device: str
    latency: float | None


def evaluate_detector(
    question: DetectorQuestion, name: str, datasets_dir: Path, output: Path, style: str
) -> None:
    """Measure on the dataset of a name, write numbers and page, and show what counts.

    Raises:
        SvodError: Something is missing or damaged, or the network is slower than was promised.
    """
    from ..datasets.collection import open_dataset
    from ..objects.evaluation.detector_report import report_of
    from ..objects.evaluation.evaluate import evaluate

    told = style == "table"
    with (
        closing(open_dataset(datasets_dir, name, "svod evaluate")) as dataset,
        progress.reporter(err=not told) as reporter,
    ):
        names = question.network, *((question.against,) if question.against else ())
        known = [_taught(each, question.models_dir) for each in names]
        taught = frozenset[str]().union(*(each for each in known if each))
        found, *others = (evaluate(dataset, _loader(question, each)(), reporter, taught) for each in names)
    if known[0] is None:
        note = f"nobody knows here which pictures {found.network} learned from; these may be among them"
        found = replace(found, notes=(*found.notes, note))
    latency = _latency(question, found) if question.latency is not None else None
    report = report_of(found, latency)
    _write(report, found, output)
    lines = [line for other in others for line in _comparison(found, other)]
    if told:
        _tell(report, lines)
        base.say(f"{JSON_FILE} and {PAGE_FILE} are in {output}")
    else:
        terminal.write_data(_as_json(report, lines))
    if latency and question.latency is not None:
        _hold(latency, question.network, question.latency, err=not told)


def _taught(name: str, models_dir: Path) -> frozenset[str] | None:
    """The hashes of the pictures that a network learned from; None where nobody knows."""
    from ..errors import InputError
    from ..networks import find_network
    from ..networks.card import OBJECTS
    from ..objects import settings
    from ..objects.training import records
    from ..objects.training.records import DetectorRecord
    from ..storage import files

    folder = find_network(name, models_dir, OBJECTS, settings.FETCH)
    try:
        taught = files.read_record(folder / records.FILE, DetectorRecord).taught
    except InputError:
        return None
    return None if taught is None else frozenset(taught)


def _loader(question: DetectorQuestion, name: str) -> "Callable[[], ObjectDetector]":
    from functools import partial

    from ..objects.build import load_detector
    from ..objects.evaluation.evaluate import LEAST
    from ..objects.settings import ObjectSettings

    wishes = ObjectSettings(score=LEAST, most=_MOST_BOXES)
    return partial(load_detector, name, question.models_dir, wishes, question.device)


def _latency(question: DetectorQuestion, found: "DetectorEvaluation") -> "Latency":
    """At the limits in use, which is how it works."""
    from functools import partial

    from ..objects.build import load_detector
    from ..objects.evaluation.latency import measure
    from ..objects.settings import ObjectSettings
    from ..storage import images

    load = partial(load_detector, question.network, question.models_dir, ObjectSettings(), question.device)
    return measure(load, [images.read_picture(each.path) for each in found.pictures.pictures[:_TIMED]])


def _write(report: "DetectorReport", found: "DetectorEvaluation", output: Path) -> None:
    from ..objects.evaluation.page.detector_page import render
    from ..storage import files

    files.write_record(output / JSON_FILE, report)
    files.write_bytes(output / PAGE_FILE, render(report, found).encode())


def _as_json(report: "DetectorReport", lines: list[str]) -> bytes:
    """What programs are told; all of it is in evaluation.json."""
    import msgspec

    summary = {
        "network": report.network,
        "version": report.version,
        "dataset": report.dataset,
        "state": report.state,
        "pictures": report.pictures,
        **_numbers(report.precision),
        "interval": report.interval,
        "sizes": {name: _numbers(each) for name, each in report.sizes.items()},
        "classes": {each.label: _numbers(each.precision) | _class_numbers(each) for each in report.classes},
        "latency": report.latency,
        "comparison": lines,
        "notes": report.notes,
    }
    return msgspec.json.format(msgspec.json.encode(summary), indent=2) + b"\n"


def _numbers(found: "AveragePrecision | None") -> dict[str, float | None]:
    return {"map50": found.half if found else None, "map50_95": found.mean if found else None}


def _class_numbers(found: "ClassResult") -> dict[str, float | None]:
    return {
        "boxes": found.boxes,
        "limit": found.limit,
        "right_at_limit": found.right_at_limit,
        "found_at_limit": found.found_at_limit,
        "best_limit": found.best_limit,
        "best_f1": found.best_f1,
    }


def _tell(report: "DetectorReport", lines: list[str]) -> None:
    for note in report.notes:
        base.say(f"note: {note}", err=True)
    there = [each for each in report.classes if each.boxes]
    print_table(_PRECISIONS, [_precisions(each) for each in there])
    print_table(_LIMITS, [_limits(each) for each in there])
    if report.precision:
        told = f"mAP@0.5 {report.precision.half:.3f}"
        if report.interval:
            told += f" ({report.interval[0]:.3f} to {report.interval[1]:.3f})"
        sizes = ", ".join(f"{name} {_mean(each)}" for name, each in report.sizes.items() if each)
        base.say(f"{told}, @0.5:0.95 {report.precision.mean:.3f}; {sizes}")
    if each := report.latency:
        base.say(
            f"a picture takes {each.p50:.1f} ms (p50), {each.p95:.1f} ms (p95), {each.p99:.1f} ms (p99); "
            f"cold {each.cold:.0f} ms"
        )
    for line in lines:
        base.say(line)


def _precisions(found: "ClassResult") -> tuple[str, ...]:
    half = f"{found.precision.half:.3f}" if found.precision else ""
    sizes = (_mean(each) for each in found.sizes.values())
    return (found.label, str(found.boxes), half, _mean(found.precision), *sizes)


def _limits(found: "ClassResult") -> tuple[str, ...]:
    shares = (f"{each:.0%}" for each in (found.right_at_limit, found.found_at_limit))
    return (found.label, f"{found.limit:.2f}", *shares, f"{found.best_limit:.2f}", f"{found.best_f1:.2f}")


def _mean(found: "AveragePrecision | None") -> str:
    return f"{found.mean:.3f}" if found else ""


def _comparison(found: "DetectorEvaluation", other: "DetectorEvaluation") -> list[str]:
    from ..objects.evaluation.detector_comparison import compare, comparison_lines

    return list(comparison_lines(compare(found, other)))


def _hold(latency: "Latency", network: str, promise: float, *, err: bool) -> None:
    from ..errors import SvodError

    if latency.p95 > promise:
        raise SvodError(
            f"{network} takes up to {latency.p95:.1f} ms for 95 of 100 pictures, not {promise:g}; "
            "take another network, or another --device"
        )
    base.say(f"the promise of {promise:g} ms is kept (p95)", err=err)
