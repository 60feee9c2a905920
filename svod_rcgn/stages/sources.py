"""Where frames come from: cameras, streams, films and pictures."""

import logging
import re
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path
from time import time as wall_clock
from typing import Any, Protocol

import cv2

from .. import pictures
from ..entities import Frame, Image
from ..errors import InputError

log = logging.getLogger(__name__)

DEFAULT_RATE = 25.0
HIGHEST_RATE = 240.0
PICTURES_A_SECOND = 1.0
LONGEST_STEP = 60.0
TIMEOUT_MS = 10_000
HIGHEST_CAMERA = 99
SCHEMES = frozenset({"http", "https", "rtmp", "rtmps", "rtp", "rtsp", "rtsps", "srt", "tcp", "udp"})


class Capture(Protocol):
    """What is needed of a `cv2.VideoCapture`."""

    def read(self) -> tuple[bool, Any]:
        """The next picture, or (False, None)."""
        ...

    def get(self, prop: int, /) -> float:
        """A property, 0 or -1 where it is not known."""
        ...

    def release(self) -> None:
        """Let go of the device."""
        ...


class Source(Protocol):
    """Frames of one camera, stream, film or folder.

    `name` is safe to print. A `live` source goes by the clock and has no end; the others go by their
    own time from 0. A `still` one holds pictures to be looked at, not a film that moves.
    `frames_per_second` is within 0..240 and the default of 25 where the source does not say;
    `frame_count` is None where it is not known.
    """

    @property
    def name(self) -> str: ...  # noqa: D102

    @property
    def live(self) -> bool: ...  # noqa: D102

    @property
    def still(self) -> bool: ...  # noqa: D102

    @property
    def frames_per_second(self) -> float: ...  # noqa: D102

    @property
    def frame_count(self) -> int | None: ...  # noqa: D102

    def frames(self) -> Generator[Frame, None, None]:
        """Every frame once, in order; the device is released when the generator is closed."""
        ...


def open_source(text: str) -> Source:
    """Open what the user names: a camera's number, a URL, a folder, a picture or a film.

    Raises:
        InputError: There is no such thing, or it cannot be opened.
    """
    if text.isdecimal():
        return _camera(int(text))
    if "://" in text:
        return _stream(text)
    path = Path(text)
    if path.is_dir():
        return _folder(path)
    if not path.is_file():
        raise InputError(f"{path}: no such file or folder; give a camera's number, a path or a URL")
    return _picture(path) if path.suffix.lower() in pictures.SUFFIXES else _film(path)


def without_secrets(url: str) -> str:
    """A URL that may be printed: no user, password, query or fragment.

    Everything up to the last @ goes, since a password may itself hold a slash, a ? or an @.
    """
    return re.sub(r"[?#].*", "", re.sub(r"(?<=://).*@", "", url))


def _camera(number: int) -> Source:
    capture = cv2.VideoCapture(number) if number <= HIGHEST_CAMERA else None
    if capture is None or not capture.isOpened():
        raise InputError(
            f"camera {number}: cannot be opened; is it plugged in, and used by no other program?"
        )
    return LiveStream(capture, f"camera {number}")


def _stream(url: str) -> Source:
    name = without_secrets(url)
    scheme = url.partition("://")[0].lower()
    if scheme not in SCHEMES:
        raise InputError(f"{name}: no stream of this kind can be opened; use {', '.join(sorted(SCHEMES))}")
    timeouts = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, TIMEOUT_MS, cv2.CAP_PROP_READ_TIMEOUT_MSEC, TIMEOUT_MS]
    capture = cv2.VideoCapture(url, cv2.CAP_FFMPEG, timeouts)
    if not capture.isOpened():
        raise InputError(f"{name}: cannot be opened; check the address, the password and the network")
    ends = capture.get(cv2.CAP_PROP_FRAME_COUNT) > 0
    return Film(capture, name) if ends else LiveStream(capture, name)


def _film(path: Path) -> Source:
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    if not capture.isOpened():
        raise InputError(f"{path}: cannot be read as a film; is it damaged, cut short or empty?")
    return Film(capture, str(path))


def _picture(path: Path) -> Source:
    pictures.read_picture(path)  # a damaged one is told before the networks are loaded
    return Pictures([path], str(path))


def _folder(folder: Path) -> Source:
    paths = sorted(
        path
        for path in folder.iterdir()
        if path.suffix.lower() in pictures.SUFFIXES and not path.name.startswith(".")
    )
    if not paths:
        raise InputError(f"{folder}: holds no pictures ({', '.join(sorted(pictures.SUFFIXES))})")
    return Pictures(paths, str(folder))


class LiveStream:
    """A camera or a stream that has no end; its time is the clock's."""

    live = True
    still = False
    frame_count = None

    def __init__(self, capture: Capture, name: str, clock: Callable[[], float] = wall_clock) -> None:
        self.name = name
        self.frames_per_second = _rate(capture)
        self._capture = capture
        self._clock = clock

    def frames(self) -> Generator[Frame, None, None]:
        """See `Source.frames`.

        Raises:
            InputError: The camera or stream broke off.
        """
        try:
            for index, image in enumerate(_images(self._capture)):
                yield Frame(image, index, self._clock(), self.name)
            raise InputError(f"{self.name}: sends no more pictures; is it still switched on and connected?")
        finally:
            self._capture.release()


class Film:
    """A film; its time is its own. One that is damaged further on ends where the damage begins."""

    live = False
    still = False

    def __init__(self, capture: Capture, name: str) -> None:
        self.name = name
        self.frames_per_second = _rate(capture)
        count = capture.get(cv2.CAP_PROP_FRAME_COUNT)
        self.frame_count = int(count) if 0 < count < float("inf") else None
        self._capture = capture

    def frames(self) -> Generator[Frame, None, None]:
        """See `Source.frames`.

        Raises:
            InputError: Not one frame can be read.
        """
        clock = _FilmClock(1 / self.frames_per_second)
        index = -1
        try:
            for index, image in enumerate(_images(self._capture)):
                stamp = self._capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
                yield Frame(image, index, clock.advance(stamp), self.name)
            if index < 0:
                raise InputError(f"{self.name}: no frame of this film can be read; is it damaged?")
        finally:
            self._capture.release()


class Pictures:
    """Picture files in the order given, shown like a film of one picture a second."""

    live = False
    still = True
    frames_per_second = PICTURES_A_SECOND

    def __init__(self, paths: Sequence[Path], name: str) -> None:
        self.name = name
        self.frame_count = len(paths)
        self._paths = paths

    def frames(self) -> Generator[Frame, None, None]:
        """See `Source.frames`; a picture that cannot be read is reported and left out.

        Raises:
            InputError: Not one picture can be read.
        """
        index = -1
        for index, image in enumerate(self._readable()):
            yield Frame(image, index, index / PICTURES_A_SECOND, self.name)
        if index < 0:
            raise InputError(f"{self.name}: none of its {len(self._paths)} pictures can be read")

    def _readable(self) -> Iterator[Image]:
        for path in self._paths:
            try:
                image = pictures.read_picture(path)
            except InputError as error:
                log.warning("left out: %s", error)
            else:
                yield image


class _FilmClock:
    """A film's time from its frames' stamps, which may be missing, stand still or jump.

    Seconds go on by the difference of two stamps; where that is no number, not above 0, or longer
    than any pause between two frames, by the length of one frame.
    """

    def __init__(self, frame_length: float) -> None:
        self._frame_length = frame_length
        self._stamp: float | None = None
        self._time = 0.0

    def advance(self, stamp: float) -> float:
        if self._stamp is not None:
            step = stamp - self._stamp
            self._time += step if 0 < step <= LONGEST_STEP else self._frame_length
        self._stamp = stamp
        return self._time


def _rate(capture: Capture) -> float:
    rate = capture.get(cv2.CAP_PROP_FPS)
    return rate if 0 < rate <= HIGHEST_RATE else DEFAULT_RATE


def _images(capture: Capture) -> Iterator[Image]:
    while (image := capture.read()[1]) is not None:
        yield image
