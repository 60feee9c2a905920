import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from svod_rcgn.commands.watch import signals
from tests.patience import PATIENCE

ROOT = Path(__file__).parents[3]
WAITING = """
import os, sys, time
from svod_rcgn.commands.watch import signals

with signals.noted() as pending:
    print("ready", flush=True)
    deadline = time.monotonic() + 300
    while not pending and time.monotonic() < deadline:
        time.sleep(0.01)
    with open(sys.argv[1], "w") as file:
        file.write(" ".join(str(int(number)) for number in pending))
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_is_noted_and_the_second_is_left_to_whoever_had_it(number: signal.Signals):
    taken: list[int] = []
    before = signal.signal(number, lambda caught, _: taken.append(caught))
    try:
        with signals.noted() as pending:
            os.kill(os.getpid(), number)
            assert (list(pending), taken) == ([number], [])
            os.kill(os.getpid(), number)
            assert (list(pending), taken) == ([number], [number])
    finally:
        signal.signal(number, before)


def test_handlers_are_given_back():
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    with signals.noted():
        assert signal.getsignal(signal.SIGHUP) != before[2]
    assert [signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)] == before


def test_hang_up_asks_for_a_reload_each_time():
    with signals.noted() as pending:
        for _ in range(2):
            os.kill(os.getpid(), signal.SIGHUP)
    assert list(pending) == [signals.RELOAD] * 2


def test_a_terminal_that_goes_away_ends_the_work(tmp_path: Path):
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", WAITING, str(tmp_path / "noted")],
        cwd=ROOT, stdin=slave, stdout=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        os.close(slave)
        os.close(master)  # the terminal is gone; its shell passes the signal on
        process.send_signal(signal.SIGHUP)
        process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
    assert (tmp_path / "noted").read_text() == str(int(signal.SIGTERM))
