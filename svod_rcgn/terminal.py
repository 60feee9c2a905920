"""What is printed: lines that any terminal can show, and data that is UTF-8 wherever it goes."""

import sys
from typing import Any, TextIO

from .text import encodable, shown


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
