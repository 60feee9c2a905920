"""Networks put in 8 bits or in full: those for faces, and those of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..errors import ClassifierError, DatasetError, InputError
from ..text import counted, on_one_line
from . import base, progress

_TRAIN_AGAIN = "the embeddings have changed: run `python prepare.py` to train again"
_RELOAD = "`python -m svod_rcgn.control reload_classifiers` lets a running camera use what has changed"


def use_for_faces(
    detection_dir: Path, embedding_dir: Path, faces: list[Path], *, int8: bool, force: bool
) -> None:
    """Put the networks for faces in use that are wished for, and say how alike they answer.

    Args:
        detection_dir: The face detector.
        embedding_dir: The embedding network.
        faces: Folders of PERSON/pictures; the first that holds any serves to make 8-bit networks.
        int8: Whether those of 8 bits are wished for.
        force: Make them again where they are there.

    Raises:
        InputError: No folder holds pictures, or they show too few faces.
        ModelError: As in `int8.use_int8`.
    """
    from ..networks import read_card

    directories = detection_dir, embedding_dir
    wish = "int8" if int8 else "fp16"
    others = [each for each in directories if read_card(each).precision != wish]
    if not others and not (int8 and force):
        return
    from ..faces.networks.int8 import use_int8
    from ..networks.quantize import use_full

    if not int8:
        for directory in others:
            use_full(directory)
            base.say(f"{directory}: the full network")
    else:
        with progress.reporter() as reporter:
            found = use_int8(*directories, _pictures(faces), reporter.say)
        for each in found:
            base.say(
                f"{each.network}: 8 bits answer {100 * each.mean:.1f} % as the full network does, "
                f"at least {100 * each.least:.1f} %, on {each.samples} faces"
            )
    base.say(_TRAIN_AGAIN)


def _pictures(folders: list[Path]) -> list[Path]:
    from ..storage.images import is_picture

    for folder in folders:
        found = [path for path in sorted(folder.glob("*/*")) if is_picture(path)]
        if found:
            return found
    told = " and ".join(str(folder) for folder in folders)
    raise InputError(f"8-bit networks are calibrated on faces, and there are none in {told}; add --demo")


def use_for_own(models_dir: Path, datasets_dir: Path, *, int8: bool, force: bool) -> None:
    """Put the version in use of each network of one's own in use as it is wished for, and say what it is.

    One that cannot be made in 8 bits stays in full, and a line says why.

    Args:
        models_dir: The folder of networks.
        datasets_dir: The datasets that taught them.
        int8: Whether 8 bits are wished for.
        force: Make those of 8 bits again where they are there.

    Raises:
        ModelError: One is damaged, or NNCF is not installed.
        BusyError: Another run has been working there for a minute.
    """
    used = [
        _use_int8(each, datasets_dir, force=force) if int8 else _use_full(each) for each in _own(models_dir)
    ]
    if any(used):
        base.say(_RELOAD)


def _own(models_dir: Path) -> Sequence[Path]:
    """The folders of the versions in use."""
    from ..networks import list_networks, versions

    if not models_dir.is_dir():
        return []
    found = list_networks(models_dir)
    return [each.directory for each in found if each.in_use and versions.is_version(each.directory)]


def _use_full(folder: Path) -> bool:
    from ..networks import variants

    used = variants.use_full(folder)
    if used:
        base.say(f"{_called(folder)}: the full network")
    return used


def _use_int8(folder: Path, datasets_dir: Path, *, force: bool) -> bool:
    from ..networks import variants

    if not force and variants.in_int8(folder):
        return False
    name = _called(folder)
    if not force and variants.use_int8(folder):
        base.say(f"{name}: the network of 8 bits that was made before")
        return True
    base.say(f"{name}: making it count in 8 bits")
    try:
        base.say(f"{name}: {_made_int8(folder, datasets_dir)}")
    except (ClassifierError, DatasetError, InputError) as error:
        base.say(f"{name}: the full network stays: {on_one_line(str(error))}")
        return False
    return True


def _made_int8(folder: Path, datasets_dir: Path) -> str:
    """Make a version of 8 bits, and say how it agrees with the full one."""
    from ..networks import read_card
    from ..networks.card import OBJECTS

    if read_card(folder).task == OBJECTS:
        from ..objects.training import int8_detector

        boxes = int8_detector.make_int8(folder, datasets_dir)
        return f"in 8 bits it finds {boxes.alike:,} of the {counted(boxes.found, 'object')} found in full"
    from ..classification.training import int8_trial

    found = int8_trial.make_int8(folder, datasets_dir)
    of = counted(found.pictures, "picture")
    return f"in 8 bits {found.alike:,} of {of} that were left out are told as in full"


def _called(folder: Path) -> str:
    from ..storage.folder_names import name_of

    return on_one_line(f"{name_of(folder.parent.name)}, version {folder.name}")
