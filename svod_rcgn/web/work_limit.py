"""So much work at once: the rest waits in a line that has an end."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
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

    def __init__(self, at_work: int, waiting: int, what: str = "pictures") -> None:
        """Begin idle; `what` is what waits, in words."""
        self._what = what
        self._turns = asyncio.Semaphore(at_work)
        self._most = at_work + waiting
        self._inside = 0

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """A place in the line, before anything is read that would have to wait for one.

        Raises:
            Refusal: Too many wait already.
        """
        if self._inside >= self._most:
            raise Refusal(TOO_MANY, f"too many {self._what} wait here; come again in a second", _AGAIN)
        self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1

    async def do(self, work: Callable[[], Result]) -> Worked[Result]:
        """Do it in its turn.

        Raises:
            Refusal: Too many wait already.
        """
        async with self.place():
            return await self.in_place(work)

    async def in_place(self, work: Callable[[], Result]) -> Worked[Result]:
        """Do it in its turn, for whoever has a place already."""
        came = perf_counter()
        async with self._turns:
            begun = perf_counter()
            result = await asyncio.to_thread(work)
            ended = perf_counter()
        return Worked(result, round(1000 * (begun - came), 2), round(1000 * (ended - begun), 2))
