"""Conditions at work: each follows one subject and says, frame by frame, whether it holds, or why not.

A condition that is about all that is there, as a count, is asked with no subject.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from ..records import FACE, Subject
from . import plane
from . import vocabulary as words
from .scene import Scene, Track

_SPEED_SECONDS = 1.0
_LEAST_WAY = 3  # places of which a speed is told


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a condition holds, and what was measured, by name.

    Where it does not, `reason` says by how much ("dwell 2.1 s < 4 s"), and `near` how nearly, 0..1.
    """

    holds: bool
    measures: Mapping[str, float] = field(default_factory=dict)
    reason: str = ""
    near: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """What a condition is asked about: the time, the subject (None for all), and all that the rule looks at.

    `others` is everything that the camera sees.
    """

    time: float
    track: Track | None
    scene: Scene
    others: Scene


class Condition(Protocol):
    """Follows one subject."""

    def look(self, moment: Moment) -> Verdict:
        """Take in a frame, later than the one before, and say whether it holds."""
        ...


@dataclass(frozen=True, slots=True)
class Places:
    """What the rules of a file call by names, and how long things may be missed."""

    zones: Mapping[str, Sequence[plane.Point]]
    lines: Mapping[str, tuple[plane.Point, plane.Point]]
    patience: float


_NOBODY = Verdict(False, reason="nothing of it is seen")


def _at_least(name: str, value: float, limit: float, unit: str = "") -> Verdict:
    holds = value >= limit
    reason = "" if holds else f"{name} {value:.3g}{unit} < {limit:.3g}{unit}"
    near = 1.0 if holds or not limit else max(0.0, value / limit)
    return Verdict(holds, {name: value}, reason, near)


class _Held:
    """For how long something has been so; not to know for less than the patience leaves it as it was."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._since: float | None = None
        self._known = 0.0

    def seconds(self, time: float, *, so: bool | None) -> float | None:
        """How long, None where it is not so; `so` is None where nobody knows."""
        if so is None:
            so = self._since is not None and time - self._known <= self._patience
        else:
            self._known = time
        if not so:
            self._since = None
        elif self._since is None:
            self._since = time
        return None if self._since is None else time - self._since


class _Present:
    def __init__(self, told: words.Present, places: Places) -> None:
        self._told, self._patience = told, places.patience

    def look(self, moment: Moment) -> Verdict:
        track = moment.track
        if track is None:
            return _NOBODY
        if not track.is_present(moment.time, self._patience):
            return Verdict(False, reason=f"not seen for {moment.time - track.last:.1f} s")
        return _at_least("present", moment.time - track.since, self._told.seconds, " s")


class _Gone:
    def __init__(self, told: words.Gone, _places: Places) -> None:
        self._told = told

    def look(self, moment: Moment) -> Verdict:
        track = moment.track
        if track is None:
            return _NOBODY
        return _at_least("gone", moment.time - track.last, self._told.seconds, " s")


class _Unseen:
    def __init__(self, told: words.Unseen, _places: Places) -> None:
        self._told = told
        self._last: float | None = None

    def look(self, moment: Moment) -> Verdict:
        seen = [track.last for track in moment.scene.tracks.values()]
        begun = moment.scene.begun or 0.0
        self._last = max([*seen, begun if self._last is None else self._last])
        return _at_least("unseen", moment.time - self._last, self._told.seconds, " s")


class _Inside:
    """Whether a subject is in a zone: it comes in and leaves only when it is clearly over the border."""

    def __init__(self, polygon: Sequence[plane.Point], point: str, inertia: float, patience: float) -> None:
        self._polygon, self._point, self._inertia, self._patience = polygon, point, inertia, patience
        self._scaled: list[plane.Point] | None = None
        self._is_in = False
        self.since = 0.0
        self.depth = 0.0

    def look(self, time: float, track: Track, scene: Scene) -> bool:
        if track.now and track.box is not None:
            self._scaled = self._scaled or scene.scaled(self._polygon)
            self.depth = self._depth(track, self._scaled)
            margin = self._inertia * track.height
            entered = not self._is_in and self.depth > margin
            if entered:
                self._is_in, self.since = True, time
            elif self._is_in and self.depth < -margin:
                self._is_in = False
        elif not track.is_present(time, self._patience):
            self._is_in = False
        return self._is_in

    def _depth(self, track: Track, polygon: Sequence[plane.Point]) -> float:
        assert track.box is not None
        left, top, right, bottom = track.box
        middle = (left + right) / 2
        if self._point == "bottom":
            return plane.depth_in((middle, bottom), polygon)
        if self._point == "centre":
            return plane.depth_in((middle, (top + bottom) / 2), polygon)
        corners = ((left, top), (right, top), (left, bottom), (right, bottom))
        depths = [plane.depth_in(corner, polygon) for corner in corners]
        return max(depths) if self._point == "any" else min(depths)


class _Zone:
    def __init__(self, told: words.Zone, places: Places) -> None:
        self._told = told
        self._inside = _Inside(places.zones[told.zone], told.point, told.inertia, places.patience)

    def look(self, moment: Moment) -> Verdict:
        if moment.track is None:
            return _NOBODY
        if not self._inside.look(moment.time, moment.track, moment.scene):
            away = max(0.0, -self._inside.depth)
            reason = f"outside of {self._told.zone} by {100 * away:.1f} % of the picture's height"
            return Verdict(False, reason=reason, near=max(0.0, 0.5 - away))
        return _at_least("dwell", moment.time - self._inside.since, self._told.seconds, " s")


class _Line:
    """Holds from the crossing on, as long as the track lasts; for one frame each where it may cross again."""

    def __init__(self, told: words.Line, places: Places) -> None:
        self._told, self._line = told, places.lines[told.line]
        self._ends: list[plane.Point] | None = None
        self._sure: tuple[float, plane.Point] | None = None
        self._crossed = 0
        self._nearest = float("inf")

    def look(self, moment: Moment) -> Verdict:
        track = moment.track
        if track is None:
            return _NOBODY
        self._ends = self._ends or moment.scene.scaled(self._line)
        crossed_now = track.now and track.bottom is not None and self._step(track, track.bottom)
        if crossed_now:
            self._crossed += 1
        if crossed_now or (self._crossed and not self._told.again):
            return Verdict(True, {"crossings": float(self._crossed)})
        off = f"{100 * self._nearest:.1f} % of the picture's height"
        reason = f"not over {self._told.line}, at the nearest {off} off it"
        return Verdict(False, reason=reason, near=max(0.0, 0.5 - self._nearest))

    def _step(self, track: Track, place: plane.Point) -> bool:
        """Whether it is now surely on the other side of where it was surely before."""
        assert self._ends is not None
        start, end = self._ends
        side = plane.side_of(place, start, end)
        self._nearest = min(self._nearest, plane.distance_to_segment(place, start, end))
        if abs(side) <= self._told.inertia * track.height:
            return False
        before, self._sure = self._sure, (side, place)
        if before is None or before[0] * side > 0 or not plane.crosses(before[1], place, start, end):
            return False
        return self._told.to == "either" or (self._told.to == "right") == (side > 0)


class _Count:
    def __init__(self, told: words.Count, places: Places) -> None:
        self._told, self._places = told, places
        self._inside: dict[Subject, _Inside] = {}
        self._held = _Held(places.patience)

    def look(self, moment: Moment) -> Verdict:
        number = sum(self._counts(track, moment) for track in moment.scene.tracks.values())
        self._inside = {each: state for each, state in self._inside.items() if each in moment.scene.tracks}
        low, high = self._told.at_least, self._told.at_most
        too_few, too_many = low is not None and number < low, high is not None and number > high
        seconds = self._held.seconds(moment.time, so=not (too_few or too_many))
        if seconds is None:
            reason = f"count {number} < {low}" if too_few else f"count {number} > {high}"
            return Verdict(
                False, {"count": float(number)}, reason, 0.5 * number / (low or 1) if too_few else 0.5
            )
        held = _at_least("held", seconds, self._told.seconds, " s")
        return Verdict(held.holds, {"count": float(number)}, f"count {held.reason}", held.near)

    def _counts(self, track: Track, moment: Moment) -> bool:
        if not track.is_present(moment.time, self._places.patience):
            return False
        if self._told.zone is None:
            return True
        if track.subject not in self._inside:
            polygon = self._places.zones[self._told.zone]
            self._inside[track.subject] = _Inside(polygon, "bottom", words.INERTIA, self._places.patience)
        return self._inside[track.subject].look(moment.time, track, moment.scene)


class _Speed:
    def __init__(self, told: words.Speed, _places: Places) -> None:
        self._told = told

    def look(self, moment: Moment) -> Verdict:
        if moment.track is None:
            return _NOBODY
        speed = _speed_of(moment.track, moment.time)
        if speed is None:
            return Verdict(False, reason="seen for too short a way to tell its speed")
        speed *= self._told.width / moment.scene.aspect
        above, below = self._told.above, self._told.below
        if below is not None and speed > below:
            return Verdict(False, {"speed": speed}, f"speed {speed:.2f} m/s > {below:g} m/s", below / speed)
        return _at_least("speed", speed, above or 0.0, " m/s")


def _speed_of(track: Track, time: float) -> float | None:
    """Heights of the picture a second, by a straight line through its last places."""
    places = [(at, place) for at, place in track.way if time - at <= _SPEED_SECONDS]
    if len(places) < _LEAST_WAY:
        return None
    mean = sum(at for at, _ in places) / len(places)
    spread = sum((at - mean) ** 2 for at, _ in places)
    if not spread:
        return None
    x, y = (sum((at - mean) * place[axis] for at, place in places) / spread for axis in (0, 1))
    return float((x * x + y * y) ** 0.5)


class _Near:
    def __init__(self, told: words.Near, places: Places) -> None:
        self._told, self._patience = told, places.patience
        self._held = _Held(places.patience)

    def look(self, moment: Moment) -> Verdict:
        if moment.track is None:
            return _NOBODY
        gaps = [
            gap for other in moment.others.tracks.values() if (gap := self._gap(moment, other)) is not None
        ]
        near = min(gaps, default=None)
        seconds = self._held.seconds(moment.time, so=near is not None and near <= self._told.distance)
        if near is None:
            return Verdict(False, reason=f"no {self._told.label} is there")
        if seconds is None:
            reason = f"{self._told.label} {near:.3f} of the picture's height away > {self._told.distance:g}"
            return Verdict(False, {"distance": near}, reason, max(0.0, 0.5 - near))
        held = _at_least("near", seconds, self._told.seconds, " s")
        return Verdict(held.holds, {"distance": near}, held.reason, held.near)

    def _gap(self, moment: Moment, other: Track) -> float | None:
        track = moment.track
        is_other = (
            track is not None and other.subject != track.subject and other.subject.label == self._told.label
        )
        if not is_other or track is None or track.box is None or other.box is None:
            return None
        return (
            plane.gap_between(track.box, other.box) if other.is_present(moment.time, self._patience) else None
        )


class _Attributed:
    """What an attribute says, for so long; where it is silent, what it said last counts for the patience."""

    def __init__(self, name: str, wanted: Sequence[str], seconds: float, places: Places) -> None:
        self._name, self._wanted, self._seconds = name, wanted, seconds
        self._held = _Held(places.patience)

    def look(self, moment: Moment) -> Verdict:
        track = moment.track
        if track is None:
            return _NOBODY
        value = track.attributes.get(self._name) if track.now else None
        seconds = self._held.seconds(moment.time, so=None if value is None else value in self._wanted)
        if seconds is None:
            why = track.attributes.get("reason")
            told = f"{self._name} {value or 'unknown'}, not {' or '.join(self._wanted)}"
            return Verdict(False, reason=f"{told}: {why}" if why and value is None else told)
        held = _at_least(self._name, seconds, self._seconds, " s")
        return Verdict(held.holds, _measures_of(track), held.reason, held.near)


_MEASURED = ("frequency", "frequency_uncertainty", "duty", "duty_uncertainty", "brightness")


def _measures_of(track: Track) -> Mapping[str, float]:
    return {
        name: float(track.attributes[name]) for name in _MEASURED if track.attributes.get(name) is not None
    }


class _Blinks:
    def __init__(self, told: words.Blinks, places: Places) -> None:
        self._told = told
        self._state = _Attributed("state", ("blinking",), 0.0, places)
        self._last: Verdict = _NOBODY

    def look(self, moment: Moment) -> Verdict:
        state = self._state.look(moment)
        if not state.holds or moment.track is None:
            return state
        frequency = moment.track.attributes.get("frequency")
        if frequency is not None:
            self._last = self._judged(float(frequency), moment.track)
        return self._last

    def _judged(self, frequency: float, track: Track) -> Verdict:
        measures, told = _measures_of(track), self._told
        if frequency < told.slowest:
            reason = f"frequency {frequency:.2f} Hz < {told.slowest:g} Hz"
            return Verdict(False, measures, reason, frequency / told.slowest)
        if frequency > told.fastest:
            reason = f"frequency {frequency:.2f} Hz > {told.fastest:g} Hz"
            return Verdict(False, measures, reason, told.fastest / frequency)
        seen = _at_least("alternations", float(track.attributes.get("alternations", 0)), told.alternations)
        return Verdict(seen.holds, {**measures, **seen.measures}, seen.reason, seen.near)


class _Attribute:
    def __init__(self, told: words.Attribute, _places: Places) -> None:
        self._told = told

    def look(self, moment: Moment) -> Verdict:
        if moment.track is None:
            return _NOBODY
        told, value = self._told, moment.track.attributes.get(self._told.name)
        if told.equals is not None:
            holds = value == told.equals
            return Verdict(holds, reason="" if holds else f"{told.name} is {value!r}, not {told.equals!r}")
        if not isinstance(value, int | float):
            return Verdict(False, reason=f"{told.name} is no number")
        if told.at_most is not None and value > told.at_most:
            return Verdict(False, {told.name: float(value)}, f"{told.name} {value:g} > {told.at_most:g}")
        return _at_least(
            told.name, float(value), told.at_least if told.at_least is not None else float(value)
        )


class _All:
    def __init__(self, told: words.All, places: Places) -> None:
        self._parts = [built(each, places) for each in told.of]

    def look(self, moment: Moment) -> Verdict:
        verdicts = [part.look(moment) for part in self._parts]
        measures = _merged(verdicts)
        for number, verdict in enumerate(verdicts):
            if not verdict.holds:  # the first that fails says why; those before it were met
                near = (number + verdict.near) / len(verdicts)
                return Verdict(False, measures, verdict.reason, near)
        return Verdict(True, measures)


class _Any:
    def __init__(self, told: words.Any, places: Places) -> None:
        self._parts = [built(each, places) for each in told.of]

    def look(self, moment: Moment) -> Verdict:
        verdicts = [part.look(moment) for part in self._parts]
        holding = [verdict for verdict in verdicts if verdict.holds]
        if holding:
            return Verdict(True, _merged(holding))
        return max(verdicts, key=lambda verdict: verdict.near)


class _Not:
    def __init__(self, told: words.Not, places: Places) -> None:
        self._part = built(told.of, places)
        self._name = told.of.__struct_config__.tag

    def look(self, moment: Moment) -> Verdict:
        verdict = self._part.look(moment)
        measures = ", ".join(f"{name} {value:.3g}" for name, value in verdict.measures.items())
        if verdict.holds:
            return Verdict(
                False, verdict.measures, f"{self._name} holds, and must not ({measures})".replace(" ()", "")
            )
        return Verdict(True, verdict.measures)


class _Some:
    """Follows each of all that the camera sees and the look means."""

    def __init__(self, told: words.Some, places: Places) -> None:
        self._told, self._places = told, places
        self._followed: dict[Subject, Condition] = {}

    def look(self, moment: Moment) -> Verdict:
        meant = {
            subject: track
            for subject, track in moment.others.tracks.items()
            if is_meant(self._told.look, subject, track.score)
        }
        self._followed = {
            subject: self._followed.get(subject) or built(self._told.of, self._places) for subject in meant
        }
        verdicts = [
            self._followed[subject].look(replace(moment, track=track)) for subject, track in meant.items()
        ]
        nobody = Verdict(False, reason=f"no {words.called(self._told.look)} is seen")
        return next(
            (verdict for verdict in verdicts if verdict.holds),
            max(verdicts, key=lambda verdict: verdict.near, default=nobody),
        )


class _Then:
    """Holds from the last step on until the first is met anew."""

    def __init__(self, told: words.Then, places: Places) -> None:
        self._parts = [built(each, places) for each in told.of]
        self._within = told.within
        self._held = [False] * len(told.of)
        self._done: deque[float] = deque(maxlen=len(told.of))

    def look(self, moment: Moment) -> Verdict:
        verdicts = [part.look(moment) for part in self._parts]
        begins = [verdict.holds and not held for verdict, held in zip(verdicts, self._held, strict=True)]
        self._held = [verdict.holds for verdict in verdicts]
        whole = len(self._parts)
        if len(self._done) == whole:
            if self._held[-1]:
                return Verdict(True, _merged(verdicts))
            self._done.clear()
        if self._done and moment.time - self._done[-1] > self._within:
            self._done.clear()
        if begins[0] and len(self._done) <= 1:
            self._done.clear()
        if begins[len(self._done)]:
            self._done.append(moment.time)
        if len(self._done) == whole:
            return Verdict(True, _merged(verdicts))
        step = len(self._done)
        return Verdict(
            False,
            reason=f"step {step + 1} of {whole}: {verdicts[step].reason or 'held before'}",
            near=step / whole,
        )


def _merged(verdicts: Sequence[Verdict]) -> dict[str, float]:
    return {name: value for verdict in verdicts for name, value in verdict.measures.items()}


_BUILDERS: Mapping[type, Callable[[Any, Places], Condition]] = {
    words.Present: _Present,
    words.Gone: _Gone,
    words.Unseen: _Unseen,
    words.Zone: _Zone,
    words.Line: _Line,
    words.Count: _Count,
    words.Speed: _Speed,
    words.Near: _Near,
    words.Blinks: _Blinks,
    words.Attribute: _Attribute,
    words.State: lambda told, places: _Attributed("state", (told.state,), told.seconds, places),
    words.Colour: lambda told, places: _Attributed("colour", _names(told.colour), told.seconds, places),
    words.All: _All,
    words.Any: _Any,
    words.Not: _Not,
    words.Some: _Some,
    words.Then: _Then,
}


def _names(colour: str | Sequence[str]) -> Sequence[str]:
    return (colour,) if isinstance(colour, str) else colour


def built(told: words.Condition, places: Places) -> Condition:
    """A condition as the file has it, for one subject."""
    return _BUILDERS[type(told)](told, places)


def is_meant(look: words.Look, subject: Subject, score: float) -> bool:
    """Whether a look means a subject that is seen with a score, 0..1."""
    if look.person is not None:
        is_one = subject.kind == FACE and subject.label == look.person
    elif look.unknown:
        is_one = subject.kind == (look.kind or FACE) and subject.label is None
    else:
        is_one = look.kind in (None, subject.kind) and look.label in (None, subject.label)
    return is_one and score >= look.score


def is_of_all(told: words.Condition) -> bool:
    """Whether a condition is about all that is there, and not about one subject."""
    if isinstance(told, words.Unseen | words.Count | words.Some):
        return True
    if isinstance(told, words.Not):
        return is_of_all(told.of)
    if isinstance(told, words.All | words.Any | words.Then):
        return all(is_of_all(each) for each in told.of)
    return False
