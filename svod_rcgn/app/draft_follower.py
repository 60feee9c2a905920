"""A draft of rules followed on one camera, frame by frame, by the very things that its wings see.

It measures the draft's own lights, and has an engine of its own. Nothing is recorded, and nobody is told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from ..events.subjects import TrackBook
from ..lights.analyzer import SharedLights
from ..notify.wording import called
from ..records import LIGHT, OBJECT, Box, Event, Observation, Subject
from ..rules.engine import Happening, RuleEngine
from ..rules.scene import Seen
from ..rules.vocabulary import RulesText
from .light_plan import plan_of
from .onlookers import Looked

MOST_HOLDING = 1_000  # that are told of one frame
_DIGITS = 4


@dataclass(frozen=True, slots=True)
class HoldingRule:
    """A rule that holds now: of whom or what, and by which measures.

    `id` is that of the event which began it, and `since` its time, in seconds since the epoch.
    """

    id: str
    rule: str
    subject: str
    since: float
    measures: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class MeasuredLight:
    """A light of the draft as it is now.

    `state` is on, off or blinking, None where it cannot be told for the `reason`; `frequency` in Hz and
    `duty`, 0..1, are there while it blinks. `brightness` is in grey levels, and `box` in shares of the
    picture: None where the light was not found.
    """

    name: str
    state: str | None
    reason: str
    colour: str | None
    brightness: float | None
    frequency: float | None
    duty: float | None
    box: tuple[float, float, float, float] | None


@dataclass(frozen=True, slots=True)
class TriedEvent:
    """A rule of the draft began to hold, or ended: `phase` is begun or ended.

    `time` is in seconds since the epoch. `told` is whether somebody would be told of it, or what holds it
    back.
    """

    id: str
    rule: str
    phase: str
    subject: str
    time: float
    measures: Mapping[str, float]
    severity: str
    told: str


@dataclass(frozen=True, slots=True)
class FollowedFrame:
    """What the draft says of one frame, whose `time` is in seconds since the epoch."""

    time: float
    holding: tuple[HoldingRule, ...]
    lights: tuple[MeasuredLight, ...]
    events: tuple[TriedEvent, ...]


class DraftFollower:
    """One camera and one draft, which may be replaced: what both say alike goes on."""

    def __init__(self, rules: RulesText, camera: str) -> None:
        """Begin; `camera` is its name."""
        self._camera = camera
        self._engine = RuleEngine(rules, camera)
        self._lights = SharedLights(plan_of(rules))
        self._objects: Sequence[Observation] = ()
        self._analyzer = self._lights.analyzer(lambda _frame: self._objects)
        self._book = TrackBook()
        self._ended: tuple[TriedEvent, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Of the rules that are for this camera."""
        return self._engine.names

    def replace(self, rules: RulesText) -> None:
        """Follow another draft; what goes on and is not in it ends."""
        before, self._engine = self._engine, RuleEngine(rules, self._camera, before=self._engine)
        self._ended = (*self._ended, *map(_event, before.finish()))
        self._lights.replace(plan_of(rules))

    def look(self, looked: Looked) -> FollowedFrame:
        """What it says of a frame."""
        frame = looked.frame
        height, width = frame.image.shape[:2]
        lights = self._measured(looked)
        others = {subject: each for subject, each in looked.subjects.items() if subject.kind != LIGHT}
        happenings = self._engine.look(Seen(frame.time, width, height, {**others, **lights}))
        ended, self._ended = self._ended, ()
        return FollowedFrame(
            time=frame.time,
            holding=tuple(map(_holding, islice(self._engine.holding(), MOST_HOLDING))),
            lights=tuple(_light(each, width, height) for each in lights.values()),
            events=(*ended, *map(_event, happenings)),
        )

    def _measured(self, looked: Looked) -> Mapping[Subject, Observation]:
        self._objects = [each for subject, each in looked.subjects.items() if subject.kind == OBJECT]
        return self._book.identify(looked.frame.time, self._analyzer.analyze(looked.frame), ())


def _holding(event: Event) -> HoldingRule:
    return HoldingRule(event.id, event.rule, called(event.subject), event.time, dict(event.measures))


def _event(happening: Happening) -> TriedEvent:
    event = happening.event
    return TriedEvent(
        id=event.id,
        rule=event.rule,
        phase=event.phase.value,
        subject=called(event.subject),
        time=event.time,
        measures=dict(event.measures),
        severity=happening.severity,
        told=happening.told.value,
    )


def _light(seen: Observation, width: int, height: int) -> MeasuredLight:
    about = seen.attributes
    return MeasuredLight(
        name=seen.label or "",
        state=about["state"],
        reason=about["reason"],
        colour=about["colour"],
        brightness=about["brightness"],
        frequency=about.get("frequency"),
        duty=about.get("duty"),
        box=None if seen.box is None else _shares(seen.box, width, height),
    )


def _shares(box: Box, width: int, height: int) -> tuple[float, float, float, float]:
    left, top, right, bottom = box.left / width, box.top / height, box.right / width, box.bottom / height
    return round(left, _DIGITS), round(top, _DIGITS), round(right, _DIGITS), round(bottom, _DIGITS)
