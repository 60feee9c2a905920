"""What a source of frames is, and what is needed of the library that reads it."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, Protocol

import cv2

from ...records import Frame

DEFAULT_RATE = 25.0
HIGHEST_RATE = 240.0


@dataclass(frozen=True, slots=True)
class Health:
    """How a source fares: frames that nobody took, connections made anew, and what failed last."""

    dropped: int = 0
    reconnects: int = 0
    last_error: str | None = None


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

    @property
    def health(self) -> Health: ...  # noqa: D102

    def frames(self) -> Generator[Frame, None, None]:
        """Every frame of a film once, in order; of a live source the newest each time.

        The device is released when the generator is closed. A live source may be asked again.
        """
        ...

    def stop(self) -> None:
        """End `frames` from another thread, even while it waits for a picture."""
        ...


def rate_of(capture: Capture) -> float:
    """The frames a second that a capture tells, or the default where that cannot be."""
    rate = capture.get(cv2.CAP_PROP_FPS)
    return rate if 0 < rate <= HIGHEST_RATE else DEFAULT_RATE
