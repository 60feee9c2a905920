"""Thumbnails of a page: each picture once, whatever lists it, and no more than a page can bear."""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from ....reports import html_page

MOST = 1200
MOST_BYTES = 4_000_000
SIDE = 96
_TOGETHER = 64


@dataclass(frozen=True, slots=True)
class Thumbnails:
    """Data addresses by the hashes of pictures; the others are too many for the page, or unreadable."""

    images: Mapping[str, str]
    crowded: int
    unreadable: int


def thumbnails(wanted: Iterable[str], files: Mapping[str, Path]) -> Thumbnails:
    """Make thumbnails, the most important first, until the page has enough.

    Args:
        wanted: Hashes of pictures; one that comes again is passed over.
        files: Where they lie; of those that are gone there are none.
    """
    hashes = list(dict.fromkeys(wanted))
    there = [each for each in hashes if each in files]
    made: dict[str, str] = {}
    size = failed = 0
    waiting = iter(there[:MOST])
    with ThreadPoolExecutor() as pool:  # Pillow lets other threads work while it decodes
        while size < MOST_BYTES and (batch := list(islice(waiting, _TOGETHER))):
            small = pool.map(lambda digest: html_page.thumbnail(files[digest], SIDE), batch)
            for digest, image in zip(batch, small, strict=True):
                failed += image is None
                if image is not None and size + len(image) <= MOST_BYTES:
                    made[digest] = image
                    size += len(image)
    missing = len(hashes) - len(there) + failed
    return Thumbnails(made, len(hashes) - missing - len(made), missing)
