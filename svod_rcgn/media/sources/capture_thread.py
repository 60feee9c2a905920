"""One connection, read by a thread of its own that keeps only the newest picture."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Thread
from time import monotonic
from time import time as wall_clock

from ...errors import InputError, SvodError
from ...records import Image, is_image
from ..latest import Closed, Latest
from .source import Capture

_GRACE = 0.2  # seconds that a read which goes well needs at most to return


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A picture and when it came: seconds since the epoch, and seconds of the clock that never jumps."""

    image: Image
    time: float
    captured: float


class Reader:
    """Opens and reads in a daemon thread, which a read that never returns cannot hold up.

    The thread alone touches the capture, and releases it as soon as its read returns: to release a
    capture from elsewhere while it is read crashes the process.
    """

    def __init__(self, connect: Callable[[], Capture], name: str, timeout: float) -> None:
        """Begin to read.

        Args:
            connect: Opens the capture, and raises InputError where that fails.
            name: What errors bear.
            timeout: The longest that opening, and each read, may take, in seconds.
        """
        self._connect = connect
        self._name = name
        self._timeout = timeout
        self._latest: Latest[Picture] = Latest()
        self._closed = False
        self._error: SvodError | None = None
        self._opened = monotonic()
        self._thread = Thread(target=self._run, name=f"read {name}", daemon=True)
        self._thread.start()

    @property
    def dropped(self) -> int:
        """Pictures that a newer one replaced."""
        return self._latest.dropped

    @property
    def hangs(self) -> bool:
        """Whether its thread still waits for the driver."""
        return self._thread.is_alive()

    def pictures(self) -> Iterator[Picture]:
        """The newest picture each time, until `close`.

        Raises:
            InputError: The connection cannot be made, broke off, or is silent for too long.
        """
        while True:
            try:
                yield self._next()
            except Closed:
                if self._error is not None:
                    raise self._error from None
                return

    def close(self) -> None:
        """Want no more pictures; wakes whoever waits for one."""
        self._closed = True
        self._latest.close()

    def end(self) -> None:
        """Close, and give the thread a moment to let go of the device."""
        self.close()
        self._thread.join(_GRACE)

    def _next(self) -> Picture:
        asked = monotonic()
        while (rest := max(asked, self._opened) + self._timeout - monotonic()) > 0:
            try:
                return self._latest.take(rest)
            except TimeoutError:
                continue  # it may have been opened meanwhile, and has its time for the first picture
        raise InputError(f"{self._name}: sends no picture for {self._timeout:g} s; is it still connected?")

    def _run(self) -> None:
        try:
            self._read()
        except Exception as error:  # whatever a driver raises, the other thread must hear of it
            self._error = error if isinstance(error, SvodError) else _unreadable(self._name, error)
        finally:
            self._latest.close()

    def _read(self) -> None:
        capture = self._connect()
        self._opened = monotonic()
        try:
            self._keep_newest(capture)
        finally:
            capture.release()

    def _keep_newest(self, capture: Capture) -> None:
        shape: tuple[int, ...] | None = None
        while not self._closed:
            image = _checked(capture.read()[1], self._name)
            if shape not in (None, image.shape):
                raise InputError(f"{self._name}: changed the size of its picture")
            shape = image.shape
            self._latest.put(Picture(image, wall_clock(), monotonic()))


def _checked(image: object, name: str) -> Image:
    if image is None:
        raise InputError(f"{name}: sends no more pictures; is it still switched on and connected?")
    if not is_image(image):
        raise InputError(f"{name}: sent a damaged picture")
    return image


def _unreadable(name: str, error: Exception) -> InputError:
    return InputError(f"{name}: cannot be read ({type(error).__name__})")
