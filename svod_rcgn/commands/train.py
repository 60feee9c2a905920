"""Teach networks of one's own from datasets."""

from __future__ import annotations

from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .. import terminal
from ..classification import settings
from ..text import counted, on_one_line
from . import base, options, progress
from .datasets import DATASETS_DIR
from .onnx_target import check_target
from .train_detector import detector
from .train_digits import digits

if TYPE_CHECKING:
    from ..classification.training.classifier import Trained
    from ..classification.training.learned import EpochDone
    from ..classification.training.records import Epoch, TrainingRecord
    from ..classification.training.report.classifier_report import ClassifierReport
    from ..reporter import Reporter
    from ..reports.proportions import Proportion

_TAUGHT, _WRITTEN = "What is taught", "How it is written"
_EVERY = 5  # epochs, of which one is told
_FORECASTS = 3


@base.group("train")
def main() -> None:
    """Teach a network of your own from a dataset."""


@base.command("classifier")
@click.argument("dataset", metavar="DATASET")
@base.option("--name", section=_TAUGHT, show_default="the dataset's", help="What to call it.")
@base.option(
    "--none",
    "none",
    metavar="FOLDER|CLASS",
    section=_TAUGHT,
    help="Pictures of none of the classes.",
)
@base.option(
    "--backbone",
    metavar="NAME",
    default=settings.IMAGENET,
    section=base.NETWORKS,
    help="The network to learn on.",
)
@base.option(
    "--refuse_worse",
    is_flag=True,
    section=_TAUGHT,
    help="Fail when it is worse than the one in use.",
)
@base.option("--int8", is_flag=True, section=_WRITTEN, help="In 8 bits; the full one lies beside.")
@base.option(
    "--onnx",
    type=click.Path(dir_okay=False, path_type=Path),
    section=_WRITTEN,
    help="Write it as ONNX, too.",
)
@base.option(
    "--format",
    "style",
    type=click.Choice(["table", "json"]),
    default="table",
    section=base.RUN,
    help="For people or for programs.",
)
@base.folder_option(
    "--datasets_dir", default=DATASETS_DIR, section=base.FOLDERS, help="Where the datasets lie."
)
@options.models_dir
@options.device
def classifier(
    dataset: str,
    *,
    name: str | None,
    none: str | None,
    backbone: str,
    refuse_worse: bool,
    int8: bool,
    onnx: Path | None,
    style: str,
    datasets_dir: Path,
    models_dir: Path,
    device: str,
) -> None:
    """Teach a network to tell the classes of DATASET by whole pictures.

    Classes exclude each other where every picture shows one; as soon as one shows two, each is a question of
    its own. How good it is is measured on shootings that were left out, and said with its interval. It is
    the network in use then, and the versions before it are kept. --none teaches what looks like the classes
    and is none of them: a class of the dataset, or a folder. report.html beside the network shows what it
    is worth, with the pictures.
    """
    from ..classification.training.classifier import TrainingRequest, train_classifier
    from ..classification.training.report.report_files import document
    from ..datasets.collection import open_dataset

    if onnx:
        check_target(onnx)
    told = style == "table"
    with (
        closing(open_dataset(datasets_dir, dataset, "svod train")) as opened,
        progress.reporter(err=not told) as reporter,
    ):
        request = TrainingRequest(
            name or opened.name, models_dir, backbone, device, none, int8, refuse_worse=refuse_worse
        )
        trained = train_classifier(opened, request, reporter, _teller(reporter))
        reporter.say("writing the report")
        report = document(trained, opened, None if datasets_dir == DATASETS_DIR else datasets_dir)
    if onnx:
        _write_onnx(trained, onnx)
    if told:
        _tell(trained, report)
    else:
        terminal.write_data(_as_json(trained))


def _write_onnx(trained: Trained, target: Path) -> None:
    from ..classification.training.classifier import write_onnx

    write_onnx(trained, target)


def _teller(reporter: Reporter) -> EpochDone:
    from ..classification.training.head import HEAD

    def tell(epoch: Epoch) -> None:
        if epoch.number == 1 or not epoch.number % _EVERY:
            reporter.say(f"epoch {epoch.number}: loss {epoch.loss:.3f}{_of_left_out(epoch)}")
        reporter.progress(epoch.number, HEAD.epochs)

    return tell


def _of_left_out(epoch: Epoch) -> str:
    return f"; left out: {_share(epoch.accuracy)}" if epoch.accuracy else ""


def _share(found: Proportion) -> str:
    share, low, high = (100 * each for each in (found.share, found.low, found.high))
    return f"{share:.1f} % of {found.trials:,} right ({low:.1f} to {high:.1f} %)"


def _tell(trained: Trained, report: ClassifierReport) -> None:
    from ..classification.training.report.sentences import forecast_lines
    from ..classification.training.version_comparison import comparison_lines

    record, folder = trained.record, trained.folder
    size = f"{counted(len(record.classes), 'class')} of {counted(record.pictures, 'picture')}"
    base.say(f"{on_one_line(record.name)}, version {record.version}: {size} in {record.seconds:.2f} s")
    if record.accuracy:
        told = f"of pictures left out with their shootings: {_share(record.accuracy)}"
        base.say(f"{told}; kept epoch {record.best}")
    if record.least_nearness is None:
        base.say("it calls nothing unknown, since no shooting could be left out to tell from where on")
    elif record.kept:
        base.say(f"of those it calls {100 * (1 - record.kept.share):.1f} % unknown: {_limit(record)}")
    if record.negatives:
        let_in = record.negatives.let_in
        base.say(
            f"of {record.negatives.source}, left out: {100 * let_in.share:.1f} % of {let_in.trials:,} let in"
        )
    if record.eight_bits and record.eight_bits.accuracy:
        eight = record.eight_bits
        base.say(f"in 8 bits: {_share(eight.accuracy)}; {counted(eight.differing, 'answer')} differ")  # type: ignore[arg-type]
    for line in (*comparison_lines(trained.comparison), *islice(forecast_lines(report.curve), _FORECASTS)):
        base.say(on_one_line(line))
    base.say(f"report.html and report.json are in {folder}")
    base.say(
        f"{folder} is in use; `python -m svod_rcgn.control reload_classifiers` lets a running camera use it"
    )


def _limit(record: TrainingRecord) -> str:
    return f"the nearness is below {record.least_nearness:.2f}"


def _as_json(trained: Trained) -> bytes:
    import msgspec

    return msgspec.json.format(msgspec.json.encode(_summary(trained)), indent=2) + b"\n"


def _summary(trained: Trained) -> dict[str, Any]:
    """What programs are told; all of it is in training.json and report.json beside the network."""
    record = trained.record
    found, comparison = record.accuracy, trained.comparison
    return {
        "name": record.name,
        "version": record.version,
        "left_out": {
            "accuracy": found and found.share,
            "interval": found and [found.low, found.high],
            "pictures": found.trials if found else 0,
        },
        "seconds": record.seconds,
        "features_seconds": record.features_seconds,
        "dataset": record.dataset,
        "state": record.state,
        "independent": record.independent,
        "pictures": record.pictures,
        "shootings": record.shootings,
        "classes": [
            {"label": each.label, "pictures": each.pictures, "shootings": each.shootings, "limit": each.limit}
            for each in record.classes
        ],
        "best_epoch": record.best,
        "temperature": record.temperature,
        "least_nearness": record.least_nearness,
        "kept": record.kept and record.kept.share,
        "negatives_let_in": record.negatives and record.negatives.let_in.share,
        "eight_bits": record.eight_bits
        and {
            "accuracy": record.eight_bits.accuracy and record.eight_bits.accuracy.share,
            "differing": record.eight_bits.differing,
        },
        "comparison": comparison
        and {
            "version": comparison.version,
            "pictures": comparison.pictures,
            "differing": len(comparison.changes),
            "worse": comparison.worse,
            "chance": comparison.chance,
        },
        "notes": list(record.notes),
    }


main.add_command(classifier)
main.add_command(detector)
main.add_command(digits)
