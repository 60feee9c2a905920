"""The rules of a process: read again where that is asked for, and followed on every camera."""

from collections.abc import Callable, Mapping, Sequence

from ..events.dispatcher import EventDispatcher
from ..events.listeners import EventListener
from ..events.rules import Change
from ..events.snapshots import Snapshots
from ..events.subjects import TrackBook
from ..geometry import bounded
from ..lights.analyzer import SharedLights
from ..media import drawing
from ..notify.channel import Notifier
from ..notify.rule_recorder import RuleRecorder
from ..records import Frame, Observation, Phase, Subject, Visit
from ..rules.engine import Happening, RuleEngine
from ..rules.quiet import Told
from ..rules.scene import Seen
from ..rules.vocabulary import RulesText
from .light_plan import plan_of

_PICTURE = 640  # pixels of the longer side of what is kept of a frame


class RulesInUse:
    """The rules of a process, and the lights that they name."""

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

    def reload(self) -> int:
        """Read the rules again; any thread may ask for it. Returns how many they are.

        Raises:
            InputError: They cannot be used; those in use stay.
        """
        fresh = self._read()
        self.lights.replace(plan_of(fresh))
        self.current = fresh
        return len(fresh.rules)


class CameraRules:
    """Follows the rules on one camera, by what all wings see on each of its frames."""

    def __init__(
        self,
        in_use: RulesInUse,
        camera: str,
        epoch: Callable[[float], float],
        recorder: RuleRecorder,
        notifiers: Sequence[Notifier],
    ) -> None:
        """Begin.

        Args:
            in_use: The rules.
            camera: Its name.
            epoch: Turns the time of a frame into seconds since the epoch.
            recorder: Writes down what happens.
            notifiers: Who is told at once.
        """
        self._in_use, self._camera, self._epoch = in_use, camera, epoch
        self._recorder, self._notifiers = recorder, notifiers
        self._text = in_use.current
        self._engine = RuleEngine(self._text, camera, epoch)
        self._seen: dict[Subject, Observation] = {}
        self._index = -1

    def listener(self) -> EventListener:
        """What takes in what one wing sees."""
        return _Collector(self)

    def dispatcher(self) -> EventDispatcher:
        """What takes in the lights, the last of what is seen on a frame, and asks the rules."""
        return EventDispatcher(TrackBook(), _NoAnnouncement(), Snapshots(0.0), [_Collector(self, last=True)])

    def collect(self, frame: Frame, subjects: Mapping[Subject, Observation]) -> None:
        """Take in what one wing sees on a frame."""
        if frame.index != self._index:
            self._index, self._seen = frame.index, {}
        self._seen |= subjects

    def look(self, frame: Frame) -> None:
        """All wings have seen the frame: say what begins and ends by it."""
        if self._in_use.current is not self._text:
            self._renew()
        height, width = frame.image.shape[:2]
        happenings = self._engine.look(Seen(frame.time, width, height, self._seen))
        for happening in happenings:
            self._tell(happening, frame)

    def close(self) -> None:
        """Nothing more will be seen: end what goes on."""
        for happening in self._engine.finish():
            self._tell(happening, None)

    def _renew(self) -> None:
        self.close()
        self._text = self._in_use.current
        self._engine = RuleEngine(self._text, self._camera, self._epoch, self._engine.quiet)

    def _tell(self, happening: Happening, frame: Frame | None) -> None:
        picture = None
        if frame is not None and happening.event.phase is Phase.BEGUN:
            picture = bounded(drawing.annotated(frame.image, list(self._seen.values())), _PICTURE, _PICTURE)
        self._recorder.take(happening, picture)
        if happening.event.phase is Phase.BEGUN and happening.told is Told.YES:
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
