"""Visits written down, together with what the channels are to be told."""

import logging
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from ..errors import HistoryError
from ..events.listeners import EventListener, Snapshot
from ..events.records import Event, Visit, Who
from ..history.outbox import Announcement
from ..history.visits import Journal, VisitRecord
from ..storage import images
from .delivery import ChannelSender

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Row:
    number: int
    worth: float


class VisitRecorder(EventListener):
    """Writes the visits of one camera, and queues their announcements in the same transaction.

    A disk that is full or a file that is damaged ends no camera: it is reported once and tried again
    with the next visit.
    """

    def __init__(
        self,
        journal: Journal,
        senders: Sequence[ChannelSender],
        camera: str,
        epoch: Callable[[float], float],
        *,
        unknown: bool,
    ) -> None:
        """Record one camera.

        Args:
            journal: Where visits are written.
            senders: Who carries the announcements.
            camera: The name of the camera.
            epoch: Turns the time of a frame into seconds since the epoch.
            unknown: Whether strangers are announced.
        """
        self._journal = journal
        self._senders = senders
        self._camera = camera
        self._epoch = epoch
        self._unknown = unknown
        self._rows: dict[Who, _Row] = {}
        self._failed = False

    def take_over(self, who: Who, number: int) -> None:
        """Go on with a visit that an earlier process began."""
        self._rows[who] = _Row(number, worth=1.0)

    def begun(self, visit: Visit, event: Event, portrait: Snapshot | None) -> None:
        """See `VisitListener.begun`."""
        picture = None if portrait is None else images.encode_jpeg(portrait.image)
        told = self._senders if event.name is not None or self._unknown else ()
        letters = {sender.channel: self._announcement(event, picture) for sender in told}
        with self._reported():
            number, full = self._journal.begin(self._record(visit, portrait), picture, letters)
            self._rows[visit.who] = _Row(number, 0.0 if portrait is None else portrait.worth)
            for channel in full:
                log.warning("%s: too many announcements wait; the oldest was dropped", channel)
        for sender in told:
            sender.wake()

    def goes_on(self, visit: Visit, portrait: Snapshot | None) -> None:
        """See `VisitListener.goes_on`."""
        self._update(visit, portrait, over=False)

    def ended(self, visit: Visit, portrait: Snapshot | None) -> None:
        """See `VisitListener.ended`."""
        self._update(visit, portrait, over=True)
        self._rows.pop(visit.who, None)

    def withdrawn(self, visit: Visit) -> None:
        """See `VisitListener.withdrawn`."""
        row = self._rows.pop(visit.who, None)
        if row is not None:
            with self._reported():
                self._journal.withdraw(row.number)

    def _update(self, visit: Visit, portrait: Snapshot | None, *, over: bool) -> None:
        row = self._rows.get(visit.who)
        if row is None:
            return
        with self._reported():
            self._journal.update(row.number, self._epoch(visit.last), visit.score, over=over)
            if portrait is not None and portrait.worth > row.worth:
                self._journal.illustrate(row.number, images.encode_jpeg(portrait.image))
                row.worth = portrait.worth

    def _record(self, visit: Visit, portrait: Snapshot | None) -> VisitRecord:
        return VisitRecord(
            person=visit.name,
            camera=self._camera,
            first=self._epoch(visit.first),
            last=self._epoch(visit.last),
            score=visit.score,
            stranger=visit.who if isinstance(visit.who, int) else None,
            embedding=None if portrait is None else portrait.embedding,
        )

    def _announcement(self, event: Event, picture: bytes | None) -> Announcement:
        time = self._epoch(event.time)
        return Announcement(
            uuid.uuid4().hex, event.name, time, event.share, event.score, event.source, event.fields, picture
        )

    @contextmanager
    def _reported(self) -> Iterator[None]:
        try:
            yield
            self._failed = False
        except (HistoryError, OSError) as error:
            if not self._failed:
                log.warning("a visit could not be recorded: %s", error)
            self._failed = True
