"""Only news is kept of a film or a stream: no frame that is blurred or looks like one already kept."""

from collections.abc import Iterable

from ..records import Image
from .likeness import NO_NEWS, Looks, look_of


class News:
    """Decides frame by frame, and counts what it has seen and kept.

    The frames of one hold are compared with each other and not with what was kept before them, since
    that may have other tags.
    """

    def __init__(self) -> None:
        self._kept = Looks.empty()
        self.seen = 0

    @property
    def kept(self) -> int:
        """How many frames were news."""
        return len(self._kept)

    def is_news(self, image: Image) -> bool:
        """Whether to keep a (height, width, 3) BGR frame; it counts as kept then."""
        self.seen += 1
        look = look_of(image)
        if look.is_blurred or self._kept.like(look, NO_NEWS):
            return False
        self._kept.add(look)
        return True

    def of(self, frames: Iterable[Image]) -> Iterable[Image]:
        """The frames that are news."""
        return (frame for frame in frames if self.is_news(frame))

    def __str__(self) -> str:
        return f"{self.seen:,} seen, {self.kept:,} kept"
