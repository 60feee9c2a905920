"""The rules of a process: read again where that is asked for, and followed on every camera."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from ..events.dispatcher import STILL_THERE, EventDispatcher
from ..events.listeners import EventListener
from ..events.rules import Change
from ..events.snapshots import Snapshots
from ..events.subjects import TrackBook
from ..geometry import bounded
from ..lights.analyzer import SharedLights
from ..media import drawing
from ..media.clips import ClipRecorder
from ..notify.board import StateBoard
from ..notify.channel import Notifier
from ..notify.rule_recorder import RuleRecorder
from ..records import Frame, Observation, Phase, Subject, Visit
from ..rules.engine import Happening, RuleEngine
from ..rules.quiet import Told
from ..rules.scene import Seen
from ..rules.vocabulary import OUTPUT, RulesText, clip_of
from .light_plan import plan_of
from .onlookers import Looked, Onlookers

_PICTURE = 640  # pixels of the longer side of what is kept of a frame


class RulesInUse:
    """The rules of a process, the lights that they name, and who looks on."""

    def __init__(self, read: Callable[[], RulesText]) -> None:
        """Read the rules.

        Args:
            read: Reads them from where they lie.

        Raises:
            InputError: They cannot be used.
        """
        self._read = read
        self.current = read()
        self.lights = SharedLights(plan_of(self.current))
        self.onlookers = Onlookers()

    def reload(self) -> int:
        """Read the rules again; any thread may ask for it. Returns how many they are.

        Raises:
            InputError: They cannot be used; those in use stay.
        """
        fresh = self._read()
        self.ready(fresh)()
        return len(fresh.rules)

    def ready(self, fresh: RulesText) -> Callable[[], None]:
        """What puts other rules in use, and cannot fail any more; any thread may call it."""
        plan = plan_of(fresh)

        def put_in_use() -> None:
            self.lights.replace(plan)
            self.current = fresh

        return put_in_use


class CameraRules:
    """Follows the rules on one camera, by what all wings see on each of its frames."""

    def __init__(
        self,
        in_use: RulesInUse,
        camera: str,
        epoch: Callable[[float], float],
        recorder: RuleRecorder,
        notifiers: Sequence[Notifier],
        boards: Sequence[StateBoard] = (),
    ) -> None:
        """Begin.

        Args:
            in_use: The rules.
            camera: Its name.
            epoch: Turns the time of a frame into seconds since the epoch.
            recorder: Writes down what happens.
            notifiers: Who is told at once.
            boards: Where it is shown which rules hold.
        """
        self._in_use, self._camera, self._epoch = in_use, camera, epoch
        self._recorder, self._notifiers, self._boards = recorder, notifiers, boards
        self._text = in_use.current
        self._engine = RuleEngine(self._text, camera, epoch)
        self._show_names()
        self._clips = self._clip_recorder()
        self._seen: dict[Subject, Observation] = {}
        self._index, self._noted = -1, 0.0

    def go_on_from(self, now: float) -> None:
        """Take up the cooldowns of an earlier process, of a live camera; `now` in seconds since the epoch."""
        longest = max((rule.cooldown for rule in self._text.rules), default=0.0)
        for rule, subject, time in self._recorder.told_last(now - longest) if longest else ():
            self._engine.remember(rule, subject, time)

    def listener(self) -> EventListener:
        """What takes in what one wing sees."""
        return _Collector(self)

    def dispatcher(self, others: Sequence[EventListener] = ()) -> EventDispatcher:
        """What takes in the lights, the last of what is seen on a frame, and asks the rules.

        Args:
            others: Who else is told of the lights.
        """
        listeners = [*others, _Collector(self, last=True)]
        return EventDispatcher(TrackBook(), _NoAnnouncement(), Snapshots(0.0), listeners)

    def collect(self, frame: Frame, subjects: Mapping[Subject, Observation]) -> None:
        """Take in what one wing sees on a frame."""
        if frame.index != self._index:
            self._index, self._seen = frame.index, {}
        self._seen |= subjects

    def look(self, frame: Frame) -> None:
        """All wings have seen the frame: say what begins and ends by it."""
        if self._in_use.current is not self._text:
            self._renew()
        if self._clips is not None:
            self._clips.look(frame.image, frame.time)
        height, width = frame.image.shape[:2]
        happenings = self._engine.look(Seen(frame.time, width, height, self._seen))
        for happening in happenings:
            self._tell(happening, frame)
        if not 0 <= frame.time - self._noted < STILL_THERE:
            self._noted = frame.time
            self._recorder.go_on(frame.time)
        self._show(frame)

    def close(self) -> None:
        """Nothing more will be seen: end what goes on, and the clips; a second time it does nothing."""
        for happening in self._engine.finish():
            self._tell(happening, None)
        if self._clips is not None:
            self._clips.close()

    def _show(self, frame: Frame) -> None:
        looks = self._in_use.onlookers.of(self._camera)
        if looks:
            shown = replace(frame, time=self._epoch(frame.time), source=self._camera)
            looked = Looked(shown, dict(self._seen))
            for look in looks:
                look(looked)

    def _renew(self) -> None:
        self._text = self._in_use.current
        engine = RuleEngine(self._text, self._camera, self._epoch, self._engine)
        for happening in self._engine.finish():
            self._tell(happening, None)
        self._engine = engine
        self._show_names()
        self._clips = self._clip_recorder(self._clips)

    def _clip_recorder(self, before: ClipRecorder | None = None) -> ClipRecorder | None:
        """What holds enough pictures for the clips of this camera's rules; None where none asked for any.

        Clips that grow while the rules are read again go on.
        """
        asked = [rule.clip for rule in self._text.rules if rule.clip and rule.name in self._engine.names]
        longest = max((clip_of(clip)[0] for clip in asked), default=0.0)
        if before is not None:
            before.hold(longest)
            return before
        return ClipRecorder(longest) if asked else None

    def _show_names(self) -> None:
        for board in self._boards:
            board.watch(self._camera, self._engine.names)

    def _tell(self, happening: Happening, frame: Frame | None) -> None:
        picture = None
        if frame is not None and happening.event.phase is Phase.BEGUN:
            picture = bounded(drawing.annotated(frame.image, list(self._seen.values())), _PICTURE, _PICTURE)
        self._recorder.take(happening, picture)
        event = happening.event
        for board in self._boards:
            board.rule(self._camera, event.rule, event.subject, holds=event.phase is Phase.BEGUN)
        if event.phase is Phase.BEGUN and happening.told is Told.YES:
            self._begin_clip(happening)
            self._notify(happening)

    def _begin_clip(self, happening: Happening) -> None:
        if self._clips is None or happening.clip is None:
            return
        place = self._recorder.clip_of(happening.event)
        if place is not None:
            self._clips.begin(place[0], happening.event.time, happening.clip, place[1])

    def _notify(self, happening: Happening) -> None:
        if not happening.channels or OUTPUT in happening.channels:
            for notifier in self._notifiers:
                notifier.notify(happening.event)


class _Collector(EventListener):
    def __init__(self, rules: CameraRules, *, last: bool = False) -> None:
        self._rules, self._last = rules, last

    def seen(self, frame: Frame, subjects: Mapping[Subject, Observation]) -> None:
        """See `EventListener.seen`."""
        self._rules.collect(frame, subjects)
        if self._last:
            self._rules.look(frame)

    def closed(self) -> None:
        """See `EventListener.closed`."""
        if self._last:
            self._rules.close()


class _NoAnnouncement:
    """A rule that says nothing: that a light is there is no news."""

    present: tuple[Visit, ...] = ()
    visits: tuple[Visit, ...] = ()

    def resume(self, visit: Visit) -> None:
        """See `Rule.resume`: there is nothing to go on with."""

    def withdraw(self, subject: Subject) -> Visit | None:  # noqa: ARG002
        """See `Rule.withdraw`: there is nothing to take back."""
        return None

    def observe(
        self,
        frame: Frame,  # noqa: ARG002
        subjects: Mapping[Subject, Observation],  # noqa: ARG002
    ) -> tuple[Change, ...]:
        """See `Rule.observe`: nothing begins."""
        return ()

    def finish(self) -> tuple[Change, ...]:
        """See `Rule.finish`."""
        return ()

    def close(self) -> tuple[Visit, ...]:
        """See `Rule.close`: there is no visit."""
        return ()
