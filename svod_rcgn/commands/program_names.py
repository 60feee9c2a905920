"""What the commands are called: `python prepare.py`, `svod prepare`, or `svod-prepare` where installed."""

import logging
import re
import sys
from pathlib import Path

from ..text import shown

_PROGRAM = re.compile(r"`python (?:-m svod_rcgn\.)?(\w+)(?:\.py)?(?=[ `])")
_DOOR = "svod"
_CONSOLE = "svod-"  # what the installed commands' names begin with


def as_called(text: str) -> str:
    """The text with commands named the way that this one was called."""
    prefix, dash = _prefix(Path(sys.argv[0]))
    if not prefix:
        return text
    return _PROGRAM.sub(lambda found: f"`{prefix}{found[1].replace('_', '-') if dash else found[1]}", text)


def _prefix(program: Path) -> tuple[str, bool]:
    """What stands before a command's name, and whether its underscores are dashes."""
    if program.name.startswith(_CONSOLE):
        return _CONSOLE, True
    if program.stem == _DOOR:
        return f"{_DOOR} ", False
    if program.name == "__main__.py" and program.parent.name == __package__.partition(".")[0]:
        return "python -m svod_rcgn ", False
    return "", False


class Formatter(logging.Formatter):
    """Log lines that name commands so, and that a name in them cannot break."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging calls it so
        """The message alone."""
        return shown(super().formatMessage(record))

    def format(self, record: logging.LogRecord) -> str:
        """The message, and what the log adds to it."""
        return as_called("\n".join(map(shown, super().format(record).split("\n"))))
