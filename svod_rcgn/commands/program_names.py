"""What the commands are called: `python prepare.py`, or `svod-prepare` where they are installed."""

import logging
import re
import sys
from pathlib import Path

_PROGRAM = re.compile(r"`python (?:-m svod_rcgn\.)?(\w+)(?:\.py)?(?=[ `])")
_CONSOLE = "svod-"  # what the installed commands' names begin with


def as_called(text: str) -> str:
    """The text with commands named as they are installed, where this one is called so."""
    if not Path(sys.argv[0]).name.startswith(_CONSOLE):
        return text
    return _PROGRAM.sub(lambda found: f"`{_CONSOLE}{found[1].replace('_', '-')}", text)


class Formatter(logging.Formatter):
    """Log lines that name commands so."""

    def format(self, record: logging.LogRecord) -> str:
        """The message, and what the log adds to it."""
        return as_called(super().format(record))
