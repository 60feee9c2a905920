"""What is printed: lines that any terminal can show, and data that is UTF-8 wherever it goes."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from .text import encodable, shown

_ERRORS = 2  # the number of standard error


def prepare() -> None:
    """Have the standard streams escape what their encoding lacks, whoever writes to them."""
    for stream in (sys.stdout, sys.stderr):
        change: Any = getattr(stream, "reconfigure", None)
        if change is not None:
            change(errors="backslashreplace")


def printable(text: str, stream: TextIO | None = None) -> str:
    """A text as a stream can show it, standard output where None; nothing in it steers the terminal."""
    return encodable(shown(text), (stream or sys.stdout).encoding)


def write_line(line: str, *, err: bool = False) -> None:
    """Write a line at once; to stderr where it is a warning."""
    stream = sys.stderr if err else sys.stdout
    stream.write(printable(line, stream) + "\n")
    stream.flush()


def write_data(data: bytes) -> None:
    """Write JSON or CSV, which programs read, to standard output at once: as it is, unless people look."""
    if sys.stdout.isatty():  # it may also be a window onto a progress bar, which takes text only
        sys.stdout.write(encodable(data.decode(), sys.stdout.encoding))
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
    sys.stdout.flush()


@contextmanager
def muted_errors() -> Iterator[None]:
    """Let nothing reach standard error, whoever writes to it; libraries in C++ ask nobody."""
    sys.stderr.flush()
    kept, nowhere = os.dup(_ERRORS), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, _ERRORS)
        yield
    finally:
        os.dup2(kept, _ERRORS)
        os.close(nowhere)
        os.close(kept)
