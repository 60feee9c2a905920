"""Where objects are on pictures, and which are which through a film."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..objects import settings
from ..objects.settings import ObjectSettings
from . import base, options, picture_inputs
from .detect_output import FORMATS, writer_of

if TYPE_CHECKING:
    from ..objects.annotated import AnnotatedOutput
    from ..storage.images import PictureFile

_ASKED, _WRITTEN = "What is asked", "How it is written"
_DEFAULTS = ObjectSettings()


@base.command("detect")
@click.argument("pictures", metavar=picture_inputs.METAVAR, nargs=-1, required=True)
@base.option("--network", metavar="NAME", default=settings.COCO, section=_ASKED, help="coco, or your own.")
@base.option(
    "--classes",
    "labels",
    type=base.Names(),
    metavar="A,B",
    section=_ASKED,
    show_default="all",
    help="These alone, as person,car.",
)
@base.option(
    "--score",
    type=base.Range(min=0.01, max=1),
    section=_ASKED,
    show_default="each class's own",
    help="The least that counts.",
)
@base.option(
    "--overlap",
    type=base.Range(min=0.01, max=1),
    section=_ASKED,
    show_default="the network's own",
    help="Boxes that share more are one.",
)
@base.option(
    "--max",
    "most",
    type=click.IntRange(min=1, max=1000),
    default=_DEFAULTS.most,
    section=_ASKED,
    help="So many on a picture, the surest.",
)
@base.option("--tiles", is_flag=True, section=_ASKED, help="Look at large pictures in parts, too.")
@base.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    default="table",
    section=_WRITTEN,
    help="For people or for programs.",
)
@base.option(
    "--output",
    type=click.Path(path_type=Path),
    metavar="PATH",
    section=_WRITTEN,
    help="The picture, film or folder with boxes.",
)
@base.option(
    "--labels",
    "labels_dir",
    type=click.Path(path_type=Path),
    metavar="DIR",
    section=_WRITTEN,
    help="A folder for the files of yolo.",
)
@options.models_dir
@options.device
def main(
    *,
    pictures: tuple[str, ...],
    network: str,
    labels: tuple[str, ...] | None,
    score: float | None,
    overlap: float | None,
    most: int,
    tiles: bool,
    form: str,
    output: Path | None,
    labels_dir: Path | None,
    models_dir: Path,
    device: str,
) -> None:
    """Say what is where on pictures: class, score and box.

    A folder stands for all pictures in it, - for one on standard input. Objects of a film are followed, and
    each has a number. Boxes are pixels of the picture after its EXIF turn. Pictures that cannot be read are
    reported and left out; the exit code is 1 then.

    json, jsonl and csv hold everything; coco and yolo are of pictures, without films. --tiles finds small
    things on pictures that are larger than the network takes, and takes as much longer as there are parts;
    films are looked at as a whole. --output and --labels write over nothing.
    """
    from ..media.walk import Walk
    from ..objects import build
    from ..objects.scan import Scanner

    inputs = picture_inputs.inputs_of(pictures)
    _check(form, labels_dir, inputs, tiles=tiles)
    written = _annotated(output, inputs)
    wishes = ObjectSettings(score, overlap, most, labels or (), tiles)
    detector = build.load_detector(network, models_dir, wishes, device)
    build.check_classes([detector], wishes.labels)
    writer = writer_of(form, detector.labels, labels_dir)
    walk = Walk(inputs)
    count = 0
    with written or nullcontext():
        for picture, found in Scanner(detector, build.still(detector, wishes)).scan(walk):
            count += 1
            writer.write(found)
            if written:
                written.write(picture, found)
    writer.finish()
    picture_inputs.check_all_read(walk, count)


def _check(form: str, labels_dir: Path | None, inputs: Sequence[Path | PictureFile], *, tiles: bool) -> None:
    from ..errors import InputError
    from ..media.walk import may_be_a_film
    from ..objects.annotated import check_room

    if labels_dir is not None and form != "yolo":
        raise click.UsageError("--labels is for --format yolo")
    if labels_dir is not None:
        check_room(labels_dir, folder=True)
    elif form == "yolo" and not _is_single(inputs):
        raise click.UsageError("several pictures have a file each; give --labels DIR")
    films = [each for each in inputs if isinstance(each, Path) and may_be_a_film(each)]
    if tiles and len(films) == len(inputs):
        raise click.UsageError("--tiles is for pictures; films are looked at as a whole")
    if films and form in ("coco", "yolo"):
        raise InputError(f"{films[0]}: {form} is for pictures; use --format jsonl for a film")


def _annotated(output: Path | None, inputs: Sequence[Path | PictureFile]) -> AnnotatedOutput | None:
    from ..media.walk import may_be_a_film
    from ..objects.annotated import AnnotatedOutput

    if output is None:
        return None
    film = isinstance(inputs[0], Path) and may_be_a_film(inputs[0])
    return AnnotatedOutput(output, single=_is_single(inputs), film=film)


def _is_single(inputs: Sequence[Path | PictureFile]) -> bool:
    return len(inputs) == 1 and not (isinstance(inputs[0], Path) and inputs[0].is_dir())
