"""Kills a process that was told to end and cannot; runs beside it, as `watchdog.py PROCESS SECONDS`.

A library that hangs while it holds Python's lock lets nothing of Python run any more, neither handlers of
signals nor other threads. So another process hears of the signals, which Python passes on without that lock.
It loads nothing but what stands here.
"""

import os
import signal
import sys
from select import select
from time import monotonic

_HEARD, _PASSED_ON = 0, 1  # stdin and stdout
_ERRORS = 2
_KILLED = b"warning: killed, since it did not end when it was told to\n"
_ENDING = (signal.SIGINT, signal.SIGTERM)


def watch(process: int, seconds: float) -> None:
    """Pass on the numbers of signals that a process hears, and kill it so long after it was told to end.

    Args:
        process: Its number; it holds the other end of stdin as long as it lives.
        seconds: From the first signal that ends it.
    """
    deadline: float | None = None
    while select([_HEARD], [], [], deadline and max(0.0, deadline - monotonic()))[0]:
        number = os.read(_HEARD, 1)
        if not number:
            return  # it has ended
        os.write(_PASSED_ON, number)
        if number[0] in _ENDING and deadline is None:
            deadline = monotonic() + seconds
    os.kill(process, signal.SIGKILL)
    os.write(_ERRORS, _KILLED)


if __name__ == "__main__":
    for ending in _ENDING:
        signal.signal(ending, signal.SIG_IGN)  # what ends a whole group of processes is for the other to obey
    watch(int(sys.argv[1]), float(sys.argv[2]))
