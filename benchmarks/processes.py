"""Work in fresh processes, so that no part of a benchmark warms or burdens another."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TypeVar

import psutil

from svod_rcgn.storage import files

ROOT = Path(__file__).parents[1]
LONGEST = 1800.0  # seconds, after which a process hangs
STATUS = Path("/proc/self/status")

Answer = TypeVar("Answer")


class FailedError(Exception):
    """Nothing was measured, as when a process ended without an answer: the last line that it wrote."""


def ask(kind: type[Answer], module: str, *words: object) -> Answer:
    """Run a module of the benchmarks, and read the record that it writes to its first argument.

    Raises:
        FailedError: It wrote none, or hangs.
    """
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder, "answer.json")
        finished = run("-m", f"benchmarks.{module}", answer, *words)
        if not answer.exists():
            raise FailedError(last_line(finished))
        return files.read_record(answer, kind)


def run(*words: object) -> "subprocess.CompletedProcess[str]":
    """Run Python on these words, in the project's folder, to its end.

    Raises:
        FailedError: It hangs.
    """
    command = [sys.executable, *map(str, words)]
    try:
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=LONGEST, check=False)
    except subprocess.TimeoutExpired as error:
        raise FailedError(f"not done after {error.timeout:g} s") from error


def now() -> float:
    """Seconds of a clock that all processes share."""
    return time.monotonic()


def last_line(finished: "subprocess.CompletedProcess[str]") -> str:
    """What a process said at its end."""
    lines = (finished.stderr.strip() or finished.stdout.strip()).splitlines()
    return lines[-1] if lines else f"ended with {finished.returncode} and said nothing"


def peak_memory() -> int:
    """The most bytes that this process had in memory at a time.

    Linux: what getrusage tells there begins with what the parent had.
    """
    if not STATUS.exists():
        return int(getattr(psutil.Process().memory_info(), "peak_wset", psutil.Process().memory_info().rss))
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024
