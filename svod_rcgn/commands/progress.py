"""How far a work is, shown on the terminal."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol, TypeVar

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.progress import track as rich_track

Item = TypeVar("Item")


def track(items: Sequence[Item], title: str) -> Iterable[Item]:
    """Walk through a sequence with a progress bar on a terminal and one plain line elsewhere."""
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
    def __init__(self, progress: Progress, works: Sequence[tuple[str, int | None]]) -> None:
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
    console = Console(stderr=True)
    if not works or not console.is_terminal:
        yield _NoBars()
        return
    # What is written meanwhile goes through the bars' console, but never from a pipe to the terminal.
    with Progress(console=console, transient=True, redirect_stdout=sys.stdout.isatty()) as progress:
        yield _RichBars(progress, works)
