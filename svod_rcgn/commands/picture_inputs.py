"""What a command is given to look at: paths, and one picture on standard input."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..text import counted

if TYPE_CHECKING:
    from ..media.walk import Walk
    from ..storage.images import PictureFile

STDIN = "-"
METAVAR = "PICTURE|FOLDER|FILM|-..."


def inputs_of(pictures: Sequence[str]) -> list[Path | PictureFile]:
    """The paths, and the picture on standard input where - stands.

    Raises:
        UsageError: Two are to come on standard input.
        InputError: A path does not exist, or what is on standard input is too large.
    """
    from ..errors import InputError

    if pictures.count(STDIN) > 1:
        raise click.UsageError("standard input holds one picture; give - once")
    found: list[Path | PictureFile] = []
    for each in pictures:
        if each == STDIN:
            found.append(_from_stdin())
        elif Path(each).exists():
            found.append(Path(each))
        else:
            raise InputError(f"{each}: no such file or folder")
    return found


def check_all_read(walk: Walk, read: int) -> None:
    """Say that pictures could not be read, where some could not.

    Raises:
        InputError: Some could not.
    """
    from ..errors import InputError

    if walk.left_out:
        total = counted(read + walk.left_out, "picture")
        told = "was left out" if walk.left_out == 1 else "were left out"
        raise InputError(f"{walk.left_out} of {total} could not be read and {told}")


def _from_stdin() -> PictureFile:
    from ..errors import InputError
    from ..storage.images import MAX_BYTES, PictureFile

    data = sys.stdin.buffer.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise InputError(f"standard input: over {MAX_BYTES // 1_000_000} megabytes; make the picture smaller")
    return PictureFile("standard input", data)
