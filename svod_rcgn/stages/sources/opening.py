"""From what the user names to a source of frames."""

from collections.abc import Callable
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

import cv2

from ... import pictures
from ...errors import InputError
from ...settings import LiveSettings
from .addresses import SCHEMES, without_secrets
from .base import Capture, Source, rate_of
from .finite import Film, Pictures
from .live import LiveSource

HIGHEST_CAMERA = 99
FILM_SUFFIXES = frozenset({".avi", ".mkv", ".mov", ".mp4", ".webm"})
_FILM_SCHEMES = frozenset({"http", "https"})
_DEFAULTS = LiveSettings()


def open_source(text: str, settings: LiveSettings = _DEFAULTS) -> Source:
    """Open what the user names: a camera's number, a URL, a folder, a picture or a film.

    A camera must be there. A stream need not answer yet: it is connected when its frames are asked
    for, and again whenever it breaks off. An address that ends like a film's file is a film.

    Raises:
        InputError: There is no such thing, or it cannot be opened.
    """
    if text.isdecimal():
        return _camera(int(text), settings)
    if "://" in text:
        return _address(text, settings)
    path = Path(text)
    if path.is_dir():
        return _folder(path)
    if not path.is_file():
        raise InputError(f"{path}: no such file or folder; give a camera's number, a path or a URL")
    return _picture(path) if path.suffix.lower() in pictures.SUFFIXES else _film(path)


def _camera(number: int, settings: LiveSettings) -> Source:
    def connect() -> Capture:
        capture = cv2.VideoCapture(number) if number <= HIGHEST_CAMERA else None
        if capture is None or not capture.isOpened():
            raise InputError(
                f"camera {number}: cannot be opened; is it plugged in, and used by no other program?"
            )
        return capture

    return _local(connect, f"camera {number}", settings)


def _local(connect: Callable[[], Capture], name: str, settings: LiveSettings) -> Source:
    """A device of this machine, opened at once: a number that is wrong shall be told, not retried."""
    ready = [connect()]
    rate = rate_of(ready[0])
    return LiveSource(lambda: ready.pop() if ready else connect(), name, settings, rate)


def _address(url: str, settings: LiveSettings) -> Source:
    name = without_secrets(url)
    scheme = url.partition("://")[0].lower()
    if scheme not in SCHEMES:
        raise InputError(f"{name}: no stream of this kind can be opened; use {', '.join(sorted(SCHEMES))}")
    timeout = round(settings.read_timeout * 1000)

    def connect() -> Capture:
        limits = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, timeout, cv2.CAP_PROP_READ_TIMEOUT_MSEC, timeout]
        capture = cv2.VideoCapture(url, cv2.CAP_FFMPEG, limits)
        if not capture.isOpened():
            raise InputError(f"{name}: cannot be opened; check the address, the password and the network")
        return capture

    is_film = scheme in _FILM_SCHEMES and _suffix(url) in FILM_SUFFIXES
    return Film(connect(), name) if is_film else LiveSource(connect, name, settings)


def _suffix(url: str) -> str:
    return PurePosixPath(urlsplit(without_secrets(url)).path).suffix.lower()


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
