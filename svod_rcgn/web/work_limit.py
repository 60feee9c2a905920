"""So much work at once: the rest waits in a line that has an end."""

import asyncio
from collections.abc import Callable
from time import perf_counter
from typing import Generic, NamedTuple, TypeVar

from .refusal import TOO_MANY, Refusal

Result = TypeVar("Result")
_AGAIN = {"Retry-After": "1"}


class Worked(NamedTuple, Generic[Result]):
    """What came of a piece of work, and the milliseconds that it waited and took."""

    result: Result
    waited: float
    worked: float


class WorkLimit:
    """Does a piece of work in a thread; so many side by side while so many more wait."""

    def __init__(self, at_work: int, waiting: int) -> None:
        self._turns = asyncio.Semaphore(at_work)
        self._most = at_work + waiting
        self._inside = 0

    async def do(self, work: Callable[[], Result]) -> Worked[Result]:
        """Do it in its turn.

        Raises:
            Refusal: Too many wait already.
        """
        if self._inside >= self._most:
            raise Refusal(TOO_MANY, "too many pictures wait here; come again in a second", _AGAIN)
        self._inside += 1
        came = perf_counter()
        try:
            async with self._turns:
                begun = perf_counter()
                result = await asyncio.to_thread(work)
                ended = perf_counter()
        finally:
            self._inside -= 1
        return Worked(result, round(1000 * (begun - came), 2), round(1000 * (ended - begun), 2))
