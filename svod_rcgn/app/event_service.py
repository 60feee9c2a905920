"""Everything behind the cameras that deals with events: their record, and the channels."""

import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import monotonic
from time import time as wall_clock

from ..cameras.loop import Watch
from ..events.dispatcher import EventDispatcher
from ..events.listeners import EventListener
from ..events.presence import PresenceRule
from ..events.rules import Rule
from ..events.settings import NotificationSettings
from ..events.snapshots import Snapshots
from ..events.subjects import SubjectBook
from ..history.database import FILE, Database
from ..history.observations import Observations
from ..history.outbox import Outbox
from ..history.retention import DAY, HistorySettings, Housekeeping
from ..history.visits import SNAPSHOTS, Journal
from ..lights.analyzer import Detected, nothing_detected
from ..media.sources import Source
from ..notify.board import StateBoard, VisitPoster
from ..notify.channel import Channel, Notifier
from ..notify.console import ConsoleAnnouncer
from ..notify.delivery import ChannelSender, ChannelStatus, DeliverySettings
from ..notify.recorder import VisitRecorder
from ..notify.rule_recorder import RuleRecorder
from ..rules.vocabulary import OUTPUT, RulesText
from ..storage.sqlite import MEMORY
from ..text import on_one_line
from .observed import CameraObservations
from .rule_service import CameraRules, RulesInUse
from .visitors import Visitors
from .wings import Wing

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class EventServiceSettings:
    """What is announced, kept and tried.

    `history_dir` is None where nothing is to be kept: visits and announcements then live in memory, and
    no picture is written.
    """

    history_dir: Path | None
    notification: NotificationSettings = field(default_factory=NotificationSettings)
    history: HistorySettings = field(default_factory=HistorySettings)
    delivery: DeliverySettings = field(default_factory=DeliverySettings)


class EventService:
    """What the cameras of a process share: one record of events, and one sender for each channel."""

    def __init__(
        self,
        settings: EventServiceSettings,
        channels: Sequence[Channel],
        keepers: Sequence[Callable[[float], int]] = (),
        rules: RulesInUse | None = None,
    ) -> None:
        """Open the record; `start` begins to deliver what is left from before.

        Args:
            settings: What is announced, kept and tried.
            channels: Where announcements go over the network.
            keepers: Each deletes what somebody else kept before a time, when that has come.
            rules: What is said besides who is there.

        Raises:
            HistoryError: The record cannot be opened.
        """
        folder = settings.history_dir
        self._settings = settings
        self._database = Database(MEMORY if folder is None else folder / FILE)
        self._journal = Journal(
            self._database, None if folder is None else folder / SNAPSHOTS, settings.delivery.queue
        )
        outbox = Outbox(self._database)
        self._senders = [
            ChannelSender(channel, outbox, settings.delivery, _lock(folder, channel)) for channel in channels
        ]
        self._boards = [channel for channel in channels if isinstance(channel, StateBoard)]
        self._dispatchers: list[EventDispatcher] = []
        self._rules, self._followed = rules, dict[str, CameraRules]()
        self._observations, self._seen = Observations(self._database), dict[str, CameraObservations]()
        self._check_channels()
        self._closed = False
        self._housekeeping = Housekeeping(
            [self._journal.forget_before, self._forget_observations, *keepers], settings.history
        )

    def visitors(self) -> Visitors:
        """What tells which persons on a camera are whose face."""
        return Visitors(self._settings.notification)

    def start(self) -> None:
        """Begin to deliver, and to delete what is too old."""
        self._housekeeping.start()
        for sender in self._senders:
            sender.start()

    def dispatcher(
        self,
        source: Source,
        wing: Wing,
        notifiers: Sequence[Notifier],
        others: Sequence[EventListener] = (),
    ) -> EventDispatcher:
        """What takes in one wing's observations of one camera; a live one goes on with earlier visits.

        Args:
            source: The camera.
            wing: Whose observations these are.
            notifiers: Who is told at once.
            others: Who is told besides, when all is recorded.
        """
        settings = self._settings.notification
        book = wing.book(settings.absence)
        rule = PresenceRule(settings, 1 / source.frames_per_second)
        recorder, poster = self._recorder(source), VisitPoster(source.name, self._boards)
        if self._rules is None:
            RuleRecorder(self._journal, self._senders, source.name, _epoch_of(source))
            self._watch(source.name, ())
        if source.live:
            self._resume(source.name, wing.kind, book, rule, recorder, poster)
        console = ConsoleAnnouncer(notifiers, unknown=settings.unknown)
        listeners = [console, recorder, poster, *self._observed(source), *wing.listeners(), *others]
        if self._rules is not None:
            listeners.append(self._rules_of(source, notifiers).listener())
        dispatcher = EventDispatcher(book, rule, Snapshots(settings.absence), listeners)
        self._dispatchers.append(dispatcher)
        return dispatcher

    def rule_watches(
        self, source: Source, notifiers: Sequence[Notifier], detected: Detected = nothing_detected
    ) -> list[Watch]:
        """What looks at a camera's lights and asks the rules; it has to look last. None without rules.

        Args:
            source: The camera.
            notifiers: Who is told at once.
            detected: The objects of a frame, on which lights may be.
        """
        if self._rules is None:
            return []
        dispatcher = self._rules_of(source, notifiers).dispatcher(self._observed(source))
        return [Watch(partial(self._rules.lights.analyzer, detected), dispatcher)]

    def status(self) -> tuple[ChannelStatus, ...]:
        """How each channel fares."""
        return tuple(sender.status() for sender in self._senders)

    def unheard(self, rules: RulesText) -> list[str]:
        """Which rules would tell nobody, since no channel that they name is there."""
        there = {sender.channel.partition(" ")[0] for sender in self._senders} | {OUTPUT}
        return [
            f"rule {on_one_line(rule.name)}: told nowhere; give --notify_{rule.channels[0]}, or let the rule"
            " name another channel"
            for rule in rules.rules
            if rule.channels and not there & set(rule.channels)
        ]

    @property
    def journal(self) -> Journal:
        """The record of visits; any thread may ask it."""
        return self._journal

    def write_seen(self, wait: float) -> None:
        """Have what cameras saw until now written, and wait for it so many seconds at most."""
        flags = [each.write_soon() for each in tuple(self._seen.values())]
        deadline = monotonic() + wait
        for flag in flags:
            flag.wait(max(0.0, deadline - monotonic()))

    def close(self, grace: float) -> int:
        """End all visits, deliver for so many seconds what can be delivered, and close the record.

        Returns:
            How many announcements were not delivered; they are lost where nothing is kept.
        """
        if self._closed:
            return 0
        self._closed = True
        for dispatcher in self._dispatchers:
            dispatcher.close()
        for rules in self._followed.values():
            rules.close()
        for observed in self._seen.values():
            observed.close()
        deadline = monotonic() + grace
        left = sum(sender.stop(deadline) for sender in self._senders)
        for board in self._boards:
            board.close()
        self._housekeeping.stop()
        self._database.close()
        return left

    def _rules_of(self, source: Source, notifiers: Sequence[Notifier]) -> CameraRules:
        assert self._rules is not None
        if source.name not in self._followed:
            epoch = _epoch_of(source)
            recorder = RuleRecorder(self._journal, self._senders, source.name, epoch)
            followed = CameraRules(self._rules, source.name, epoch, recorder, notifiers, self._boards)
            if source.live:
                followed.go_on_from(wall_clock())
            self._followed[source.name] = followed
        return self._followed[source.name]

    def _observed(self, source: Source) -> list[EventListener]:
        """Who keeps what a camera sees: nobody where nothing is kept, or where it is a film."""
        settings = self._settings
        if settings.history_dir is None or not settings.history.observation_days or not source.live:
            return []
        if source.name not in self._seen:
            self._seen[source.name] = CameraObservations(self._observations, source.name, _epoch_of(source))
        return [self._seen[source.name]]

    def _forget_observations(self, _limit: float) -> int:
        return self._observations.forget_before(wall_clock() - DAY * self._settings.history.observation_days)

    def _check_channels(self) -> None:
        for warning in self.unheard(self._rules.current) if self._rules is not None else ():
            log.warning("%s", warning)

    def _recorder(self, source: Source) -> VisitRecorder:
        return VisitRecorder(
            self._journal,
            self._senders,
            source.name,
            _epoch_of(source),
            unknown=self._settings.notification.unknown,
        )

    def _watch(self, camera: str, rules: Sequence[str]) -> None:
        for board in self._boards:
            board.watch(camera, rules)

    def _resume(
        self,
        camera: str,
        kind: str,
        book: SubjectBook,
        rule: Rule,
        recorder: VisitRecorder,
        poster: VisitPoster,
    ) -> None:
        since = wall_clock() - self._settings.notification.absence
        for found in self._journal.resume(camera, kind, since):
            subject = found.visit.subject
            rule.resume(found.visit)
            recorder.take_over(subject, found.row)
            poster.show(subject, there=True)
            book.remember(subject, found.embedding, found.visit.last)


def _epoch_of(source: Source) -> Callable[[float], float]:
    """What turns the time of a frame into seconds since the epoch; a film is taken to begin now."""
    started = 0.0 if source.live else wall_clock()
    return lambda time: started + time


def _lock(folder: Path | None, channel: Channel) -> Path | None:
    """What is locked while a process delivers to a channel; nobody else can where nothing is kept."""
    if folder is None:
        return None
    return folder / f"outbox-{hashlib.sha256(channel.name.encode()).hexdigest()[:16]}"
