"""Intel RealSense cameras, of which only the colour picture is used."""

from types import ModuleType
from typing import Any

import cv2
import numpy as np

from ...errors import InputError
from .source import Capture

WORD = "realsense"
WIDTH, HEIGHT, RATE = 640, 480, 30


def open_realsense(serial: str | None, timeout: float) -> Capture:
    """Start a camera.

    Args:
        serial: Its serial number; None for the first one that is found.
        timeout: The longest wait for a picture, in seconds.

    Raises:
        InputError: pyrealsense2 is not installed, or there is no such camera.
    """
    library = _library()
    config = library.config()
    if serial is not None:
        config.enable_device(serial)
    config.enable_stream(library.stream.color, WIDTH, HEIGHT, library.format.bgr8, RATE)
    pipeline = library.pipeline()
    try:
        pipeline.start(config)
    except RuntimeError as error:
        which = f"{WORD}:{serial}" if serial else WORD
        raise InputError(f"{which}: no such camera can be started ({error}); is it plugged in?") from error
    return _RealSense(pipeline, timeout)


def _library() -> ModuleType:
    try:
        import pyrealsense2
    except ImportError as error:
        raise InputError(f"{WORD}: these cameras need a library; run `pip install pyrealsense2`") from error
    library: ModuleType = pyrealsense2
    return library


class _RealSense:
    def __init__(self, pipeline: Any, timeout: float) -> None:
        self._pipeline = pipeline
        self._milliseconds = max(1, round(timeout * 1000))

    def read(self) -> tuple[bool, Any]:
        """See `Capture.read`."""
        try:
            frame = self._pipeline.wait_for_frames(self._milliseconds).get_color_frame()
        except RuntimeError:  # none came in time, or the camera was unplugged
            return False, None
        # The library uses the memory of a frame again, so it is copied.
        return (True, np.array(frame.get_data())) if frame else (False, None)

    def get(self, prop: int, /) -> float:
        """See `Capture.get`."""
        return float(RATE) if prop == cv2.CAP_PROP_FPS else 0.0

    def release(self) -> None:
        """See `Capture.release`."""
        self._pipeline.stop()
