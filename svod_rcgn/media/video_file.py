"""The film that annotated pictures are written to."""

import tempfile
import uuid
from pathlib import Path

import cv2
import numpy as np

from ..errors import InputError
from ..records import Image
from ..text import shown

FILM_SUFFIX = ".mp4"
FILM_CODEC = "mp4v"
SMALLEST_SIDE = 2
LONGEST_PAUSE = 10.0
LEAST_ROOM = 100_000  # bytes; less is no film


class FilmFile:
    """An MP4 film of a constant frame rate that keeps the time of what it is given.

    Pictures of another size than the film's are scaled to fit and set on black. A picture stays until
    the next one is due, and one that is due within the same frame is left out. A pause of over 10
    seconds is cut. The film lies beside its place until it is closed, then takes its place.
    """

    closed = False

    def __init__(self, path: Path, frames_per_second: float, size: tuple[int, int] | None = None) -> None:
        """Check that the film can be written.

        Args:
            path: The .mp4 to write.
            frames_per_second: The film's, above 0.
            size: (width, height) in pixels; None for that of the first picture.

        Raises:
            InputError: The name is not an MP4's, or nothing can be written there.
        """
        if path.suffix.lower() != FILM_SUFFIX:
            raise InputError(
                f"{path}: the film is written as MP4; give --output a name that ends in {FILM_SUFFIX}"
            )
        if shown(str(path.resolve())) != str(path.resolve()):
            raise InputError(f"{path}: OpenCV writes no film to such a name; choose another --output")
        if path.is_dir():
            raise InputError(f"{path}: is a folder; give --output the name of a file")
        try:
            with tempfile.TemporaryFile(dir=path.parent) as trial:
                trial.write(bytes(LEAST_ROOM))
        except OSError as error:
            raise InputError(
                f"{path}: cannot be written: {error.strerror}; choose another --output"
            ) from error
        self._path = path.resolve()  # a link stays, what it leads to is replaced
        self._rate = frames_per_second
        self._size = size
        self._writing: _Writing | None = None
        self._finished = False
        self._start = self._last = 0.0

    def write(self, image: Image, time: float) -> None:
        """See `Output.write`; what comes after `close` is no part of the film.

        Raises:
            InputError: The film cannot be written in this size.
        """
        if self._finished:
            return
        if self._writing is None:
            size = self._size or (image.shape[1], image.shape[0])
            self._writing = _Writing(self._path, self._rate, size)
            self._start = self._last = time
        step = time - self._last
        if not 0 <= step <= LONGEST_PAUSE:  # the clock may also have been set back
            self._start += step - 1 / self._rate
        self._last = time
        self._writing.fill(image, until=round((time - self._start) * self._rate) + 1)

    def close(self) -> None:
        """See `Output.close`.

        Raises:
            InputError: What was written is not whole; nothing is left of it.
        """
        self._finished = True
        writing, self._writing = self._writing, None
        if writing is not None:
            writing.finish()

    def discard(self) -> None:
        """Leave nothing of it, since what was to come did not."""
        self._finished = True
        writing, self._writing = self._writing, None
        if writing is not None:
            writing.discard()


class _Writing:
    def __init__(self, path: Path, rate: float, size: tuple[int, int]) -> None:
        self._path = path
        self._size = (max(size[0], SMALLEST_SIDE), max(size[1], SMALLEST_SIDE))
        self._written = 0
        self._part = path.with_name(f".{path.stem}.{uuid.uuid4().hex}{FILM_SUFFIX}")
        codec = cv2.VideoWriter.fourcc(*FILM_CODEC)
        self._writer = cv2.VideoWriter(str(self._part), cv2.CAP_FFMPEG, codec, rate, self._size)
        if not self._writer.isOpened():
            self._part.unlink(missing_ok=True)
            raise InputError(
                f"{path}: OpenCV cannot write a film of {size[0]}x{size[1]} at {rate:g} a second"
            )

    def fill(self, image: Image, until: int) -> None:
        picture = _set_on_black(image, self._size)
        while self._written < until:
            self._writer.write(picture)
            self._written += 1

    def finish(self) -> None:
        try:
            self._writer.release()
            # The writer tells of no error: a full disk shows only in what can be read back.
            if _frames_in(self._part) != self._written:
                raise InputError(f"{self._path}: the film could not be written whole; is the disk full?")
            self._part.replace(self._path)
        finally:
            self._part.unlink(missing_ok=True)

    def discard(self) -> None:
        self._writer.release()
        self._part.unlink(missing_ok=True)


def _frames_in(film: Path) -> int:
    capture = cv2.VideoCapture(str(film), cv2.CAP_FFMPEG)
    try:
        return int(capture.get(cv2.CAP_PROP_FRAME_COUNT))
    finally:
        capture.release()


def _set_on_black(image: Image, size: tuple[int, int]) -> Image:
    height, width = image.shape[:2]
    if (width, height) == size:
        return image
    factor = min(size[0] / width, size[1] / height)
    shape = (max(1, round(width * factor)), max(1, round(height * factor)))
    scaled = cv2.resize(image, shape, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR)
    canvas = np.zeros((size[1], size[0], 3), np.uint8)
    left, top = (size[0] - shape[0]) // 2, (size[1] - shape[1]) // 2
    canvas[top : top + shape[1], left : left + shape[0]] = scaled
    return canvas
