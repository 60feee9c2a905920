"""Events of rules written down, together with what the channels are to be told."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from ..errors import HistoryError
from ..history.outbox import Delivery
from ..history.visits import Journal
from ..records import Image, Phase, Visit
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
        """Record one camera; what an earlier process left unended is ended where it was written last.

        Args:
            journal: Where events are written.
            senders: Who carries the announcements.
            camera: The name of the camera.
            epoch: Turns the time of a frame into seconds since the epoch.
        """
        self._journal, self._senders = journal, senders
        self._camera, self._epoch = camera, epoch
        self._rows: dict[str, int] = {}
        self._failed = False
        with self._reported():
            journal.end_rules(camera)

    def take(self, happening: Happening, picture: Image | None) -> None:
        """Write that an event has begun or ended.

        Args:
            happening: The event.
            picture: The frame, (height, width, 3) uint8 BGR, with what is on it drawn; None keeps none.
        """
        with self._reported():
            if happening.event.phase is Phase.BEGUN:
                self._begin(happening, picture)
            else:
                self._end(happening)

    def _begin(self, happening: Happening, picture: Image | None) -> None:
        event = replace(happening.event, time=self._epoch(happening.event.time))
        jpeg = None if picture is None else images.encode_jpeg(picture)
        told = self._senders if happening.told is Told.YES else ()
        self._rows[event.id], full = self._journal.begin(
            Visit(event.id, event.subject, event.time, event.time, event.score),
            self._camera,
            picture=jpeg,
            deliveries=[Delivery(event, sender.channel, jpeg) for sender in told],
            rule=event.rule,
            measures=event.measures,
        )
        for channel in full:
            log.warning("%s: too many announcements wait; the oldest was dropped", channel)
        for sender in told:
            sender.wake()

    def _end(self, happening: Happening) -> None:
        event = happening.event
        row = self._rows.pop(event.id, None)
        if row is not None:
            self._journal.update(row, self._epoch(event.time), event.score, over=True)
            self._journal.measure(row, event.measures)

    @contextmanager
    def _reported(self) -> Iterator[None]:
        try:
            yield
            self._failed = False
        except (HistoryError, OSError) as error:
            if not self._failed:
                log.warning("an event could not be recorded: %s", error)
            self._failed = True
