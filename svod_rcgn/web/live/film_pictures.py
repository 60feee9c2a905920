"""A film as JPEGs one after the other, which an image of a page shows: browsers play no MPEG-4 of ours."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import cv2
import numpy as np

from ...storage.images import encode_jpeg

MEDIA = "multipart/x-mixed-replace"
_BOUNDARY = "picture"
HEADER = f"{MEDIA}; boundary={_BOUNDARY}"
_END = f"\r\n--{_BOUNDARY}--\r\n".encode()
_USUAL, _LEAST, _MOST = (
    15.0,
    1.0,
    60.0,
)  # pictures a second: where the film does not say, and what is believed


class FilmPictures:
    """The pictures of one film, at its own pace and once."""

    def __init__(self, path: Path, begin: float = 0.0) -> None:
        """Open it at so many seconds from its beginning; what is no film has no pictures."""
        self._capture = cv2.VideoCapture(str(path))
        if begin:
            self._capture.set(cv2.CAP_PROP_POS_MSEC, 1000 * begin)
        rate = self._capture.get(cv2.CAP_PROP_FPS)
        self._pause = 1 / (min(max(rate, _LEAST), _MOST) if rate > 0 else _USUAL)

    def close(self) -> None:
        """Let go of the film."""
        self._capture.release()

    async def parts(self) -> AsyncIterator[bytes]:
        """Parts of a multipart answer, each when it is due; the film is closed at their end."""
        with closing(self):
            begun = time.monotonic()
            count = 0
            while (jpeg := await asyncio.to_thread(self._next)) is not None:
                await asyncio.sleep(begun + count * self._pause - time.monotonic())
                yield _part(jpeg)
                count += 1
            yield _END

    def _next(self) -> bytes | None:
        found, image = self._capture.read()
        return encode_jpeg(np.asarray(image, np.uint8)) if found else None


def _part(jpeg: bytes) -> bytes:
    head = f"\r\n--{_BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
    return head.encode() + jpeg
