"""How long work says how far it is, without knowing of terminals."""

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeVar

Item = TypeVar("Item")
Progress = Callable[[Sequence[Item], str], Iterable[Item]]
"""Walks through a sequence under a title, showing how far it is."""


class Reporter(Protocol):
    """What fetching needs of whoever watches it."""

    def say(self, line: str) -> None:
        """A new piece of work begins, or something is worth knowing."""
        ...

    def progress(self, done: int, total: int | None) -> None:
        """So many bytes of the piece begun last are here; `total` is None where nobody knows."""
        ...
