"""Progress, shown on the terminal."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, TypeVar

from ..reporter import Reporter
from ..terminal import printable, write_line

if TYPE_CHECKING:
    from rich.progress import Progress

Item = TypeVar("Item")


def track(items: Sequence[Item], title: str) -> Iterable[Item]:
    """Walk through a sequence with a progress bar on a terminal and one plain line elsewhere."""
    from rich.console import Console
    from rich.progress import track as rich_track

    console = Console(stderr=True)
    if not console.is_terminal:
        console.print(f"{title}: {len(items)}", highlight=False)
        return items
    return rich_track(items, title, console=console, transient=True)


class Bars(Protocol):
    """Shows how far several works are."""

    def show(self, done: Sequence[int]) -> None:
        """How many steps of each work are done, in the order of the works."""
        ...


class _NoBars:
    def show(self, done: Sequence[int]) -> None:
        """Nobody looks."""


class _RichBars:
    def __init__(self, progress: "Progress", works: Sequence[tuple[str, int | None]]) -> None:
        from rich.markup import escape

        self._progress = progress
        self._tasks = [progress.add_task(escape(title), total=total) for title, total in works]

    def show(self, done: Sequence[int]) -> None:
        for task, count in zip(self._tasks, done, strict=True):
            self._progress.update(task, completed=count)


@contextmanager
def progress_bars(works: Sequence[tuple[str, int | None]]) -> Iterator[Bars]:
    """Progress bars on a terminal, nothing elsewhere.

    Args:
        works: Title and number of steps of each, None where the number is not known.
    """
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    if not works or not console.is_terminal:
        yield _NoBars()
        return
    # What is written meanwhile goes through the bars' console, but never from a pipe to the terminal.
    with Progress(console=console, transient=True, redirect_stdout=sys.stdout.isatty()) as progress:
        yield _RichBars(progress, works)


@contextmanager
def reporter(*, err: bool = False) -> Iterator[Reporter]:
    """What shows work: bars on a terminal, plain lines elsewhere, or on stderr where `err`."""
    if err or not sys.stdout.isatty():
        yield ReporterLines(err=err)
        return
    from rich.progress import BarColumn, Progress, SpinnerColumn, TimeElapsedColumn

    with Progress(SpinnerColumn(), BarColumn(), TimeElapsedColumn(), transient=True) as bars:
        yield ReporterBars(bars)


class ReporterLines:
    """A reporter for logs and pipes."""

    def __init__(self, *, err: bool = False) -> None:
        self._err = err

    def say(self, line: str) -> None:
        """See `Reporter.say`."""
        write_line(line, err=self._err)

    def progress(self, done: int, total: int | None) -> None:
        """A log needs no bar."""


class ReporterBars:
    """A reporter for terminals: lines above, and one bar that pulses while nobody knows how far it is."""

    def __init__(self, bars: "Progress") -> None:
        self._bars = bars
        self._task = bars.add_task("", total=None)

    def say(self, line: str) -> None:
        """See `Reporter.say`."""
        self._bars.console.print(printable(line), markup=False, highlight=False, soft_wrap=True)
        self._bars.remove_task(self._task)
        self._task = self._bars.add_task("", total=None)

    def progress(self, done: int, total: int | None) -> None:
        """See `Reporter.progress`."""
        self._bars.update(self._task, completed=done, total=total)
