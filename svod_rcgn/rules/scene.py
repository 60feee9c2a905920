"""What a camera has seen lately, subject by subject, as rules look at it."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..records import Observation, Subject
from .plane import Point

REMEMBERED = 60.0  # seconds after which a subject that is not seen is forgotten
_WAY = 2.0  # seconds of its way that are kept
_FADE = 0.5  # of a score a second: a glimpse that was sure counts for a while
_UNKNOWN_STATE = "cannot tell"


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What one frame showed: a record, which needs no picture.

    `time` in seconds; `width` and `height` of the picture in pixels; each subject with its best observation.
    """

    time: float
    width: int
    height: int
    subjects: Mapping[Subject, Observation]


@dataclass(slots=True, eq=False)
class Track:
    """A subject over time; lengths are in heights of the picture.

    `since` is when it came, `last` when it was seen last, `now` whether on the newest frame. `box` is the
    last one, (left, top, right, bottom), None of the whole picture. `way` are times and places of its bottom.
    """

    subject: Subject
    since: float
    last: float
    score: float = 0.0
    now: bool = True
    box: tuple[float, float, float, float] | None = None
    way: deque[tuple[float, Point]] = field(default_factory=deque)
    attributes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def bottom(self) -> Point | None:
        """The middle of the lower edge, which stands on the ground."""
        return None if self.box is None else ((self.box[0] + self.box[2]) / 2, self.box[3])

    @property
    def height(self) -> float:
        """Of its box."""
        return 0.0 if self.box is None else self.box[3] - self.box[1]

    def see(self, time: float, observation: Observation, pixels: float, patience: float) -> None:
        """Take in that it is on a frame."""
        if time - self.last > patience:
            self.since = time
        faded = self.score - _FADE * (time - self.last)
        self.score = max(observation.score, faded)
        self.last, self.now = time, True
        self.attributes = observation.attributes
        if observation.box is not None:
            box = observation.box
            self.box = (box.left / pixels, box.top / pixels, box.right / pixels, box.bottom / pixels)
            assert self.bottom is not None
            self.way.append((time, self.bottom))
            while time - self.way[0][0] > _WAY:
                self.way.popleft()

    def is_present(self, time: float, patience: float) -> bool:
        """Whether it is there, seen just now or missed for no longer than that."""
        return time - self.last <= patience


class Scene:
    """The subjects of one camera."""

    def __init__(self, patience: float, remembered: float = REMEMBERED) -> None:
        """Begin without any.

        Args:
            patience: Seconds for which something may be missed without being gone.
            remembered: Seconds after which what is gone is forgotten.
        """
        self._patience = patience
        self._remembered = max(remembered, 2 * patience)
        self.tracks: dict[Subject, Track] = {}
        self.time = 0.0
        self.aspect = 1.0
        self.begun: float | None = None

    def remember(self, seconds: float) -> None:
        """Forget what is gone after so many seconds, if that is later than until now."""
        self._remembered = max(self._remembered, seconds)

    def look(self, seen: Seen) -> list[Track]:
        """Take in a frame, later than the one before.

        Returns:
            The subjects that are forgotten.
        """
        self.time, self.aspect = seen.time, seen.width / seen.height
        if self.begun is None:
            self.begun = seen.time
        for track in self.tracks.values():
            track.now = False
        for subject, observation in seen.subjects.items():
            track = self.tracks.setdefault(subject, Track(subject, seen.time, seen.time))
            track.see(seen.time, observation, seen.height, self._patience)
        lost = [track for track in self.tracks.values() if seen.time - track.last > self._remembered]
        for track in lost:
            del self.tracks[track.subject]
        return lost

    def scaled(self, points: Iterable[Point]) -> list[Point]:
        """Points in shares of the picture, as lengths in heights of it."""
        return [(x * self.aspect, y) for x, y in points]
