"""How a long fetch tells what it does, without knowing of terminals."""

from typing import Protocol


class Reporter(Protocol):
    """What fetching needs of whoever watches it."""

    def say(self, line: str) -> None:
        """A new piece of work begins, or something is worth knowing."""
        ...

    def progress(self, done: int, total: int | None) -> None:
        """So many bytes of the piece begun last are here; `total` is None where nobody knows."""
        ...
