"""A face that bears a wrong name: say so of a visit, and take it back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..faces.settings import Paths
from . import base, options

if TYPE_CHECKING:
    from ..app.face_corrections import FaceCorrections
    from ..faces.gallery.corrections import Correction
    from ..records import Image

_SAID = "What is said"


@base.command("correct")
@click.argument("visit", type=click.IntRange(min=1))
@base.option("--not", "wrong", metavar="NAME", section=_SAID, help="It is not this person.")
@base.option("--is", "right", metavar="NAME", section=_SAID, help="It is this person.")
@base.option("--undo", is_flag=True, section=_SAID, help="Take back what was said of it.")
@options.input_dir
@options.aligned_dir
@options.classifiers_dir
@options.history_dir
@options.model
@options.detector_dir
@options.background_dir
@options.device
def main(
    *,
    visit: int,
    wrong: str | None,
    right: str | None,
    undo: bool,
    input_dir: Path,
    aligned_dir: Path,
    classifiers_dir: Path,
    history_dir: Path,
    model: Path,
    detector_dir: Path,
    background_dir: Path | None,
    device: str,
) -> None:
    """Say whose face a visit shows; `svod events` has its number.

    The wrong name is withheld from that face at once, and the limits are measured with it at the next
    training, which also learns the face for the right name. Cameras that run know it when they read the
    classifiers again.
    """
    if undo == bool(wrong or right):
        raise click.UsageError("give --not NAME, --is NAME or both; or --undo alone")
    paths = Paths(
        input_dir=input_dir,
        aligned_dir=aligned_dir,
        classifiers_dir=classifiers_dir,
        history_dir=history_dir,
        embedding_dir=model,
        detection_dir=detector_dir,
        background_dir=background_dir,
    )
    corrections = _corrections(paths, device)
    if undo:
        return _undo(corrections, visit)
    image, label = _face_of(history_dir, visit, wrong)
    return _tell(corrections.add(image, label, right, visit))


def _corrections(paths: Paths, device: str) -> FaceCorrections:
    from ..app.face_corrections import FaceCorrections
    from ..faces import build
    from ..records import Frame, Observation

    def look(image: Image) -> tuple[Observation, ...]:
        analyzers = build.build_analyzers(paths, device, nobody=True)
        return analyzers.analyzer(still=True).analyze(Frame(image, 0, 0.0, ""))

    return FaceCorrections(paths, look, lambda: None)


def _face_of(history_dir: Path, visit: int, wrong: str | None) -> tuple[Image, str | None]:
    """The picture of a visit, and the name that it was given."""
    from ..errors import InputError
    from ..faces.names import shown_name
    from ..history.visits import visit_of
    from ..records import FACE
    from ..storage.images import read_picture

    entry = visit_of(history_dir, visit)
    if entry is None or entry.snapshot is None or not entry.snapshot.is_file():
        raise InputError(f"visit {visit}: there is none, or no picture of it; `svod events` lists them")
    label = entry.subject.label
    if entry.subject.kind != FACE:
        raise InputError(f"visit {visit}: is of {entry.subject}, and of nobody's face")
    if wrong is not None and label not in (wrong, shown_name(wrong)):
        raise InputError(f"visit {visit}: is of {label or 'somebody unknown'}, and not of {wrong}")
    return read_picture(entry.snapshot), label


def _tell(made: Correction) -> None:
    if made.was is not None:
        base.say(f"visit {made.visit} is not of {made.was}: that face is not called so any more")
    if made.person is not None:
        base.say(f"visit {made.visit} is of {made.person}: `python prepare.py --complementary` learns it")


def _undo(corrections: FaceCorrections, visit: int) -> None:
    from ..errors import InputError

    said = [each.id for each in corrections.all() if each.visit == visit]
    if not said:
        raise InputError(f"visit {visit}: nothing was said of it; `svod events` shows what was corrected")
    corrections.take_back(said)
    base.say(f"what was said of visit {visit} is taken back, and answers are as before")
