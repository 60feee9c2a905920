"""Rules run over what the record of observations kept: what they would have said, and why they did not."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from ..errors import InputError
from ..history.database import FILE, open_reader
from ..history.observations import Observations, SeenFrame
from ..history.visits import VisitEntry, VisitQuery, visits
from ..notify.wording import called, local_time
from ..records import PRESENCE, Event, Phase, Subject
from ..rules.engine import Failure, Happening, RuleEngine
from ..rules.quiet import DIGEST
from ..rules.scene import Seen
from ..rules.vocabulary import RulesText, RuleText, longest_of

_TOLERANCE = 2.0  # seconds between an old event and a new one that are the same
_LEAST_LOOKBACK = 600.0  # seconds before a moment that rules are run from, to know what held by then


@dataclass(frozen=True, slots=True, eq=False)
class Replay:
    """What rules say of a stretch of time: `frames` that were kept of it, from `first` to `last`.

    `old` are the recorded events of it; of these `gone` are those that the rules say no more, and `fresh`
    are those that they say and the record has not.
    """

    frames: int
    first: float
    last: float
    happenings: Sequence[Happening]
    old: Sequence[VisitEntry]
    gone: Sequence[VisitEntry]
    fresh: Sequence[Event]

    @property
    def begun(self) -> list[Event]:
        """The events that began, in order of time."""
        return _begun(self.happenings)


@dataclass(frozen=True, slots=True)
class Answer:
    """Why a rule did not fire on a camera at a time, or that it held: `held` is its event then.

    `record` is what was seen, of the last frame that was kept until then, at the time `at`.
    """

    camera: str
    held: Happening | None
    failure: Failure | None
    at: float
    record: Sequence[tuple[Subject, float]]


def replay(history_dir: Path, rules: RulesText, since: float) -> Replay:
    """Run rules over what was seen since a time, in seconds since the epoch.

    Raises:
        HistoryError: There is no record, or it is damaged.
        InputError: Nothing was kept of that time.
    """
    run = _Run(rules)
    with closing(open_reader(history_dir / FILE)) as database:
        observations = Observations(database)
        run.take(observations.frames(since))
        if not run.frames:
            raise InputError(nothing_of(since, observations))
    happenings = run.finish()
    old = [each for each in visits(history_dir, VisitQuery(since=since)) if _is_of(each, run.spans)]
    gone, fresh = _compared(old, happenings)
    first = min(begin for begin, _ in run.spans.values())
    last = max(end for _, end in run.spans.values())
    return Replay(run.frames, first, last, happenings, old, gone, fresh)


def why(
    history_dir: Path, rules: RulesText, name: str, time: float, longest: float = float("inf")
) -> list[Answer]:
    """Why a rule did not fire at a time, in seconds since the epoch, on each camera that it is for.

    Args:
        history_dir: Where what was seen is kept.
        rules: The rules.
        name: The rule.
        time: When.
        longest: Seconds before that are looked at, at most, to know what held by then.

    Raises:
        HistoryError: There is no record, or it is damaged.
        InputError: There is no such rule, or nothing was kept of that time.
    """
    found = rule_of(rules, name)
    run = _Run(rules)
    lookback = min(max(_LEAST_LOOKBACK, 2 * longest_of(found)), longest)
    with closing(open_reader(history_dir / FILE)) as database:
        observations = Observations(database)
        run.take(observations.frames(time - lookback, time))
        answers = [run.answer(camera, name, time) for camera in run.cameras_of(name)]
        if not answers:
            raise InputError(nothing_of(time, observations))
    return answers


def rule_of(rules: RulesText, name: str) -> RuleText:
    """The rule of a name.

    Raises:
        InputError: There is none.
    """
    found = next((rule for rule in rules.rules if rule.name == name), None)
    if found is None:
        raise InputError(f"no rule {name}; there are: {', '.join(rule.name for rule in rules.rules)}")
    return found


def only(rules: RulesText, name: str) -> RulesText:
    """The rules without all but one, and with all that it may speak of.

    Raises:
        InputError: There is none of this name.
    """
    return replace(rules, rules=(rule_of(rules, name),))


def answered(name: str, answer: Answer) -> str:
    """Why a rule did not fire on a camera, with what was seen, in words."""
    seen = ", ".join(f"{called(subject)} {score:.2f}" for subject, score in answer.record) or "nothing"
    if answer.held is not None:
        event, told = answer.held.event, answer.held.told.value
        what = f"held since {local_time(event.time)} ({called(event.subject)}; {told})"
    elif answer.failure is not None:
        who = answer.failure.subject
        what = f"{'' if who is None else called(who) + ': '}{answer.failure.reason}"
    else:
        what = "nothing is known of that moment"
    return f"{answer.camera}: {name}: {what}; seen at {local_time(answer.at)}: {seen}"


class _Run:
    """An engine a camera, and what it has said."""

    def __init__(self, rules: RulesText) -> None:
        self._rules = rules
        self._engines: dict[str, RuleEngine] = {}
        self._happenings: dict[str, list[Happening]] = defaultdict(list)
        self._newest: dict[str, SeenFrame] = {}
        self.spans: dict[str, tuple[float, float]] = {}
        self.frames = 0

    def take(self, frames: Iterable[SeenFrame]) -> None:
        for frame in frames:
            engine = self._engines.get(frame.camera)
            if engine is None:
                engine = self._engines[frame.camera] = RuleEngine(self._rules, frame.camera)
            seen = Seen(frame.time, frame.width, frame.height, frame.subjects)
            self._happenings[frame.camera] += engine.look(seen)
            self._newest[frame.camera] = frame
            begin, end = self.spans.get(frame.camera, (frame.time, frame.time))
            self.spans[frame.camera] = min(begin, frame.time), max(end, frame.time)
            self.frames += 1

    def finish(self) -> list[Happening]:
        """Everything that was said; what still holds is ended."""
        for camera, engine in self._engines.items():
            self._happenings[camera] += engine.finish()
        return [each for happenings in self._happenings.values() for each in happenings]

    def cameras_of(self, rule: str) -> list[str]:
        return [camera for camera, engine in self._engines.items() if rule in engine.names]

    def answer(self, camera: str, rule: str, time: float) -> Answer:
        own = [each for each in self._happenings[camera] if each.event.rule == rule]
        ended = {each.event.id for each in own if each.event.phase is Phase.ENDED}
        held = next((each for each in own if each.event.id not in ended), None)
        failure = None if held else self._engines[camera].why(rule, time)
        frame = self._newest[camera]
        record = [(subject, each.score) for subject, each in frame.subjects.items()]
        return Answer(camera, held, failure, frame.time, record)


def _is_of(entry: VisitEntry, spans: dict[str, tuple[float, float]]) -> bool:
    begin, end = spans.get(entry.camera, (1.0, 0.0))
    return entry.rule not in (PRESENCE, DIGEST) and begin <= entry.first <= end


def _compared(
    old: Sequence[VisitEntry], happenings: Sequence[Happening]
) -> tuple[list[VisitEntry], list[Event]]:
    """The old events that are gone, and those that are new: what overlaps in time is the same."""
    ends = {each.event.id: each.event.time for each in happenings if each.event.phase is Phase.ENDED}
    left = _begun(happenings)
    gone = []
    for entry in old:
        same = next((event for event in left if _is_same(entry, event, ends[event.id])), None)
        if same is None:
            gone.append(entry)
        else:
            left.remove(same)
    return gone, left


def _is_same(entry: VisitEntry, event: Event, end: float) -> bool:
    alike = (entry.camera, entry.rule, entry.subject) == (event.source, event.rule, event.subject)
    return alike and event.time <= entry.last + _TOLERANCE and entry.first <= end + _TOLERANCE


def _begun(happenings: Sequence[Happening]) -> list[Event]:
    """The events that began, in order of time."""
    begun = [each.event for each in happenings if each.event.phase is Phase.BEGUN]
    return sorted((each for each in begun if each.rule != DIGEST), key=lambda event: event.time)


def nothing_of(time: float, observations: Observations) -> str:
    """Why there is nothing to run rules on, and what there is."""
    span = observations.span()
    kept = "nothing is kept yet; video.py keeps it" if span is None else (
        f"kept is {local_time(span[0])} to {local_time(span[1])}"
    )  # fmt: skip
    return f"{local_time(time)}: nothing is known of what cameras saw then; {kept}"
