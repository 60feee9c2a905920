"""The end of a process that was told to end: orderly where that is soon, and in any case within a limit.

A thread that never comes back from a library keeps a process for ever: Python waits for the threads of
executors, and libraries wait in their destructors. So a thread of this module hears of each signal, whatever
the main thread is at, and ends the process when the time is over. What is written is written whole or not at
all, and what was to be delivered lies in the outbox.

Where a library hangs and holds Python's own lock, that thread hears nothing either: see `watchdog`.
"""

import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event as Flag
from threading import Thread, Timer, current_thread, main_thread
from typing import TYPE_CHECKING, Any

import click

from . import watchdog

if TYPE_CHECKING:
    import subprocess

LIMIT = 2.5  # seconds for an orderly end; some more pass until the process is gone
_KILL = 0.3  # seconds more, for the process to end by itself
_FLUSH = 0.2  # seconds that a reader of the last lines has
_CODES = {int(signal.SIGINT): 130, int(signal.SIGTERM): 0}
_LATE = "warning: ended without waiting for work that hangs"


class Shutdown:
    """Ends this process within the limit once it is told to end; does nothing before `bounded`."""

    def __init__(self) -> None:
        self._noted: socket.socket | None = None
        self._begun = Flag()

    @contextmanager
    def bounded(self) -> Iterator[None]:
        """Do the whole work of this process in the block; in another than the main thread nothing is bounded.

        A signal that has a handler of Python's tells it to end, and so does `begin`. The exit code is the
        block's; where the block does not end it is 130 for SIGINT, and else 0. A second signal ends the
        process at once.
        """
        if current_thread() is not main_thread():
            yield  # signals are for the main thread to deal with
            return
        heard, self._noted = socket.socketpair()
        _wake_by(self._noted)
        Thread(target=self._hear, args=(heard,), name="signals", daemon=True).start()
        try:
            yield
        except SystemExit as ended:
            if self._begun.is_set():  # no thread and no destructor of a library has a say any more
                leave(_code_of(ended))
            raise
        finally:
            signal.set_wakeup_fd(-1)

    def guard(self) -> None:
        """Have another process kill this one where it cannot even hear that it is to end; not on Windows."""
        if self._noted is None or sys.platform == "win32":
            return
        heard, self._caught = socket.socketpair()
        with heard, suppress(OSError):  # such as too many processes: then without
            self._watchdog = _run_watchdog(heard, self._noted)
            _wake_by(self._caught)

    def begin(self, code: int = 0) -> None:
        """This process was told to end, by a signal or otherwise; the first call counts."""
        if self._noted is not None and not self._begun.is_set():
            self._begun.set()
            late = Timer(LIMIT, leave, (code, _LATE))
            late.daemon = True
            late.start()

    def _hear(self, heard: socket.socket) -> None:
        """Read the numbers of signals, which Python writes as they come."""
        while number := heard.recv(1):
            code = _CODES.get(number[0])
            if code is None:
                continue
            if self._begun.is_set():
                os._exit(code)
            self.begin(code)


PROCESS = Shutdown()


def ending(action: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """An action at whose success this process is to end."""

    def act(data: Any) -> Any:
        answer = action(data)
        PROCESS.begin()
        return answer

    return act


def _run_watchdog(heard: socket.socket, noted: socket.socket) -> "subprocess.Popen[bytes]":
    import subprocess

    words = [sys.executable, "-I", "-S", watchdog.__file__, str(os.getpid()), str(LIMIT + _KILL)]
    return subprocess.Popen(  # noqa: S603 - all words are ours
        words,
        stdin=heard.fileno(),
        stdout=noted.fileno(),
        start_new_session=True,
    )


def _wake_by(end: socket.socket) -> None:
    end.setblocking(False)
    signal.set_wakeup_fd(end.fileno(), warn_on_full_buffer=False)


def leave(code: int, line: str = "") -> None:
    """End this process at once; what was printed goes out, if somebody takes it."""
    last = Thread(target=_print_last, args=(line,), daemon=True)
    last.start()
    last.join(_FLUSH)
    os._exit(code)


def _print_last(line: str) -> None:
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    if line:
        with suppress(OSError, ValueError):
            click.echo(line, err=True)


def _code_of(ended: SystemExit) -> int:
    return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
