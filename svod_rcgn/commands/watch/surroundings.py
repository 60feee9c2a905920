"""What the system round a command that watches cameras is like, and what OpenCV is told of it."""

import os
import sys

FFMPEG_QUIET = "-8"  # AV_LOG_QUIET


def prepare_opencv() -> None:
    """Set what OpenCV reads from the environment, unless the user has.

    Its own lines and FFmpeg's stay off stderr. Its locks go, which FFmpeg has not needed for years: with
    them, a stream that is slow to answer keeps all others, and films to be written, from being opened.
    """
    os.environ.setdefault("OPENCV_FFMPEG_IS_THREAD_SAFE", "1")
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", FFMPEG_QUIET)
    if "OPENCV_LOG_LEVEL" not in os.environ:
        import cv2

        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)


def has_display() -> bool:
    """Whether there is a screen to show windows on."""
    # OpenCV's own windows need an X server, which Wayland desktops also have.
    return not sys.platform.startswith("linux") or bool(os.environ.get("DISPLAY"))
