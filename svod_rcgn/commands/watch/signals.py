"""The signals of the system, taken by a command that runs until it is told to end."""

import os
import signal
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_STDIN = 0
ENDING = (signal.SIGINT, signal.SIGTERM)
RELOAD = None if sys.platform == "win32" else signal.SIGHUP


@contextmanager
def noted() -> Iterator[deque[int]]:
    """Take note of SIGINT, SIGTERM and SIGHUP, for the main loop to act upon.

    A handler may interrupt whatever holds a lock, so it does nothing but note. The second SIGINT or
    SIGTERM ends the process at once. A SIGHUP that says that the terminal is gone is a SIGTERM.

    Yields:
        The signals not yet acted upon, the eldest first.
    """
    pending: deque[int] = deque()
    former: dict[int, Any] = {}
    had_terminal = os.isatty(_STDIN)

    def end(number: int, _frame: Any) -> None:
        pending.append(number)
        signal.signal(number, former[number])

    def hang_up(number: int, _frame: Any) -> None:
        is_gone = had_terminal and not os.isatty(_STDIN)
        pending.append(signal.SIGTERM if is_gone else number)

    for number in ENDING:
        former[number] = signal.signal(number, end)
    if RELOAD is not None:
        former[RELOAD] = signal.signal(RELOAD, hang_up)
    try:
        yield pending
    finally:
        for caught, before in former.items():
            signal.signal(caught, before)
