"""All lights of one camera, measured frame by frame."""

from collections.abc import Sequence
from math import isfinite
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from ..records import Box, Image
from . import verdict
from .hue import LINEAR, SATURATED, glow_hue
from .levels import Levels, switched
from .lookback import Lookback
from .obstruction import Obstruction
from .periodogram import Spectrum
from .photometry import CORE_POINTS, POINTS, Samples, sample
from .records import Blinking, LightState, Reading
from .settings import FASTEST_SHARE, LightSettings
from .stabilisation import Stabilisation
from .verdict import Course

Floats: TypeAlias = npt.NDArray[np.floating[Any]]
_Rhythmic: TypeAlias = tuple[int, Course, verdict.Rhythm]

_WATCHING = Reading(LightState.UNKNOWN, "it has not been watched for long enough")
_FEW = 5  # frames
_SET_RIGHT = 2.0  # seconds by which a clock is set back as a matter of course; its frames are left out
_MOST_A_SECOND = 100.0  # lights that are judged, so that many cost no more than the time there is
_MOST_A_FRAME = 4  # of them, however few frames there are
_EDGE = 0.15  # seconds
_MOST_SEARCHES = 2  # lights a frame whose rhythm is looked for; the others come in their turn
_GLOW_TURNS = 4  # frames in which the colours of all lights are looked at once
_GLOW_RATE = 0.1  # of a new frame in the looks that colours are measured on
_OTHER_RATE = 0.2  # by which the frame rate has changed when the frequencies are chosen anew
_SURER = 0.1  # of the variation, that a known frequency explains, or others are tried, too
_SHORTER = (1.0, 0.5)  # parts of a rhythm; the last may be steady where the whole is not


class LightPanel:
    """Says of each light whether it is on, off or blinks, and its colour; one a camera.

    Every frame each light is measured; judged are a few a frame in turn, so that a frame costs the same.
    """

    def __init__(
        self,
        count: int,
        settings: LightSettings | None = None,
        white: tuple[float, float, float] = (1.0, 1.0, 1.0),
    ) -> None:
        """Begin without having seen anything.

        Args:
            count: How many lights.
            settings: How they are measured.
            white: What the camera makes of white, linear BGR of any scale.
        """
        self._settings = settings or LightSettings()
        self._white = white
        self._count = count
        self._levels = Levels(count, self._settings.contrast)
        self._obstruction = Obstruction(count)
        self._stabilisation = Stabilisation(count)
        self._glow = _Glow(count)
        self._contrasts = Lookback(self._settings.window, count)
        self._spectrum: Spectrum | None = None
        self._waves: Lookback | None = None
        self._step = 0.0
        self._time = -np.inf
        self._next = 0
        self._due = 0.0
        self._covered = np.full(count, -np.inf)
        self._turn = 0
        self._judged: list[Reading] = [_WATCHING] * count

    @property
    def readings(self) -> Sequence[Reading]:
        """What is known of each light."""
        return tuple(self._judged)

    def look(self, image: Image, time: float, boxes: Sequence[Box | None] | Floats) -> Sequence[Reading]:
        """Take in a frame.

        Args:
            image: (height, width, 3) uint8, BGR.
            time: Seconds; a step back of more than two, or a pause longer than the window, begins anew.
            boxes: Where each light is, None where it was not found; or (count, 4) with nan.

        Returns:
            What is known of each light now.
        """
        places = _rows_of(boxes, self._count)
        if time <= self._time <= time + _SET_RIGHT:
            return self.readings  # the same moment twice tells nothing
        if not 0 < time - self._time <= self._settings.window:
            self._begin_anew()
        step = 0.0 if not isfinite(self._time) else time - self._time
        self._time = time
        self._measure(image, self._stabilisation.steadied(places), step)
        self._judge_some(step)
        return self.readings

    def _begin_anew(self) -> None:
        self._contrasts.clear()
        if self._waves is not None:
            self._waves.clear()
        self._time = -np.inf
        self._judged = [_WATCHING] * self._count

    def _measure(self, image: Image, places: Floats, step: float) -> None:
        samples = sample(image, places)
        present = np.isfinite(places[:, 0])
        hidden = self._obstruction.look(samples, present, step)
        self._levels.forget(self._obstruction.forgotten())
        self._mask_edges(hidden)
        contrast = np.where(present & (self._time - self._covered > _EDGE), samples.contrast, np.nan)
        self._contrasts.add(self._time, contrast)
        way = (contrast - self._levels.low) / np.maximum(self._levels.high - self._levels.low, 1e-6)
        known = self._levels.high - self._levels.low >= self._settings.contrast
        self._turn = (self._turn + 1) % _GLOW_TURNS
        known &= np.arange(self._count) % _GLOW_TURNS == self._turn
        self._glow.look(samples, np.where(known, way, np.nan))
        if self._spectrum is not None and self._waves is not None:
            self._waves.add(self._time, _as_reals(self._spectrum.waves(self._time)))

    def _mask_edges(self, hidden: npt.NDArray[np.bool_]) -> None:
        """What covers a light has dimmed it a bit before it is noticed, and does so for a bit after."""
        times, rows = self._contrasts.times, self._contrasts.rows
        rows[np.ix_(times > self._time - _EDGE, hidden)] = np.nan
        self._covered[hidden] = self._time

    def _judge_some(self, step: float) -> None:
        times = self._contrasts.times
        if len(times) < _FEW:
            return
        self._keep_step(times)
        self._due += min(self._count * min(step / self._settings.interval, 1.0), _MOST_A_SECOND * step)
        number = min(int(self._due), _MOST_A_FRAME)
        self._due = min(self._due - number, 1.0)
        if number:
            self._judge(np.sort((self._next + np.arange(number)) % self._count).astype(np.intp))
            self._next = (self._next + number) % self._count

    def _keep_step(self, times: Floats) -> None:
        self._step = max(float(np.median(np.diff(times))), 1e-3)
        fastest = FASTEST_SHARE / self._step
        settings = self._settings
        if self._spectrum is not None and abs(self._spectrum.grid[-1] / fastest - 1) < _OTHER_RATE:
            return
        self._spectrum = Spectrum(0.9 * settings.slowest, fastest, settings.window)
        self._waves = Lookback(settings.window, 2 * len(self._spectrum.grid))
        for time in times:
            self._waves.add(float(time), _as_reals(self._spectrum.waves(float(time))))

    def _judge(self, lights: npt.NDArray[np.intp]) -> None:
        values = self._contrasts.rows[:, lights].T
        self._levels.learn(lights, values)
        scaled = self._levels.scaled(lights, values)
        rhythmic: list[_Rhythmic] = []
        for place, light in enumerate(lights):
            course = self._course(scaled[place])
            judged = self._without_rhythm(light, course, values[place])
            if judged is None:
                assert course is not None
                rhythmic.append((int(light), course, verdict.rhythm_of(course, self._settings)))
            else:
                self._judged[light] = judged
        self._fit([each for each in rhythmic if not self._is_steady(*each)])

    def _course(self, scaled: Floats) -> Course | None:
        seen = np.isfinite(scaled)
        if not seen.any():
            return None
        kept = scaled[seen]
        return Course(self._contrasts.times[seen], switched(kept), kept, self._step)

    def _without_rhythm(self, light: int, course: Course | None, values: Floats) -> Reading | None:
        """The reading of a light that cannot be judged or does not change; None of the others."""
        settings = self._settings
        unseen = self._time - (float(course.times[-1]) if course else float(self._contrasts.times[0]))
        if course is None or unseen > max(settings.patience, 3 * self._step):
            return Reading(LightState.UNKNOWN, f"it has not been seen for {unseen:.1f} s")
        watched = len(course.times) * self._step
        if watched < 1 / settings.slowest:
            return Reading(LightState.UNKNOWN, f"it has been seen for {watched:.1f} s only")
        if (course.lit != course.lit[0]).any():
            return None
        return self._steady(light, course, values)

    def _steady(self, light: int, course: Course, values: Floats) -> Reading:
        known = bool(self._levels.are_known(np.array([light]))[0])
        level = float(np.nanmedian(values))
        state, reason = verdict.steady(course, known=known, level=level, settings=self._settings)
        return self._reading(light, state, reason)

    def _is_steady(self, light: int, course: Course, rhythm: verdict.Rhythm) -> bool:
        """Judge a light that has changed, but blinks no more or not yet; whether it was one."""
        before = self._judged[light].blinking
        frequency = None if before is None else before.frequency
        if rhythm.has_stopped(course, frequency, self._settings):
            self._judged[light] = self._steady(light, course, self._contrasts.rows[:, light])
            return True
        if not rhythm.is_long_enough(course):
            reason = f"it changed {rhythm.pause:.1f} s ago and may blink"
            self._judged[light] = self._reading(light, LightState.UNKNOWN, reason)
            return True
        return False

    def _fit(self, rhythmic: Sequence[_Rhythmic]) -> None:
        left = self._followed(rhythmic)[:_MOST_SEARCHES]
        for part in _SHORTER:
            if not left:
                return
            frequencies = self._frequencies(left, part)
            for (light, course, rhythm), frequency in zip(left, frequencies, strict=True):
                if isfinite(frequency):
                    blinking = verdict.blinking(course, rhythm, frequency)
                    self._judged[light] = self._reading(light, LightState.BLINKING, "", blinking)
            left = [each for each, found in zip(left, frequencies, strict=True) if not isfinite(found)]
        for light, course, rhythm in left:
            reason = verdict.why_no_rhythm(course, rhythm)
            self._judged[light] = self._reading(light, LightState.UNKNOWN, reason)

    def _followed(self, rhythmic: Sequence[_Rhythmic]) -> list[_Rhythmic]:
        """Judge those that still blink as they did; returns the others."""
        assert self._spectrum is not None
        known = [each for each in rhythmic if self._judged[each[0]].blinking is not None]
        if not known:
            return list(rhythmic)
        before = np.array([self._judged[light].blinking.frequency for light, _, _ in known])  # type: ignore[union-attr]
        fits = self._spectrum.follow(self._contrasts.times, self._values(known, 1.0), before)
        still = fits.share >= self._settings.share + _SURER
        for (light, course, rhythm), frequency, holds in zip(known, fits.frequency, still, strict=True):
            if holds:
                blinking = verdict.blinking(course, rhythm, float(frequency))
                self._judged[light] = self._reading(light, LightState.BLINKING, "", blinking)
        held = {each[0] for each, holds in zip(known, still, strict=True) if holds}
        return [each for each in rhythmic if each[0] not in held]

    def _frequencies(self, rhythmic: Sequence[_Rhythmic], part: float) -> Floats:
        """The frequency of each, nan where none explains enough; by the last part of its rhythm."""
        assert self._spectrum is not None
        assert self._waves is not None
        values = self._values(rhythmic, part)
        real = self._waves.rows[-values.shape[1] :]
        fits = self._spectrum.fit(self._contrasts.times, values, real.view(np.complex64))
        return np.where(fits.share >= self._settings.share, fits.frequency, np.nan)

    def _values(self, rhythmic: Sequence[_Rhythmic], part: float) -> Floats:
        """The last part of each rhythm, (n, frames), 0 dark to 1 lit; nan before and where not seen."""
        times = self._contrasts.times
        values = np.full((len(rhythmic), len(times)), np.nan)
        for row, (_, course, rhythm) in enumerate(rhythmic):
            since = course.times[rhythm.first]
            since = course.times[-1] - part * (course.times[-1] - since)
            kept = course.times >= since
            values[row, np.searchsorted(times, course.times[kept])] = course.scaled[kept]
        return values

    def _reading(
        self, light: int, state: LightState, reason: str, blinking: Blinking | None = None
    ) -> Reading:
        contrast = float(self._contrasts.rows[-1, light])
        lit, dark, seen = self._glow.of(light)
        is_lit = bool((seen >= 0).any()) and state in (LightState.ON, LightState.BLINKING)
        hue = glow_hue(lit, dark, np.maximum(seen, 0), self._white) if is_lit else None
        return Reading(
            state,
            reason,
            brightness=contrast if isfinite(contrast) else None,
            blinking=blinking,
            hue=hue,
            too_bright=is_lit and hue is None,
        )


class _Glow:
    """How the points of each light look lit and dark, in linear light, where they are not saturated."""

    def __init__(self, count: int) -> None:
        self._lit = np.zeros((count, POINTS, 3), np.float32)
        self._dark = np.full((count, POINTS, 3), np.nan, np.float32)
        self._clear = np.full((count, POINTS), -1.0, np.float32)

    def look(self, samples: Samples, way: Floats) -> None:
        """Take in a frame; `way` is (n,) 0 dark to 1 lit, nan of lights that tell nothing now."""
        lit = np.flatnonzero(way > 0.7)  # noqa: PLR2004 - sure of it
        dark = np.flatnonzero(way < 0.2)  # noqa: PLR2004
        if len(dark):
            linear = LINEAR[samples.points[dark]]
            before = self._dark[dark]
            self._dark[dark] = np.where(np.isnan(before), linear, before + _GLOW_RATE * (linear - before))
        if len(lit):
            self._look_lit(lit, samples.points[lit])

    def _look_lit(self, lights: npt.NDArray[np.intp], points: npt.NDArray[np.uint8]) -> None:
        blue, green, red = points.transpose(2, 0, 1)
        clear = np.maximum(np.maximum(blue, green), red) < SATURATED
        seen = self._clear[lights]
        linear, before = LINEAR[points], self._lit[lights]
        rate = np.where(seen > 0, _GLOW_RATE, 1.0) * clear
        self._lit[lights] = before + rate[..., None] * (linear - before)
        self._clear[lights] = np.where(seen < 0, clear, seen + _GLOW_RATE * (clear - seen))

    def of(self, light: int) -> tuple[Floats, Floats, Floats]:
        """Lit and dark, (points, 3), and how often each point was not saturated, -1 where never lit."""
        lit, dark = self._lit[light], self._dark[light]
        if np.isnan(dark[0, 0]):
            dark = np.broadcast_to(np.median(lit[CORE_POINTS:], axis=0), lit.shape)
        return lit, dark, self._clear[light]


def _rows_of(boxes: Sequence[Box | None] | Floats, count: int) -> Floats:
    if isinstance(boxes, np.ndarray):
        return boxes
    rows = np.full((count, 4), np.nan)
    for row, box in zip(rows, boxes, strict=True):
        if box is not None:
            row[:] = box.left, box.top, box.right, box.bottom
    return rows


def _as_reals(waves: npt.NDArray[np.complex64]) -> npt.NDArray[np.float32]:
    reals: npt.NDArray[np.float32] = waves.view(np.float32)
    return reals
