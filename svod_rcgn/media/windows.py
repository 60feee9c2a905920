"""Windows on the screen: cameras hand pictures over from their threads, the main thread shows them."""

from collections.abc import Sequence
from contextlib import suppress

import cv2

from ..errors import InputError
from ..records import Image
from .latest import Closed, Latest

KEYS_TO_CLOSE = frozenset({ord("q"), ord("Q"), 27})
GLANCE_MS = 20


class Window:
    """The end of a window that any thread may hold; of its pictures only the newest is shown."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.closed = False
        self._latest: Latest[Image] = Latest()

    def write(self, image: Image, time: float) -> None:  # noqa: ARG002
        """See `Output.write`."""
        self._latest.put(image)

    def close(self) -> None:
        """See `Output.close`."""
        self.closed = True
        self._latest.close()

    def newest(self) -> Image | None:
        """The picture to show, None where no new one has come."""
        try:
            return self._latest.take(timeout=0)
        except (TimeoutError, Closed):
            return None


class Screen:
    """The end that belongs to the main thread, which OpenCV wants to drive all windows.

    A window's own button closes that one; q and Esc close all of them, since OpenCV does not tell
    which window a key was meant for.
    """

    def __init__(self, windows: Sequence[Window]) -> None:
        """Open the windows.

        Raises:
            InputError: OpenCV has no windows here.
        """
        self._windows = windows
        self._shown: set[Window] = set()
        try:
            for window in windows:
                cv2.namedWindow(window.title, cv2.WINDOW_AUTOSIZE)
        except cv2.error as error:
            raise InputError("no window can be opened by this OpenCV; add --no_window") from error

    @property
    def open_windows(self) -> list[Window]:
        """Those that nobody has closed yet."""
        return [window for window in self._windows if not window.closed]

    def refresh(self) -> None:
        """Show what is new and listen for keys, for 20 milliseconds."""
        for window in self.open_windows:
            self._show(window)
        pressed = cv2.waitKey(GLANCE_MS) & 0xFF in KEYS_TO_CLOSE
        for window in self.open_windows:
            if pressed or self._is_gone(window):
                self._close(window)

    def hold(self) -> None:
        """Let the last pictures stay until somebody closes them."""
        while self.open_windows:
            self.refresh()

    def close(self) -> None:
        """Close all windows."""
        for window in self.open_windows:
            self._close(window)

    def _show(self, window: Window) -> None:
        image = window.newest()
        if image is not None:
            cv2.imshow(window.title, image)
            self._shown.add(window)

    def _is_gone(self, window: Window) -> bool:
        return window in self._shown and cv2.getWindowProperty(window.title, cv2.WND_PROP_VISIBLE) < 1

    def _close(self, window: Window) -> None:
        window.close()
        with suppress(cv2.error):  # its own button may have destroyed it already
            cv2.destroyWindow(window.title)
