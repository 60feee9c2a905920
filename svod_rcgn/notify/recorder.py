"""Visits written down, together with what the channels are to be told."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from ..errors import HistoryError
from ..events.listeners import EventListener, Snapshot
from ..history.outbox import Delivery
from ..history.visits import Journal
from ..records import Event, Subject, Visit
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
            unknown: Whether the unknown are announced.
        """
        self._journal = journal
        self._senders = senders
        self._camera = camera
        self._epoch = epoch
        self._unknown = unknown
        self._rows: dict[Subject, _Row] = {}
        self._failed = False

    def take_over(self, subject: Subject, row: int) -> None:
        """Go on with a visit that an earlier process began."""
        self._rows[subject] = _Row(row, worth=1.0)

    def begun(self, event: Event, visit: Visit, snapshot: Snapshot | None) -> None:
        """See `EventListener.begun`."""
        picture = None if snapshot is None else images.encode_jpeg(snapshot.image)
        told = self._senders if event.subject.label is not None or self._unknown else ()
        recorded = replace(event, time=self._epoch(event.time))
        deliveries = [Delivery(recorded, sender.channel, picture) for sender in told]
        with self._reported():
            row, full = self._journal.begin(
                replace(visit, first=self._epoch(visit.first), last=self._epoch(visit.last)),
                self._camera,
                picture=picture,
                embedding=None if snapshot is None else snapshot.embedding,
                deliveries=deliveries,
            )
            self._rows[visit.subject] = _Row(row, 0.0 if snapshot is None else snapshot.worth)
            for channel in full:
                log.warning("%s: too many announcements wait; the oldest was dropped", channel)
        for sender in told:
            sender.wake()

    def goes_on(self, visit: Visit, snapshot: Snapshot | None) -> None:
        """See `EventListener.goes_on`."""
        self._update(visit, snapshot, over=False)

    def ended(self, visit: Visit, snapshot: Snapshot | None) -> None:
        """See `EventListener.ended`."""
        self._update(visit, snapshot, over=True)
        self._rows.pop(visit.subject, None)

    def withdrawn(self, visit: Visit) -> None:
        """See `EventListener.withdrawn`."""
        row = self._rows.pop(visit.subject, None)
        if row is not None:
            with self._reported():
                self._journal.withdraw(row.number)

    def _update(self, visit: Visit, snapshot: Snapshot | None, *, over: bool) -> None:
        row = self._rows.get(visit.subject)
        if row is None:
            return
        with self._reported():
            self._journal.update(row.number, self._epoch(visit.last), visit.score, over=over)
            if snapshot is not None and snapshot.worth > row.worth:
                self._journal.illustrate(row.number, images.encode_jpeg(snapshot.image))
                row.worth = snapshot.worth

    @contextmanager
    def _reported(self) -> Iterator[None]:
        try:
            yield
            self._failed = False
        except (HistoryError, OSError) as error:
            if not self._failed:
                log.warning("a visit could not be recorded: %s", error)
            self._failed = True
