"""Streams by URL, read through OpenCV's FFmpeg."""

import re
from typing import Any

import cv2

from ...errors import InputError
from ...storage import images
from .source import Capture

SCHEMES = frozenset({"http", "https", "rtmp", "rtmps", "rtp", "rtsp", "rtsps", "srt", "tcp", "udp"})

_MOTION_JPEG = cv2.VideoWriter.fourcc(*"MJPG")
_AS_SENT = -1  # of CAP_PROP_FORMAT: packets are handed over undecoded


def open_stream(url: str, timeout: float) -> Capture:
    """Connect to a stream.

    Args:
        url: Of any scheme that FFmpeg knows.
        timeout: The longest that connecting, and each read, may take, in seconds.

    Raises:
        InputError: It cannot be opened.
    """
    milliseconds = round(timeout * 1000)
    limits = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, milliseconds, cv2.CAP_PROP_READ_TIMEOUT_MSEC, milliseconds]
    capture = cv2.VideoCapture(url, cv2.CAP_FFMPEG, limits)
    if not capture.isOpened():
        raise InputError(
            f"{without_secrets(url)}: cannot be opened; check the address, the password and the network"
        )
    if capture.get(cv2.CAP_PROP_FOURCC) == _MOTION_JPEG and capture.set(cv2.CAP_PROP_FORMAT, _AS_SENT):
        return MotionJpeg(capture, without_secrets(url))
    return capture


class MotionJpeg:
    """Pictures of a Motion JPEG stream, each decoded by itself.

    FFmpeg fills what is missing of a picture with grey, and OpenCV scales every picture to the size of
    the first; decoded here, half a picture is seen to be damaged, and another size to be another size.
    """

    def __init__(self, capture: Capture, name: str) -> None:
        self._capture = capture
        self._name = name

    def read(self) -> tuple[bool, Any]:
        """See `Capture.read`.

        Raises:
            InputError: A picture is damaged or cut short.
        """
        _, packet = self._capture.read()
        if packet is None:
            return False, None
        return True, images.decode(images.PictureFile(self._name, packet.tobytes()))

    def get(self, prop: int, /) -> float:
        """See `Capture.get`."""
        return self._capture.get(prop)

    def release(self) -> None:
        """See `Capture.release`."""
        self._capture.release()


def without_secrets(url: str) -> str:
    """A URL that may be printed: no user, password, query or fragment.

    Everything up to the last @ goes, since a password may itself hold a slash, a ? or an @.
    """
    return re.sub(r"[?#].*", "", re.sub(r"(?<=://).*@", "", url))
