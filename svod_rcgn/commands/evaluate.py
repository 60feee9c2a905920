"""How well people are told apart, on one's own pictures or on a list of pairs."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..faces.settings import Paths
from . import base, options
from .tables import print_table

if TYPE_CHECKING:
    from ..faces.evaluation.face_reader import Miss
    from ..faces.evaluation.identification import Identification
    from ..faces.evaluation.verification import Verification
    from ..reports.proportions import Proportion

JSON_FILE = "evaluation.json"
PNG_FILE = "det.png"
_IDENTIFICATION, _VERIFICATION = "Folders of PERSON/pictures to tell apart", "Pairs to compare"


@base.command("evaluate")
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
@base.folder_option(
    "--output", default=Path("data/evaluation"), section=base.FOLDERS, help="For numbers and curve."
)
@options.model
@options.detector_dir
@options.background_dir
@options.device
def main(
    *,
    gallery: Path | None,
    probes: Path | None,
    strangers: Path | None,
    pairs: Path | None,
    images: Path | None,
    output: Path,
    model: Path,
    detector_dir: Path,
    background_dir: Path | None,
    device: str,
) -> None:
    """Measure identification (--gallery, --probes) or verification (--pairs, --images).

    Writes evaluation.json and det.png into --output. A picture in which no face is found counts as
    missed and is listed. Without --strangers, each tenth of the gallery is left out in turn and its
    probes are the strangers.
    """
    paths = Paths(embedding_dir=model, detection_dir=detector_dir, background_dir=background_dir)
    if pairs and images and not (gallery or probes or strangers):
        _verify(pairs, images, paths, device, output)
    elif gallery and probes and not (pairs or images):
        _identify(gallery, probes, strangers, paths, device, output)
    else:
        raise click.UsageError("give either --gallery and --probes, or --pairs and --images")
    base.say(f"numbers and curve are in {output}")


def _identify(
    gallery: Path, probes: Path, strangers: Path | None, paths: Paths, device: str, output: Path
) -> None:
    from ..faces.evaluation.identification import Folders, identify
    from . import progress

    found = identify(Folders(gallery, probes, strangers), paths, device, progress.track)
    _write(found, output)
    shares = {
        "identified": found.identified,
        "called unknown": found.unknown,
        "given another's name": found.misnamed,
        "strangers named": found.falsely_named,
    }
    print_shares(shares)
    print_misses(found.misses)


def _verify(pairs: Path, images: Path, paths: Paths, device: str, output: Path) -> None:
    from ..faces import build
    from ..faces.evaluation.face_reader import FaceReader
    from ..faces.evaluation.verification import verify
    from . import progress

    reader = FaceReader(*build.build_stages(paths, device))
    found = verify(pairs, images, reader, progress.track)
    _write(found, output)
    print_misses(found.misses)
    base.say(
        f"accuracy {found.accuracy:.2%} ± {found.standard_error:.2%} "
        f"(mean and standard error of {len(found.folds)} folds, {found.pairs} pairs)"
    )


def _write(found: "Identification | Verification", output: Path) -> None:
    from ..reports.det import det_png
    from ..storage import files

    files.write_record(output / JSON_FILE, found)
    if found.curve is None:  # a curve of an earlier run would pass for this one's
        (output / PNG_FILE).unlink(missing_ok=True)
    else:
        files.write_bytes(output / PNG_FILE, det_png(found.curve))


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
