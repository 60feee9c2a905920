"""How far a fetch is, told to whoever watches."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from ..reporter import Reporter

if TYPE_CHECKING:
    from rich.progress import Progress


@contextmanager
def reporter() -> Iterator[Reporter]:
    """What shows a fetch: bars on a terminal, plain lines elsewhere."""
    if not sys.stdout.isatty():
        yield Lines()
        return
    from rich.progress import BarColumn, Progress, SpinnerColumn, TimeElapsedColumn

    with Progress(SpinnerColumn(), BarColumn(), TimeElapsedColumn(), transient=True) as bars:
        yield Bars(bars)


class Lines:
    """A reporter for logs and pipes."""

    def say(self, line: str) -> None:
        """See `Reporter.say`."""
        click.echo(line)

    def progress(self, done: int, total: int | None) -> None:
        """A log needs no bar."""


class Bars:
    """A reporter for terminals: lines above, and one bar that pulses while nobody knows how far it is."""

    def __init__(self, bars: "Progress") -> None:
        self._bars = bars
        self._task = bars.add_task("", total=None)

    def say(self, line: str) -> None:
        """See `Reporter.say`."""
        self._bars.console.print(line, markup=False, highlight=False, soft_wrap=True)
        self._bars.remove_task(self._task)
        self._task = self._bars.add_task("", total=None)

    def progress(self, done: int, total: int | None) -> None:
        """See `Reporter.progress`."""
        self._bars.update(self._task, completed=done, total=total)
