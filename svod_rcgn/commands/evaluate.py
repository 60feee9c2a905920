"""How well people, classes and objects are told, on one's own pictures or on a list of pairs."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .. import terminal
from ..faces.settings import Paths
from ..text import counted
from . import base, options
from .datasets import DATASETS_DIR
from .evaluate_detector import DetectorQuestion, evaluate_detector
from .tables import print_table

if TYPE_CHECKING:
    from ..classification.scores import ClassifierScore
    from ..faces.evaluation.face_reader import Miss
    from ..faces.evaluation.identification import Identification
    from ..faces.evaluation.verification import Verification
    from ..reports.proportions import Proportion

JSON_FILE = "evaluation.json"
PNG_FILE = "det.png"
_IDENTIFICATION, _VERIFICATION = "Folders of PERSON/pictures to tell apart", "Pairs to compare"
_CLASSES = "Classes of the pictures of DATASET"
_OBJECTS = "Boxes of DATASET, by --detector NAME"
_WAYS = "give --gallery and --probes, or --pairs and --images, or --classifier or --detector and a DATASET"


@base.command("evaluate")
@click.argument("dataset", metavar="[DATASET]", required=False)
@base.option("--classifier", metavar="NAME", section=_CLASSES, help="The network that is asked.")
@base.folder_option("--gallery", section=_IDENTIFICATION, help="Those who are taught.")
@base.folder_option("--probes", section=_IDENTIFICATION, help="Other pictures of them.")
@base.folder_option("--strangers", section=_IDENTIFICATION, help="Those who should stay unknown.")
@base.option(
    "--pairs",
    type=click.Path(dir_okay=False, path_type=Path),
    section=_VERIFICATION,
    help="List of pairs in the format of LFW.",
)
@base.folder_option("--images", section=_VERIFICATION, help="Folder of the NAME/NAME_0001.jpg in it.")
@base.option("--against", metavar="NAME", section=_OBJECTS, help="Another network, or version as NAME@2.")
@base.option(
    "--latency", type=base.Range(min=0.1), metavar="MS", section=_OBJECTS, help="Fail if slower (p95)."
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
    "--output", default=Path("data/evaluation"), section=base.FOLDERS, help="For numbers and curve."
)
@base.folder_option(
    "--datasets_dir", default=DATASETS_DIR, section=base.FOLDERS, help="Where the datasets lie."
)
@options.models_dir
@options.model
@options.detector_dir
@options.background_dir
@options.device
def main(
    dataset: str | None,
    *,
    classifier: str | None,
    gallery: Path | None,
    probes: Path | None,
    strangers: Path | None,
    pairs: Path | None,
    images: Path | None,
    against: str | None,
    latency: float | None,
    style: str,
    output: Path,
    datasets_dir: Path,
    models_dir: Path,
    model: Path,
    detector_dir: Path,
    background_dir: Path | None,
    device: str,
) -> None:
    """Measure identification (--gallery, --probes), verification (--pairs, --images) or a DATASET.

    Writes evaluation.json into --output, and det.png or report.html. A picture in which no face is found
    counts as missed and is listed. Without --strangers, each tenth of the gallery is left out in turn and
    its probes are the strangers.

    A --classifier is asked of the pictures of DATASET, but of none that was taken together with one that it
    has learned from. A --detector NAME finds what the boxes of DATASET show.
    """
    paths = Paths(embedding_dir=model, detection_dir=detector_dir, background_dir=background_dir)
    known, listed = any((gallery, probes, strangers)), any((pairs, images))
    sought = bool(dataset and base.asked_for("detector_dir"))
    if known + listed + bool(classifier) + sought != 1 or bool(dataset) != (sought or bool(classifier)):
        raise click.UsageError(_WAYS)  # one subject at a time
    if not sought and base.asked_for("against", "latency"):
        raise click.UsageError("--against and --latency go with a DATASET and --detector NAME")
    if sought and dataset:
        question = DetectorQuestion(str(detector_dir), against, models_dir, device, latency)
        return evaluate_detector(question, dataset, datasets_dir, output, style)
    found: Any
    tell: Callable[[Any], None]
    if classifier and dataset:
        found, tell = _score(classifier, dataset, datasets_dir, models_dir, device), _tell_score
    elif pairs and images:
        found, tell = _verify(pairs, images, paths, device), _tell_verification
    elif gallery and probes:
        found, tell = _identify(gallery, probes, strangers, paths, device), _tell_identification
    else:
        raise click.UsageError(_WAYS)
    _write(found, output)
    return _show(found, tell, style, output)


def _show(found: Any, tell: Callable[[Any], None], style: str, output: Path) -> None:
    if style == "json":
        terminal.write_data(_as_json(found))
    else:
        tell(found)
        base.say(f"the numbers are in {output}")


def _score(
    classifier: str, dataset: str, datasets_dir: Path, models_dir: Path, device: str
) -> "ClassifierScore":
    from ..classification.scores import score
    from ..datasets.collection import open_dataset

    with closing(open_dataset(datasets_dir, dataset, "svod evaluate")) as opened:
        return score(classifier, opened, models_dir, device)


def _identify(
    gallery: Path, probes: Path, strangers: Path | None, paths: Paths, device: str
) -> "Identification":
    from ..faces.evaluation.identification import Folders, identify
    from . import progress

    return identify(Folders(gallery, probes, strangers), paths, device, progress.track)


def _verify(pairs: Path, images: Path, paths: Paths, device: str) -> "Verification":
    from ..faces import build
    from ..faces.evaluation.face_reader import FaceReader
    from ..faces.evaluation.verification import verify
    from . import progress

    reader = FaceReader(*build.build_stages(paths, device))
    return verify(pairs, images, reader, progress.track)


def _write(found: "Identification | Verification | ClassifierScore", output: Path) -> None:
    from ..reports.det import det_png
    from ..storage import files

    files.write_record(output / JSON_FILE, found)
    curve = getattr(found, "curve", None)
    if curve is None:  # a curve of an earlier run would pass for this one's
        (output / PNG_FILE).unlink(missing_ok=True)
    else:
        files.write_bytes(output / PNG_FILE, det_png(curve))


def _as_json(found: "Identification | Verification | ClassifierScore") -> bytes:
    import msgspec

    return msgspec.json.format(msgspec.json.encode(found), indent=2) + b"\n"


def _tell_identification(found: "Identification") -> None:
    shares = {
        "identified": found.identified,
        "called unknown": found.unknown,
        "given another's name": found.misnamed,
        "strangers named": found.falsely_named,
    }
    print_shares(shares)
    print_misses(found.misses)


def _tell_verification(found: "Verification") -> None:
    print_misses(found.misses)
    base.say(
        f"accuracy {found.accuracy:.2%} ± {found.standard_error:.2%} "
        f"(mean and standard error of {len(found.folds)} folds, {found.pairs} pairs)"
    )


def _tell_score(found: "ClassifierScore") -> None:
    shares = {
        "right": found.right,
        **({"one of five right": found.top5} if found.top5 else {}),
        "called known": found.known,
        "of other classes, called known": found.let_in,
    }
    print_shares({**shares, **{f"right: {label}": each for label, each in found.classes.items()}})
    for each in found.confusions:
        base.say(f"{each.shows} taken for {each.said}: {counted(each.pictures, 'picture')}")
    if found.taught:
        taught = counted(found.taught, "picture")
        base.say(f"not asked: {taught} of shootings that {found.network} learned from")
    if found.taught is None:
        base.say(f"nobody knows here which pictures {found.network} learned from; these may be among them")
    if found.unreadable:
        base.say(f"{counted(found.unreadable, 'picture')} could not be read")


def print_shares(shares: Mapping[str, "Proportion | None"]) -> None:
    """Show shares with their intervals."""
    rows = [(title, *_row(value)) for title, value in shares.items()]
    print_table(("", "share", "pictures", "95 % interval"), rows)


def _row(value: "Proportion | None") -> tuple[str, ...]:
    if value is None:
        return "not measured", "", ""
    counts = f"{value.count} of {value.trials}"
    return f"{value.share:.1%}", counts, f"{value.low:.1%} to {value.high:.1%}"


def print_misses(misses: Sequence["Miss"]) -> None:
    """List the pictures in which no face was found."""
    for miss in misses:
        base.say(f"missed: {miss.picture}: {miss.reason}")
