"""What a light does, by when it changed: on, off, blinking, or why it cannot be told."""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from .levels import is_between
from .records import Blinking, LightState
from .settings import FASTEST_SHARE, LightSettings

Floats: TypeAlias = npt.NDArray[np.floating[Any]]

_LONGER = 1.5  # than any pause of a blinking light before: it has stopped
_LEAST_PAUSE = 0.6  # seconds, and this many frames:
_PAUSE_FRAMES = 4
_CONTRADICTIONS = 4  # frames
ALTERNATIONS = 4
_DOUBT = (0.6, 1.2)  # of a limit; a light as bright as that may be a dim one that is lit
_LEAST_RHYTHM = 1.5  # seconds; a few chance changes within less look as regular
_HASTY = 2.5  # frames that a level lasts on average; a light that changes sooner may be too fast


@dataclass(frozen=True, eq=False)
class Course:
    """When a light was seen lit and dark: `times` in seconds, `lit` the same length, `scaled` 0 dark to 1.

    `step` are the usual seconds between two frames.
    """

    times: Floats
    lit: npt.NDArray[np.bool_]
    scaled: Floats
    step: float

    @property
    def fastest(self) -> float:
        """The highest frequency, in Hz, that such frames show."""
        return FASTEST_SHARE / self.step


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The part of a course, from frame `first` on, in which a light changed again and again.

    `pause` are the seconds in which it was seen since its last change.
    """

    first: int
    changes: int
    pause: float
    longest: float

    def is_long_enough(self, course: Course) -> bool:
        """Whether it can be told from a few changes by chance."""
        lasts = float(course.times[-1] - course.times[self.first])
        return self.changes >= ALTERNATIONS and lasts >= _LEAST_RHYTHM

    def has_stopped(self, course: Course, frequency: float | None, settings: LightSettings) -> bool:
        """Whether it has not changed for longer than a blinking light would have taken.

        A light whose `frequency` is known has stopped when it was seen in a way in which it was not at the
        same moments of its period: frames that keep in step with it may show it lit for a while though it
        blinks.
        """
        slow = 1 / settings.slowest
        if self.changes < ALTERNATIONS:
            return self.pause > slow
        if frequency is not None:
            return _contradictions(course, self.first, frequency) >= _CONTRADICTIONS
        return self.pause > min(slow, max(_LONGER * self.longest, _LEAST_PAUSE, _PAUSE_FRAMES * course.step))


def _contradictions(course: Course, first: int, frequency: float) -> int:
    """Frames since the last change at moments of the period at which the light had been the other way."""
    last = int(np.flatnonzero(course.lit[1:] != course.lit[:-1])[-1]) + 1
    moments = (frequency * (course.times - course.times[-1])) % 1
    order = np.argsort(moments[first:last])
    known, lit = moments[first:last][order], course.lit[first:last][order]
    places = np.searchsorted(known, moments[last:])
    before, after = lit[places - 1], lit[places % len(lit)]
    state = course.lit[-1]
    return int(((before != state) & (after != state)).sum())


def rhythm_of(course: Course, settings: LightSettings) -> Rhythm:
    """Find the changes that may belong to one blinking, backwards from the last."""
    changes = np.flatnonzero(course.lit[1:] != course.lit[:-1]) + 1
    seen = _seen_seconds(course)
    if not len(changes):
        return Rhythm(0, 0, float(seen[-1] - seen[0]), 0.0)
    gaps = np.diff(seen[changes])
    long = np.flatnonzero(gaps > 1 / settings.slowest)
    start = int(long[-1]) + 1 if len(long) else 0
    longest = float(gaps[start:].max()) if len(gaps) > start else 0.0
    return Rhythm(int(changes[start]), len(changes) - start, float(seen[-1] - seen[changes[-1]]), longest)


def _seen_seconds(course: Course) -> Floats:
    """How long the light had been seen at each frame; what was missed in between does not count."""
    steps = np.minimum(np.diff(course.times, prepend=course.times[0]), 2 * course.step)
    seconds: Floats = np.cumsum(steps)
    return seconds


def steady(course: Course, *, known: bool, level: float, settings: LightSettings) -> tuple[LightState, str]:
    """The state of a light that does not change.

    Args:
        course: Of its last seconds.
        known: Whether both its levels have been seen.
        level: Its contrast, in grey levels.
        settings: The limit for a light that was seen at one level only.
    """
    if not known:
        if settings.limit is None:
            return (
                LightState.UNKNOWN,
                "only one brightness has been seen of it; wait for the other or set a limit",
            )
        if _DOUBT[0] < level / max(settings.limit, 1.0) < _DOUBT[1]:
            reason = f"its brightness of {level:.0f} is too near to the limit of {settings.limit:g}"
            return LightState.UNKNOWN, reason
        return (LightState.ON if level > settings.limit else LightState.OFF), ""
    way = float(np.median(course.scaled[-_recent(course) :]))
    if is_between(way):
        return LightState.UNKNOWN, f"it stands between dark and lit, at {100 * way:.0f} %"
    return (LightState.ON if way > 0.5 else LightState.OFF), ""  # noqa: PLR2004 - half way


def _recent(course: Course) -> int:
    return max(3, int(np.sum(course.times > course.times[-1] - _LEAST_PAUSE)))


def blinking(course: Course, rhythm: Rhythm, frequency: float) -> Blinking:
    """The measures of a light that blinks at a frequency in Hz.

    The frequency's uncertainty is that of a straight line through the times of its changes, each of which
    lies anywhere between two frames; the duty's that of the mean time between two changes, and of the
    exposure, which is anything up to the time between two frames and adds to each flash.
    """
    lit = course.lit[rhythm.first :]
    duration = max(float(course.times[-1] - course.times[rhythm.first]), course.step)
    changes = max(rhythm.changes, 1)
    return Blinking(
        frequency=float(frequency),
        frequency_uncertainty=float(frequency * course.step / (duration * changes**0.5)),
        duty=float(lit.mean()),
        duty_uncertainty=min(0.5, float(frequency * course.step * (1 / (3 * changes) + 1 / 12) ** 0.5)),
        alternations=rhythm.changes,
    )


def why_no_rhythm(course: Course, rhythm: Rhythm) -> str:
    """Why a light that changes again and again does not blink."""
    frames = len(course.times) - rhythm.first
    if frames < _HASTY * rhythm.changes:
        rate = 1 / course.step
        return (
            f"it changes too fast: at {rate:.0f} frames a second nothing faster than {course.fastest:.0f} Hz"
        )
    return "it changes in no steady rhythm"
