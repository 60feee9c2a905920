"""Waiting for what comes when it comes."""

import time
from collections.abc import Callable

DEADLINE = 20.0


def wait_for(condition: Callable[[], object], deadline: float = DEADLINE) -> None:
    """Wait until a condition holds; it is a failure when it never does."""
    end = time.monotonic() + deadline
    while not condition():
        assert time.monotonic() < end, "what was waited for did not come"
        time.sleep(0.005)
