"""From what the user names to a source of frames."""

from collections.abc import Callable
from functools import partial
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

import cv2

from ...errors import InputError
from ...storage import files, images, signatures
from ...text import escaped, shown
from ..settings import LiveSettings
from . import realsense
from .reconnecting import LiveSource
from .recorded import Film, Pictures
from .source import Capture, Source, rate_of
from .streams import SCHEMES, open_stream, without_secrets

HIGHEST_CAMERA = 99
_LONGEST_NUMBER = 18  # digits
FILM_SUFFIXES = frozenset({".avi", ".mkv", ".mov", ".mp4", ".webm"})
_FILM_SCHEMES = frozenset({"http", "https"})
_DEFAULTS = LiveSettings()


def open_source(text: str, settings: LiveSettings = _DEFAULTS, name: str | None = None) -> Source:
    """Open what the user names: a camera's number, `realsense`, a URL, a folder, a picture or a film.

    A camera of this machine must be there. A stream need not answer yet: it is connected when its
    frames are asked for, and again whenever it breaks off. A web address that ends like a film's
    file is a film.

    Args:
        text: What the user names.
        settings: How cameras and streams are read.
        name: What the source is called; its number, path or address without secrets where None.

    Raises:
        InputError: There is no such thing, or it cannot be opened.
    """
    name = None if name is None else escaped(name)
    if text.isdecimal() and len(text) <= _LONGEST_NUMBER:
        return _local(partial(_open_camera, int(text)), name or f"camera {int(text)}", settings)
    if text == realsense.WORD or text.startswith(f"{realsense.WORD}:"):
        serial = text.partition(":")[2] or None
        connect = partial(realsense.open_realsense, serial, settings.read_timeout)
        return _local(connect, name or escaped(text), settings)
    if "://" in text:
        return _address(text, settings, name or escaped(without_secrets(text)))
    return _path(Path(text), name or escaped(text))


def _local(connect: Callable[[], Capture], name: str, settings: LiveSettings) -> Source:
    """A device of this machine, opened at once: a number that is wrong shall be told, not retried."""
    ready = [connect()]
    return LiveSource(lambda: ready.pop() if ready else connect(), name, settings, rate_of(ready[0]))


def _open_camera(number: int) -> Capture:
    capture = cv2.VideoCapture(number) if number <= HIGHEST_CAMERA else None
    if capture is None or not capture.isOpened():
        raise InputError(
            f"camera {number}: cannot be opened; is it plugged in, and used by no other program?"
        )
    return capture


def _address(url: str, settings: LiveSettings, name: str) -> Source:
    if shown(url) != url:  # OpenCV would crash at it
        raise InputError(f"{without_secrets(url)}: is no address; write it as a browser shows it")
    scheme = url.partition("://")[0].lower()
    if scheme not in SCHEMES:
        raise InputError(
            f"{without_secrets(url)}: no stream of this kind can be opened; use {', '.join(sorted(SCHEMES))}"
        )
    if scheme in _FILM_SCHEMES and _suffix(url) in FILM_SUFFIXES:
        return Film(open_stream(url, settings.read_timeout), name)
    return LiveSource(partial(open_stream, url, settings.read_timeout), name, settings)


def _suffix(url: str) -> str:
    return PurePosixPath(urlsplit(without_secrets(url)).path).suffix.lower()


def _path(path: Path, name: str) -> Source:
    if path.is_dir():
        return Pictures(_pictures_in(path), name)
    if not path.is_file():
        raise InputError(f"{path}: no such file or folder; give a camera's number, a path or a URL")
    if not _is_still(path):
        return Film(_open_film(path), name)
    images.read_picture(path)  # a damaged one is told before the networks are loaded
    return Pictures([path], name)


def _open_film(path: Path) -> Capture:
    with files.named_in_text(path) as plain:
        capture = cv2.VideoCapture(str(plain), cv2.CAP_FFMPEG)
    if not capture.isOpened():
        raise InputError(f"{path}: cannot be read as a film; is it damaged, cut short or empty?")
    return capture


def _is_still(path: Path) -> bool:
    """Whether one file is looked at as a picture: what it is says so, and its name where that is unclear."""
    if images.kind_of(path) is signatures.FILM or images.is_animated_gif(path):
        return False
    return images.is_picture(path)


def _pictures_in(folder: Path) -> list[Path]:
    paths = sorted(path for path in folder.iterdir() if images.is_picture(path))
    if not paths:
        raise InputError(f"{folder}: holds no pictures")
    return paths
