"""Draft rules over what cameras saw: how often they would have fired, and how often with other limits."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import localtime, monotonic, sleep, strftime
from typing import Any, TypeAlias

import msgspec

from ..errors import InputError
from ..history.database import FILE, open_reader
from ..history.observations import Observations, SeenFrame
from ..notify.wording import called
from ..records import LIGHT, Phase
from ..rules.engine import Happening, RuleEngine
from ..rules.quiet import DIGEST, Told
from ..rules.rule_file import check_together
from ..rules.scene import Seen
from ..rules.vocabulary import RulesText, RuleText
from .light_plan import KNOWN_COLOURS
from .rule_replay import nothing_of, rule_of

Value: TypeAlias = str | bool | float
MOST_VALUES = 25
MOST_EVENTS = 1_000  # that are told one by one; all are counted
_SLICE = 200  # frames between two looks at the clock
_BREATH = 0.002  # seconds after a slice, in which cameras go first
_MOST_STEPS = 40
_HALF_DAY = 43_200.0  # seconds


@dataclass(frozen=True, slots=True)
class Varied:
    """A value of a rule that is tried in several sizes.

    `field` is where it stands in the rule, as `cooldown`, `look.score`, `when.for` or `when.of.0.from`.
    """

    rule: str
    field: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when, in seconds since the epoch, and the seconds that the work may take."""

    since: float
    until: float = float("inf")
    patience: float = 30.0


@dataclass(frozen=True, slots=True)
class RehearsedEvent:
    """What would have fired: from `begin` to `end`, in seconds since the epoch; None where it went on.

    `subject` is what it is about, and `told` whether anybody would have been told.
    """

    rule: str
    camera: str
    subject: str
    begin: float
    end: float | None
    measures: Mapping[str, float]
    severity: str
    told: str


@dataclass(frozen=True, slots=True)
class RehearsedDay:
    """How often each rule would have fired on a day, as 2026-01-31 by local time, and told somebody."""

    day: str
    events: Mapping[str, int]
    told: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class VariedCount:
    """How often the rule would have fired, and told somebody, with this value."""

    value: Value
    events: int
    told: int


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What came of it.

    `frames` were kept from `first` to `last`; it is not `complete` where the time was too short for all.
    `events` are the newest of `count`, the newest first. `days` are all from first to last.
    `unmeasured` are lights of which nothing is kept: they are measured only from when they are saved.
    """

    frames: int
    first: float
    last: float
    complete: bool
    count: int
    events: tuple[RehearsedEvent, ...]
    days: tuple[RehearsedDay, ...]
    varied: tuple[VariedCount, ...]
    unmeasured: tuple[str, ...]


def rehearse(
    history_dir: Path,
    rules: RulesText,
    span: Span,
    varied: Varied | None = None,
    is_unwanted: Callable[[], bool] = lambda: False,
) -> Rehearsed:
    """Run rules over what was seen.

    Args:
        history_dir: Where it is kept.
        rules: The rules; each counts as if the others were not, but for the quota.
        span: Of which time, and how long that may take.
        varied: What is tried with several values besides.
        is_unwanted: Asked now and then; where it is so, what has come by then is returned.

    Raises:
        HistoryError: There is no record, or it is damaged.
        InputError: Nothing was kept of that time, or the rules cannot take a value.
    """
    tries = [_Try(rules), *(_Try(each) for each in _variants(rules, varied))]
    with closing(open_reader(history_dir / FILE)) as database:
        observations = Observations(database)
        seen = _watched(observations, tries, span, is_unwanted)
        if not seen.frames:
            raise InputError(nothing_of(span.since, observations))
    counts = (each.total() for each in tries[1:])
    values = varied.values if varied else ()
    return Rehearsed(
        frames=seen.frames,
        first=seen.first,
        last=seen.last,
        complete=seen.complete,
        count=tries[0].total()[0],
        events=tries[0].newest(),
        days=tries[0].days(seen.first, seen.last),
        varied=tuple(VariedCount(value, *count) for value, count in zip(values, counts, strict=True)),
        unmeasured=tuple(sorted(set(rules.lights) - seen.lights)),
    )


@dataclass(slots=True)
class _Watched:
    frames: int = 0
    first: float = float("inf")
    last: float = float("-inf")
    complete: bool = True
    lights: set[str] = field(default_factory=set)

    def take(self, frame: SeenFrame) -> None:
        self.frames += 1
        self.first, self.last = min(self.first, frame.time), max(self.last, frame.time)
        self.lights |= {each.label for each in frame.subjects if each.kind == LIGHT and each.label}


def _watched(
    observations: Observations, tries: Sequence["_Try"], span: Span, is_unwanted: Callable[[], bool]
) -> _Watched:
    watched, deadline = _Watched(), monotonic() + span.patience
    for frame in observations.frames(span.since, span.until):
        watched.take(frame)
        for each in tries:
            each.look(frame)
        if watched.frames % _SLICE == 1:
            if monotonic() > deadline or is_unwanted():
                watched.complete = False
                break
            sleep(_BREATH)
    return watched


class _Try:
    """One way of saying the rules: an engine a camera, and a count of what they say."""

    def __init__(self, rules: RulesText) -> None:
        self._rules = rules
        self._engines: dict[str, RuleEngine] = {}
        self._events: Counter[tuple[str, str]] = Counter()
        self._told: Counter[tuple[str, str]] = Counter()
        self._kept: dict[str, RehearsedEvent] = {}

    def look(self, frame: SeenFrame) -> None:
        engine = self._engines.get(frame.camera)
        if engine is None:
            engine = self._engines[frame.camera] = RuleEngine(self._rules, frame.camera)
        for each in engine.look(Seen(frame.time, frame.width, frame.height, frame.subjects)):
            if each.event.rule != DIGEST:
                self._take(each)

    def _take(self, happening: Happening) -> None:
        event = happening.event
        if event.phase is Phase.BEGUN:
            day = _day(event.time), event.rule
            self._events[day] += 1
            self._told[day] += happening.told is Told.YES
            self._kept[event.id] = _event(happening)
            if len(self._kept) > MOST_EVENTS:
                del self._kept[next(iter(self._kept))]
        elif event.id in self._kept:
            kept = self._kept[event.id]
            self._kept[event.id] = replace(kept, end=event.time, measures=dict(event.measures))

    def total(self) -> tuple[int, int]:
        return self._events.total(), self._told.total()

    def newest(self) -> tuple[RehearsedEvent, ...]:
        return tuple(sorted(self._kept.values(), key=lambda each: -each.begin))

    def days(self, first: float, last: float) -> tuple[RehearsedDay, ...]:
        return tuple(
            RehearsedDay(day, _of(self._events, day), _of(self._told, day)) for day in _days(first, last)
        )


def _event(happening: Happening) -> RehearsedEvent:
    event = happening.event
    return RehearsedEvent(
        rule=event.rule,
        camera=event.source,
        subject=called(event.subject),
        begin=event.time,
        end=None,
        measures=dict(event.measures),
        severity=happening.severity,
        told=happening.told.value,
    )


def _day(time: float) -> str:
    return strftime("%Y-%m-%d", localtime(time))


def _days(first: float, last: float) -> list[str]:
    """All days of a time; steps of half a day meet each, however long clocks make it."""
    steps = int((last - first) / _HALF_DAY) + 1
    return list(dict.fromkeys(_day(min(first + step * _HALF_DAY, last)) for step in range(steps + 1)))


def _of(counts: Counter[tuple[str, str]], day: str) -> dict[str, int]:
    return {rule: count for (when, rule), count in counts.items() if when == day}


def _variants(rules: RulesText, varied: Varied | None) -> list[RulesText]:
    """The rules once for each value, of which only the rule is left that has it.

    Raises:
        InputError: There is no such rule, or it cannot have the value.
    """
    if varied is None:
        return []
    rule = rule_of(rules, varied.rule)
    changed = [_with_value(rule, varied.field, value) for value in varied.values[:MOST_VALUES]]
    made = [msgspec.structs.replace(rules, rules=(each,)) for each in changed]
    for each in made:
        check_together(each, "the rules", KNOWN_COLOURS)
    return made


def _with_value(rule: RuleText, path: str, value: Value) -> RuleText:
    plain: Any = msgspec.json.decode(msgspec.json.encode(rule))
    *steps, last = path.split(".")[:_MOST_STEPS]
    holder = plain
    try:
        for step in steps:
            holder = holder[int(step)] if isinstance(holder, list) else holder.setdefault(step, {})
        holder[int(last) if isinstance(holder, list) else last] = value
        return msgspec.convert(plain, RuleText)
    except (AttributeError, IndexError, TypeError, ValueError) as error:  # msgspec's is one of values
        raise InputError(f"{rule.name}: {path} cannot be {value!r} ({error})") from error
