"""Teach detectors of one's own from the boxes of datasets."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import click

from .. import terminal
from ..text import counted, on_one_line
from . import base, options, progress
from .datasets import DATASETS_DIR
from .onnx_target import check_target

if TYPE_CHECKING:
    from ..objects.evaluation.average_precision import AveragePrecision
    from ..objects.training.detector import TrainedDetector
    from ..objects.training.longer import EpochDone
    from ..objects.training.records import ClassScores, DetectorEpoch
    from ..reporter import Reporter

_TAUGHT, _WRITTEN = "What is taught", "How it is written"
_BACKBONE = "imagenet"
_SUSPECTS = 5


@base.command("detector")
@click.argument("dataset", metavar="DATASET")
@base.option("--name", section=_TAUGHT, show_default="the dataset's", help="What to call it.")
@base.option(
    "--minutes",
    type=base.Range(min=0.0),
    default=0.0,
    section=_TAUGHT,
    help="Learn on for so long; needs TensorFlow.",
)
@base.option(
    "--preview",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    section=_TAUGHT,
    help="Write pictures as they are learned from.",
)
@base.option(
    "--backbone", metavar="NAME", default=_BACKBONE, section=base.NETWORKS, help="The network to learn on."
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
def detector(
    dataset: str,
    *,
    name: str | None,
    minutes: float,
    preview: Path | None,
    backbone: str,
    int8: bool,
    onnx: Path | None,
    style: str,
    datasets_dir: Path,
    models_dir: Path,
    device: str,
) -> None:
    """Teach a network to find what the boxes of DATASET show.

    How large pictures are fed and how fine the cells are follows from the sizes of the boxes. How good it is
    is measured on shootings that were left out, and said with its interval; the score from which each class
    counts is the best one there. It is the network in use then, and the versions before it are kept.

    That takes seconds. With --minutes it is in use while a finer one learns on, which becomes the next
    version if it is better on the shootings left out; Ctrl-C ends that, and the best so far is kept.
    """
    from ..datasets.collection import open_dataset
    from ..objects.training.detector import DetectorRequest, train_detector, write_onnx
    from ..objects.training.longer import check_installed, train_longer

    begun = perf_counter()
    if minutes:
        check_installed()
    if preview:
        _check_preview(preview, minutes)
    if onnx:
        check_target(onnx)
    told = style == "table"
    with (
        closing(open_dataset(datasets_dir, dataset, "svod train")) as opened,
        progress.reporter(err=not told) as reporter,
    ):
        request = DetectorRequest(name or opened.name, models_dir, backbone, device, int8)
        trained = train_detector(opened, request, reporter)
        if minutes:
            _write_preview(trained, preview, reporter)
            reporter.say(f"{trained.folder} is in use; learning on{_found(trained.record.precision)}")
            left = 60 * minutes - (perf_counter() - begun)
            trained = train_longer(trained, request, left, reporter, _teller(reporter))
    if onnx:
        write_onnx(trained, onnx)
    if told:
        _tell(trained)
    else:
        terminal.write_data(_as_json(trained))


def _check_preview(folder: Path, minutes: float) -> None:
    from ..objects.training.preview import check_empty

    if not minutes:
        raise click.UsageError("--preview goes with --minutes: what is learned at once is mirrored only")
    check_empty(folder)


def _write_preview(trained: TrainedDetector, folder: Path | None, reporter: Reporter) -> None:
    from ..objects.training import preview

    if folder:
        material = trained.material
        written = preview.write(folder, material.pictures, material.size, 0)
        reporter.say(f"{counted(len(written), 'picture')} to look at in {folder}")


def _teller(reporter: Reporter) -> EpochDone:
    def tell(epoch: DetectorEpoch, left: float) -> None:
        told = f"epoch {epoch.number}: loss {epoch.loss:.3f}{_found(epoch.precision)}"
        reporter.say(f"{told}; {int(left // 60)} min {int(left % 60)} s left")

    return tell


def _found(precision: AveragePrecision | None) -> str:
    if precision is None:
        return ""
    return f"; left out: mAP@0.5 {precision.half:.3f}, @0.5:0.95 {precision.mean:.3f}"


def _tell(trained: TrainedDetector) -> None:
    record, folder = trained.record, trained.folder
    size = f"{counted(len(record.classes), 'class')} of {counted(record.pictures, 'picture')}"
    base.say(f"{on_one_line(record.name)}, version {record.version}: {size} in {record.seconds:.1f} s")
    for each in record.classes:
        base.say(on_one_line(_line(each)))
    if record.precision:
        told = f"mAP@0.5 {record.precision.half:.3f}"
        if record.interval:
            told += f" ({record.interval[0]:.3f} to {record.interval[1]:.3f})"
        base.say(f"of pictures left out with their shootings: {told}, @0.5:0.95 {record.precision.mean:.3f}")
    _tell_suspects(trained)
    if eight := record.eight_bits:
        base.say(f"in 8 bits it finds {eight.alike:,} of the {counted(eight.found, 'object')} found in full")
    base.say(
        f"{folder} is in use; `python -m svod_rcgn.detect PICTURE --network {folder.parent.name}` asks it"
    )


def _tell_suspects(trained: TrainedDetector) -> None:
    """What people may have drawn wrong, the surest of all first."""
    from ..objects.training.doubtful_boxes import suspects

    found = suspects(trained.record)
    for each in found[:_SUSPECTS]:
        sides = each.box.left, each.box.top, each.box.right, each.box.bottom
        told = f"{each.told} at {','.join(str(round(side)) for side in sides)} ({each.score:.2f})"
        said = "nothing" if each.said is None else each.said
        base.say(on_one_line(f"look again: {each.name}: {told}, where {said} is drawn"))
    if len(found) > _SUSPECTS:
        base.say(f"look again: {len(found) - _SUSPECTS} more are in the JSON that --format json writes")


def _line(found: ClassScores) -> str:
    told = f"{found.label}: {counted(found.boxes, 'box')} in {counted(found.pictures, 'picture')}"
    if found.precision:
        told += f"; AP@0.5 {found.precision.half:.3f}, @0.5:0.95 {found.precision.mean:.3f}"
    return f"{told}; counts from a score of {found.limit:.2f} on (F1 {found.f1:.2f})"


def _as_json(trained: TrainedDetector) -> bytes:
    import msgspec

    return msgspec.json.format(msgspec.json.encode(_summary(trained)), indent=2) + b"\n"


def _summary(trained: TrainedDetector) -> dict[str, Any]:
    """What programs are told; all of it is in detector.json beside the network."""
    from ..objects.training.doubtful_boxes import suspects

    record = trained.record
    return {
        "name": record.name,
        "version": record.version,
        "left_out": _both(record.precision) | {"interval": record.interval},
        "size": {"height": record.size[0], "width": record.size[1]},
        "stride": record.stride,
        "seconds": record.seconds,
        "maps_seconds": record.maps_seconds,
        "dataset": record.dataset,
        "state": record.state,
        "pictures": record.pictures,
        "shootings": record.shootings,
        "classes": [
            {"label": each.label, "boxes": each.boxes, "pictures": each.pictures, "limit": each.limit,
             "f1": each.f1, **_both(each.precision)}
            for each in record.classes
        ],
        "best_epoch": record.best,
        "eight_bits": record.eight_bits,
        "suspects": suspects(trained.record),
        "notes": record.notes,
    }  # fmt: skip


def _both(found: AveragePrecision | None) -> dict[str, Any]:
    return {"map50": found and found.half, "map50_95": found and found.mean}
