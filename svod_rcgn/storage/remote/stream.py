"""What a transport gives: a file's bytes from some place on."""

from collections.abc import Iterator
from dataclasses import dataclass

from ...errors import DownloadError


class BrokenConnectionError(DownloadError):
    """The connection broke; what came so far is good, and another try may go on from there."""


@dataclass(frozen=True, slots=True)
class Stream:
    """The rest of a file.

    `start` is the offset in bytes at which `chunks` begin, `total` the size of the whole file or None
    where nobody says; `validator` changes when the content does, and is None for a file that could
    change unnoticed, which cannot be gone on with.
    """

    start: int
    total: int | None
    validator: str | None
    chunks: Iterator[bytes]
