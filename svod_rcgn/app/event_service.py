"""Everything behind the cameras that deals with visitors: memory, channels, strangers' pictures."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from time import time as wall_clock

from ..events.dispatcher import EventDispatcher
from ..events.listeners import EventListener
from ..events.presence import NotificationSettings, PresenceRule
from ..events.records import Visit
from ..events.snapshots import Snapshots
from ..faces.protocols import Aligner
from ..faces.settings import StrangerSettings
from ..faces.strangers.collect import StrangerCollector
from ..faces.strangers.folder import StrangerFolder
from ..faces.strangers.reidentify import StrangerBook
from ..history.database import FILE, MEMORY, Database
from ..history.outbox import Outbox
from ..history.retention import HistorySettings, Housekeeping
from ..history.visits import SNAPSHOTS, Journal
from ..media.sources import Source
from ..notify.channel import Channel, Notifier
from ..notify.console import ConsoleAnnouncer
from ..notify.delivery import ChannelSender, ChannelStatus, DeliverySettings
from ..notify.recorder import VisitRecorder


@dataclass(frozen=True, slots=True)
class EventServiceSettings:
    """What is announced, kept and tried.

    `history_dir` is None where nothing is to be kept: visits and announcements then live in memory, and
    no picture is written.
    """

    history_dir: Path | None
    clarify_dir: Path
    notification: NotificationSettings = field(default_factory=NotificationSettings)
    history: HistorySettings = field(default_factory=HistorySettings)
    delivery: DeliverySettings = field(default_factory=DeliverySettings)
    strangers: StrangerSettings = field(default_factory=StrangerSettings)


class EventService:
    """What the cameras of a process share: one memory, and one courier for each channel."""

    def __init__(self, settings: EventServiceSettings, channels: Sequence[Channel], aligner: Aligner) -> None:
        """Open the memory; `start` begins to deliver what is left from before.

        Raises:
            HistoryError: The memory cannot be opened.
        """
        folder = settings.history_dir
        self._settings = settings
        self._aligner = aligner
        self._database = Database(MEMORY if folder is None else folder / FILE)
        self._journal = Journal(
            self._database, None if folder is None else folder / SNAPSHOTS, settings.delivery.queue
        )
        self._clarify = None if folder is None else StrangerFolder(settings.clarify_dir, settings.strangers)
        outbox = Outbox(self._database)
        self._senders = [
            ChannelSender(channel, outbox, settings.delivery, _lock(folder, channel)) for channel in channels
        ]
        self._dispatchers: list[EventDispatcher] = []
        self._closed = False
        keepers = [self._journal.forget_before]
        self._housekeeping = Housekeeping(
            keepers if self._clarify is None else [*keepers, self._clarify.forget_before], settings.history
        )

    def start(self) -> None:
        """Begin to deliver, and to delete what is too old."""
        self._housekeeping.start()
        for sender in self._senders:
            sender.start()

    def dispatcher(self, source: Source, notifiers: Sequence[Notifier]) -> EventDispatcher:
        """The book of one camera's visitors; a live one goes on with visits of the process before.

        Args:
            source: The camera.
            notifiers: Who is told at once.
        """
        settings = self._settings.notification
        strangers = StrangerBook(self._settings.strangers.likeness, settings.absence)
        rule = PresenceRule(settings, 1 / source.frames_per_second)
        recording = self._recording(source)
        if source.live:
            self._resume(source.name, strangers, rule, recording)
        announcing = ConsoleAnnouncer(notifiers, unknown=settings.unknown)
        listeners = [announcing, recording, *self._clarifying()]
        dispatcher = EventDispatcher(source.name, strangers, rule, Snapshots(settings.absence), listeners)
        self._dispatchers.append(dispatcher)
        return dispatcher

    def status(self) -> tuple[ChannelStatus, ...]:
        """How each channel fares."""
        return tuple(sender.status() for sender in self._senders)

    def close(self, grace: float) -> int:
        """End all visits, deliver for so many seconds what can be delivered, and close the memory.

        Returns:
            How many announcements were not delivered; they are lost where nothing is kept.
        """
        if self._closed:
            return 0
        self._closed = True
        for dispatcher in self._dispatchers:
            dispatcher.close()
        deadline = monotonic() + grace
        left = sum(sender.stop(deadline) for sender in self._senders)
        self._housekeeping.stop()
        self._database.close()
        return left

    def _recording(self, source: Source) -> VisitRecorder:
        started = 0.0 if source.live else wall_clock()
        return VisitRecorder(
            self._journal,
            self._senders,
            source.name,
            lambda time: started + time,
            unknown=self._settings.notification.unknown,
        )

    def _clarifying(self) -> list[EventListener]:
        if self._clarify is None:
            return []
        return [StrangerCollector(self._clarify, self._aligner, self._settings.strangers)]

    def _resume(
        self, camera: str, strangers: StrangerBook, rule: PresenceRule, recording: VisitRecorder
    ) -> None:
        since = wall_clock() - self._settings.notification.absence
        for number, record in self._journal.resume(camera, since).items():
            who = record.person or record.stranger or number
            visit = Visit(who, record.first, record.last, record.score)
            rule.resume(visit)
            recording.take_over(who, number)
            if isinstance(who, int):
                strangers.remember(who, record.embedding, record.last)


def _lock(folder: Path | None, channel: Channel) -> Path | None:
    """What is locked while a process delivers to a channel; nobody else can where nothing is kept."""
    if folder is None:
        return None
    return folder / f"outbox-{hashlib.sha256(channel.name.encode()).hexdigest()[:16]}"
