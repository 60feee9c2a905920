"""How tests wait: for a condition, never for a time."""

from collections.abc import Callable
from time import monotonic, sleep

PATIENCE = 300.0  # seconds after which what a test waits for has failed, however slow the machine


def wait_for(condition: Callable[[], object]) -> None:
    """Wait until something is so, and fail where it never comes."""
    deadline = monotonic() + PATIENCE
    while not condition():
        assert monotonic() < deadline, "waited in vain"
        sleep(0.01)
