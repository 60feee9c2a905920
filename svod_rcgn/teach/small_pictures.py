"""Pictures made small, of which the last that were asked for are kept in memory."""

from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from threading import Lock

from ..storage.images import thumbnail

_MOST = 64 * 2**20  # bytes that are kept, some 10,000 pictures of 160 pixels


class SmallPictures:
    """Small JPEGs by hash and side; what a hash names never changes. Any thread may ask."""

    def __init__(self, file: Callable[[str], Path | None], most: int = _MOST) -> None:
        """Take where the picture of a hash lies, None where there is none, and how many bytes are kept."""
        self._file, self._most = file, most
        self._kept: OrderedDict[tuple[str, int], bytes] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def of(self, digest: str, side: int) -> bytes | None:
        """A picture within a square of `side` pixels; None where there is none.

        Raises:
            InputError: Its file cannot be read.
        """
        key = digest, side
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        file = self._file(digest)
        if file is None:
            return None
        data = thumbnail(file, side)
        self._keep(key, data)
        return data

    def _keep(self, key: tuple[str, int], data: bytes) -> None:
        with self._lock:
            self._size += len(data) - len(self._kept.get(key, b""))
            self._kept[key] = data
            while self._size > self._most:
                self._size -= len(self._kept.popitem(last=False)[1])
