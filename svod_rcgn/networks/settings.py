"""How networks use the processors."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Runtime:
    """How a network uses the processors.

    With `workers`, so many threads may ask at once and each question is worked on by one thread, so
    that the numbers are the same to the last bit whatever their count. Without, all processors work
    on one question, which is answered the soonest.
    """

    workers: int | None = None


SOONEST = Runtime()
