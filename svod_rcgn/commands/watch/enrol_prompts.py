"""What somebody who is enrolled before the camera is told on the terminal."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from ...faces.enrolment.session import Prompt
from ...terminal import printable

_NAGGING = 2.0  # seconds between two lines on what is wrong


class _PromptLines:
    """A line for each picture that is taken, and now and then one for what is wrong."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._said = -float("inf")
        self._fault: str | None = None

    def tell(self, advice: Prompt) -> None:
        is_due = advice.fault != self._fault and monotonic() - self._said >= _NAGGING
        if advice.took or is_due:
            fault = f" ({advice.fault})" if advice.fault else ""
            line = f"{advice.taken} of {advice.wanted} pictures: {advice.prompt}{fault}"
            self._console.print(printable(line, sys.stderr), markup=False, highlight=False, soft_wrap=True)
            self._said, self._fault = monotonic(), advice.fault


class _PromptBar:
    """A bar that fills, and a bell for each picture, for who looks aside does not see the bar."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task("", visible=False, fault="")

    def tell(self, advice: Prompt) -> None:
        self._progress.update(
            self._task, description=advice.prompt, completed=advice.taken, total=advice.wanted,
            fault=escape(printable(advice.fault, sys.stderr)), visible=True,
        )  # fmt: skip
        if advice.took:
            self._progress.console.bell()


@contextmanager
def prompts() -> Iterator[Callable[[Prompt], None]]:
    """What tells somebody before the camera what to do: a bar on a terminal, plain lines elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _PromptLines(console).tell
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[fault]}"),
    )
    with Progress(*columns, console=console, transient=True, refresh_per_second=4) as progress:
        yield _PromptBar(progress).tell
