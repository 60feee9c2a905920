"""Networks of 8 bits or the full ones, as the user wishes."""

from pathlib import Path

import click

from .. import networks
from ..errors import InputError
from . import base, reporting

_TRAIN_AGAIN = "embeddings are other ones now: run `python prepare.py` to train again"


def use(detection_dir: Path, embedding_dir: Path, faces: list[Path], *, int8: bool, force: bool) -> None:
    """Put the networks in use that are wished for, and say how alike they answer.

    Args:
        detection_dir: The face detector.
        embedding_dir: The embedding network.
        faces: Folders of PERSON/pictures; the first that holds any serves to make 8-bit networks.
        int8: Whether those of 8 bits are wished for.
        force: Make them again where they are there.

    Raises:
        InputError: No folder holds pictures, or they show too few faces.
        ModelError: As in `quantizing.use_int8`.
    """
    directories = detection_dir, embedding_dir
    wish = "int8" if int8 else "fp16"
    others = [each for each in directories if networks.read_card(each).precision != wish]
    if not others and not (int8 and force):
        return
    from ..faces.networks import quantize

    if not int8:
        for directory in others:
            quantize.use_full(directory)
            click.echo(f"{directory}: the full network")
    else:
        with reporting.reporter() as reporter:
            found = quantize.use_int8(*directories, _pictures(faces), reporter.say)
        for each in found:
            click.echo(
                f"{each.network}: 8 bits answer {100 * each.mean:.1f} % as the full network does, "
                f"at least {100 * each.least:.1f} %, on {each.samples} faces"
            )
    base.say(_TRAIN_AGAIN)


def _pictures(folders: list[Path]) -> list[Path]:
    from ..storage.images import SUFFIXES

    for folder in folders:
        found = [path for path in sorted(folder.glob("*/*")) if path.suffix.lower() in SUFFIXES]
        if found:
            return found
    told = " and ".join(str(folder) for folder in folders)
    raise InputError(f"8-bit networks are made on faces, and there are none in {told}; add --demo")
