"""Events of rules written down, together with what the channels are to be told."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from ..errors import HistoryError
from ..history.outbox import Delivery
from ..history.visits import Journal, OpenRule
from ..records import Event, Image, Phase, Subject, Visit
from ..rules.engine import Happening
from ..rules.quiet import Told
from ..storage import images
from .delivery import ChannelSender

log = logging.getLogger(__name__)


class RuleRecorder:
    """Writes the events of one camera's rules, and queues those that are told in the same transaction.

    As with visits, a disk that is full ends no camera.
    """

    def __init__(
        self, journal: Journal, senders: Sequence[ChannelSender], camera: str, epoch: Callable[[float], float]
    ) -> None:
        """Record one camera; what an earlier process left unended is ended, as of its beginning.

        Args:
            journal: Where events are written.
            senders: Who carries the announcements.
            camera: The name of the camera.
            epoch: Turns the time of a frame into seconds since the epoch.
        """
        self._journal, self._senders = journal, senders
        self._camera, self._epoch = camera, epoch
        self._rows: dict[str, OpenRule] = {}
        self._failed = False
        with self._reported():
            for left in journal.open_rules(camera):
                self._write_end(left, left.event)

    def told_last(self, since: float) -> list[tuple[str, Subject, float]]:
        """When each rule was last told of each subject, after a time, both in seconds since the epoch."""
        with self._reported():
            return self._journal.told_last(self._camera, since)
        return []

    def go_on(self, time: float) -> None:
        """Write that what has begun and not ended goes on at a time as in Frame; now and then is enough."""
        if self._rows:
            with self._reported():
                self._journal.go_on([each.row for each in self._rows.values()], self._epoch(time))

    def clip_of(self, event: Event) -> tuple[Path, Callable[[], None]] | None:
        """Where a clip of an event is to lie, and what notes that it does; None where none can be kept."""
        begun, folder = self._rows.get(event.id), self._journal.clips
        if begun is None or folder is None:
            return None
        name = f"{event.id}.mp4"
        with self._reported():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return folder / name, lambda: self._journal.film(begun.row, name)
        return None

    def take(self, happening: Happening, picture: Image | None) -> None:
        """Write that an event has begun or ended.

        Args:
            happening: The event.
            picture: The frame, (height, width, 3) uint8 BGR, with what is on it drawn; None keeps none.
        """
        event = replace(happening.event, time=self._epoch(happening.event.time))
        with self._reported():
            if event.phase is Phase.BEGUN:
                self._begin(event, picture, self._told(happening))
            elif left := self._rows.pop(event.id, None):
                self._write_end(left, event)

    def _told(self, happening: Happening) -> list[ChannelSender]:
        """The channels that are told: those that the rule names, or all."""
        if happening.told is not Told.YES:
            return []
        named = happening.channels
        return [each for each in self._senders if not named or each.channel.partition(" ")[0] in named]

    def _begin(self, event: Event, picture: Image | None, told: Sequence[ChannelSender]) -> None:
        jpeg = None if picture is None else images.encode_jpeg(picture)
        row, full = self._journal.begin(
            Visit(event.id, event.subject, event.time, event.time, event.score),
            self._camera,
            picture=jpeg,
            deliveries=[Delivery(event, sender.channel, jpeg) for sender in told],
            rule=event.rule,
            measures=event.measures,
        )
        self._rows[event.id] = OpenRule(row, event, [sender.channel for sender in told])
        self._wake(told, full)

    def _write_end(self, left: OpenRule, event: Event) -> None:
        told = [each for each in self._senders if each.takes_ends and each.channel in left.channels]
        deliveries = [Delivery(event, sender.channel) for sender in told]
        self._wake(told, self._journal.end_rule(left.row, event.time, event.measures, deliveries))

    def _wake(self, told: Sequence[ChannelSender], full: Sequence[str]) -> None:
        for channel in full:
            log.warning("%s: too many announcements wait; the oldest was dropped", channel)
        for sender in told:
            sender.wake()

    @contextmanager
    def _reported(self) -> Iterator[None]:
        try:
            yield
            self._failed = False
        except (HistoryError, OSError) as error:
            if not self._failed:
                log.warning("an event could not be recorded: %s", error)
            self._failed = True
