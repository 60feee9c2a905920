"""How sources are read and frames are shown."""

from dataclasses import dataclass, field

from ..retry import RetrySettings


@dataclass(frozen=True, slots=True)
class VideoSettings:
    """How frames are worked on and shown.

    `max_width` and `max_height` are the bounds, in pixels, of the picture that is worked on; larger
    frames are scaled down. With `asynchronous`, pictures are shown as they come and labels follow; with
    `paced`, a film is taken no faster than it runs, as a viewer needs it.
    """

    max_width: int = 1280
    max_height: int = 720
    asynchronous: bool = False
    paced: bool = False


@dataclass(frozen=True, slots=True)
class LiveSettings:
    """How cameras and streams are read: the longest wait for a picture, in seconds, and the retries."""

    read_timeout: float = 10.0
    retry: RetrySettings = field(default_factory=RetrySettings)
