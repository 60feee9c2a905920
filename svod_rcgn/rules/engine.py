"""The engine: records of what is seen go in, events come out, and why a rule did not fire can be asked."""

import uuid
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from ..records import LIGHT, Event, Observation, Phase, Subject
from . import conditions
from . import vocabulary as words
from .conditions import Condition, Moment, Places, Verdict
from .plausibility import Plausibility
from .quiet import DIGEST, Quiet, Told
from .scene import REMEMBERED, Scene, Seen, Track
from .schedule import is_due
from .vocabulary import Gone, RulesText, RuleText, conditions_of

_TRAIL = 600  # moments of which it is kept why a rule did not fire
_TRAIL_STEP = 1.0  # seconds apart
_NEARBY = 11.0  # seconds; frames that were kept of an empty scene are nearly so far apart
_LONGEST_PAUSE = 600.0  # seconds without a frame, after which all is gone
_SET_RIGHT = 2.0  # seconds by which a clock is set back as a matter of course; its frames are left out
_PATIENCE = 1.0  # seconds for which what else there is may be missed
_SCENE = "scene"  # the kind of what is about all that is there


@dataclass(frozen=True, slots=True)
class Happening:
    """An event of a rule, and whether anybody is told: the `channels`, all where it names none.

    `first` is when what it is about came. `clip` are the seconds before and after its begin that a film of
    it shows; None where none is wished.
    """

    event: Event
    told: Told
    severity: str
    first: float
    channels: tuple[str, ...] = ()
    clip: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a rule did not fire at a time: what the first condition that failed lacked; `near` is 0..1."""

    time: float
    subject: Subject | None
    reason: str
    near: float


class RuleEngine:
    """The rules of one camera."""

    def __init__(
        self,
        text: RulesText,
        camera: str,
        epoch: Callable[[float], float] = float,
        before: "RuleEngine | None" = None,
    ) -> None:
        """Set up the rules that are for a camera.

        Args:
            text: The rules.
            camera: Its name.
            epoch: Turns the time of a frame into seconds since the epoch, for schedules.
            before: What the new one takes the place of while a camera runs: rules that are the same go on,
                and leave the old one.
        """
        self._camera = camera
        self._quiet: Quiet = before._quiet if before else Quiet()
        self._quiet.quota = text.quota
        chosen = [rule for rule in text.rules if not rule.cameras or camera in rule.cameras]
        fresh = [_Rule(rule, text, camera, epoch, self._quiet) for rule in chosen]
        self._rules = [before._taken(rule) if before else rule for rule in fresh]
        self._remembered = max((_remembered(rule) for rule in chosen), default=0.0)
        self._others: Scene = before._others if before else self._fresh_scene()
        self._others.remember(self._remembered)
        self._plausible: dict[str, Plausibility] = _plausibilities(text, before._plausible if before else {})
        self._time: float | None = before._time if before else None

    def _taken(self, fresh: "_Rule") -> "_Rule":
        """The rule that is the same as a fresh one, which leaves this engine; else the fresh one."""
        same = next((rule for rule in self._rules if rule.is_same(fresh)), None)
        if same is None:
            return fresh
        self._rules.remove(same)
        return same

    @property
    def names(self) -> tuple[str, ...]:
        """Of the rules that are for this camera."""
        return tuple(rule.name for rule in self._rules)

    def look(self, seen: Seen) -> tuple[Happening, ...]:
        """Take in what a frame showed; returns what began and what ended by it."""
        ended: tuple[Happening, ...] = ()
        if self._time is not None and seen.time <= self._time <= seen.time + _SET_RIGHT:
            return ()
        if self._time is not None and not 0 < seen.time - self._time <= _LONGEST_PAUSE:
            ended = self._begin_anew(self._time)
        self._time = seen.time
        if self._plausible:
            seen = replace(seen, subjects=self._made_plausible(seen))
        self._others.look(seen)
        happenings = [each for rule in self._rules for each in rule.look(seen, self._others)]
        return (*ended, *happenings, *self._digest(self._quiet.digest(seen.time)))

    def holding(self) -> tuple[Event, ...]:
        """What goes on: events as they began, with what was measured last."""
        return tuple(event for rule in self._rules for event in rule.holding())

    def remember(self, rule: str, subject: Subject, time: float) -> None:
        """An event of a rule was told by an earlier process, at a time as in Frame; cooldowns count on."""
        self._quiet.remember(rule, subject, time)

    def finish(self) -> tuple[Happening, ...]:
        """Nothing more will be seen: end what goes on."""
        if self._time is None:
            return ()
        ended = [each for rule in self._rules for each in rule.finish(self._time)]
        return (*ended, *self._digest(self._quiet.rest()))

    def why(self, rule: str, time: float) -> Failure | None:
        """Why a rule did not fire at a time; None where it did, or nothing is known of that time."""
        (found,) = [each for each in self._rules if each.name == rule]
        return found.why(time)

    def nearest(self, rule: str) -> Failure | None:
        """When a rule that never fired came nearest to it; None where it did fire, or saw nothing."""
        (found,) = [each for each in self._rules if each.name == rule]
        return found.nearest

    def _digest(self, held_back: Mapping[str, int]) -> tuple[Happening, ...]:
        if not held_back or self._time is None:
            return ()
        subject, measures = Subject(_SCENE), {rule: float(count) for rule, count in held_back.items()}
        begun = Event(uuid.uuid4().hex, DIGEST, Phase.BEGUN, subject, self._camera, self._time, 1.0, measures)
        return tuple(
            Happening(replace(begun, phase=phase), Told.YES, "info", self._time)
            for phase in (Phase.BEGUN, Phase.ENDED)
        )

    def _fresh_scene(self) -> Scene:
        return Scene(_PATIENCE, max(self._remembered, REMEMBERED))

    def _begin_anew(self, time: float) -> tuple[Happening, ...]:
        self._others = self._fresh_scene()
        return tuple(each for rule in self._rules for each in rule.begin_anew(time))

    def _made_plausible(self, seen: Seen) -> Mapping[Subject, Observation]:
        return {subject: self._judged(subject, each, seen.time) for subject, each in seen.subjects.items()}

    def _judged(self, subject: Subject, observation: Observation, time: float) -> Observation:
        known = self._plausible.get(subject.label or "") if subject.kind == LIGHT else None
        if known is None:
            return observation
        shown = known.read(observation.attributes.get("state"), time)
        about = {**observation.attributes, "state": shown.state, "age": shown.age, "pending": shown.pending}
        return replace(observation, attributes=about)


def _plausibilities(text: RulesText, before: Mapping[str, Plausibility]) -> dict[str, Plausibility]:
    """Those of the lights that say what may be; one that says the same as before goes on."""
    made = {}
    for name, light in text.lights.items():
        if light.shortest or light.after:
            known = before.get(name)
            is_same = known is not None and known.says(light.shortest, light.after)
            made[name] = known if known and is_same else Plausibility(light.shortest, light.after)
    return made


@dataclass(slots=True, eq=False)
class _Followed:
    """A rule and one subject; `event` is there while the rule holds."""

    condition: Condition
    event: Event | None = None
    told: Told = Told.YES
    first: float = 0.0
    measures: Mapping[str, float] = field(default_factory=dict)


class _Rule:
    def __init__(
        self, text: RuleText, whole: RulesText, camera: str, epoch: Callable[[float], float], quiet: Quiet
    ) -> None:
        self.name = text.name
        self._nearest: Failure | None = None
        self._text, self._camera, self._epoch, self._quiet = text, camera, epoch, quiet
        self._places = Places(whole.zones, whole.lines, text.patience)
        self._is_of_all = conditions.is_of_all(text.when)
        self._fired = False
        self._trail: deque[Failure] = deque(maxlen=_TRAIL)
        self._forget()

    def is_same(self, other: "_Rule") -> bool:
        """Whether both say the same, of the same places."""
        return (self._text, self._places) == (other._text, other._places)

    def _forget(self) -> None:
        self._scene = Scene(self._text.patience, _remembered(self._text))
        self._followed: dict[Subject, _Followed] = {}

    def look(self, seen: Seen, others: Scene) -> list[Happening]:
        matching = {
            subject: each
            for subject, each in seen.subjects.items()
            if conditions.is_meant(self._text.look, subject, each.score)
        }
        lost = self._scene.look(Seen(seen.time, seen.width, seen.height, matching))
        changes = [change for track in lost for change in self._drop(track.subject, seen.time)]
        tracks = [None] if self._is_of_all else list(self._scene.tracks.values())
        due = is_due(self._text.schedule, self._epoch(seen.time))
        best: Failure | None = None
        for track in tracks:
            subject = Subject(_SCENE, self._text.look.label) if track is None else track.subject
            followed = self._followed.get(subject) or self._followed.setdefault(subject, self._new())
            verdict = followed.condition.look(Moment(seen.time, track, self._scene, others))
            if not due:
                verdict = Verdict(False, reason="it is not the time of its schedule", near=verdict.near)
            changes += self._follow(subject, followed, verdict, track, seen.time)
            if not verdict.holds and (best is None or verdict.near >= best.near):
                best = Failure(seen.time, subject, verdict.reason, verdict.near)
        self._note(best or self._unmatched(seen), seen.time)
        return changes

    @property
    def nearest(self) -> Failure | None:
        return None if self._fired else self._nearest

    def _new(self) -> _Followed:
        return _Followed(conditions.built(self._text.when, self._places))

    def _follow(
        self, subject: Subject, followed: _Followed, verdict: Verdict, track: Track | None, time: float
    ) -> list[Happening]:
        if verdict.holds:
            followed.measures = {**followed.measures, **verdict.measures}
            return (
                [] if followed.event is not None else [self._begin(subject, followed, verdict, track, time)]
            )
        return self._end(followed, time)

    def _begin(
        self, subject: Subject, followed: _Followed, verdict: Verdict, track: Track | None, time: float
    ) -> Happening:
        self._fired = True
        followed.told, held_back = self._quiet.decide(
            self.name, subject, time, self._text.cooldown, self._text.severity
        )
        measures = {**verdict.measures, **({"held_back": float(held_back)} if held_back else {})}
        score, known = (1.0, {}) if track is None else (track.score, track.attributes)
        attributes = {name: value for name, value in known.items() if name not in measures}
        followed.first = time if track is None else track.since
        followed.event = Event(
            uuid.uuid4().hex, self.name, Phase.BEGUN, subject, self._camera, time, score, measures, attributes
        )
        return self._happening(followed, followed.event)

    def _end(self, followed: _Followed, time: float) -> list[Happening]:
        event, followed.event = followed.event, None
        if event is None:
            return []
        measures = {**followed.measures, "seconds": time - event.time}
        followed.measures = {}
        return [self._happening(followed, replace(event, phase=Phase.ENDED, time=time, measures=measures))]

    def _happening(self, followed: _Followed, event: Event) -> Happening:
        text = self._text
        clip = words.clip_of(text.clip) if text.clip else None
        return Happening(event, followed.told, text.severity, followed.first, text.channels, clip)

    def _drop(self, subject: Subject, time: float) -> list[Happening]:
        followed = self._followed.pop(subject, None)
        return [] if followed is None else self._end(followed, time)

    def holding(self) -> list[Event]:
        return [
            replace(each.event, measures={**each.event.measures, **each.measures})
            for each in self._followed.values()
            if each.event is not None
        ]

    def finish(self, time: float) -> list[Happening]:
        return [each for followed in self._followed.values() for each in self._end(followed, time)]

    def begin_anew(self, time: float) -> list[Happening]:
        ended = self.finish(time)
        self._forget()
        return ended

    def _unmatched(self, seen: Seen) -> Failure | None:
        """Why nothing that was seen is what the rule looks at."""
        if self._scene.tracks:
            return None
        look, best = self._text.look, None
        for subject, each in seen.subjects.items():
            if conditions.is_meant(look, subject, 1.0) and (best is None or each.score > best[1]):
                best = subject, each.score
        if best is None:
            return Failure(seen.time, None, f"no {words.called(look)} was seen", 0.0)
        return Failure(seen.time, best[0], f"score {best[1]:.2f} < {look.score:.2f}", 0.0)

    def _note(self, failure: Failure | None, time: float) -> None:
        if failure is None:
            return
        if self._trail and time - self._trail[-1].time < _TRAIL_STEP:
            if failure.near >= self._trail[-1].near:
                self._trail[-1] = replace(failure, time=self._trail[-1].time)
        else:
            self._trail.append(failure)
        if self._nearest is None or failure.near >= self._nearest.near:
            self._nearest = failure

    def why(self, time: float) -> Failure | None:
        near = [each for each in self._trail if abs(each.time - time) <= _NEARBY]
        return min(near, key=lambda each: abs(each.time - time), default=None)


def _remembered(rule: RuleText) -> float:
    """The seconds for which a rule has to know of what is gone."""
    gone = [each.seconds for each in conditions_of(rule.when) if isinstance(each, Gone)]
    return 2 * max(gone, default=5.0)
