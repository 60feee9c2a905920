"""From the observations of one camera to its events, and to whoever is told of them."""

from collections.abc import Sequence

from ..records import Frame, Observation, Phase, Subject, Visit
from .listeners import EventListener, Snapshot
from .rules import Change, Rule
from .snapshots import Snapshots
from .subjects import SubjectBook

STILL_THERE = 5.0  # seconds between two notes that visits go on


class EventDispatcher:
    """Follows who or what is there and tells the listeners; one a camera and analyzer."""

    def __init__(
        self, book: SubjectBook, rule: Rule, snapshots: Snapshots, listeners: Sequence[EventListener]
    ) -> None:
        self._book = book
        self._rule = rule
        self._snapshots = snapshots
        self._listeners = listeners
        self._noted = 0.0

    @property
    def visits(self) -> tuple[Visit, ...]:
        """The last visits of subjects that have a name, by the time of being seen first."""
        return tuple(visit for visit in self._rule.visits if visit.subject.label is not None)

    def begin(self) -> None:
        """The camera's loop begins, or begins anew: the numbers of its tracks mean nothing any more."""
        self._book.lose_tracks()

    def observe(self, frame: Frame, observations: Sequence[Observation]) -> None:
        """Take in one frame and all that was seen on it."""
        visiting = {visit.subject for visit in self._rule.present}
        subjects = self._book.identify(frame.time, observations, visiting)
        for subject in self._book.withdrawn():
            self._withdraw(subject)
        self._snapshots.look(frame, subjects)
        for listener in self._listeners:
            listener.seen(frame, subjects)
        self._tell(self._rule.observe(frame, subjects))
        self._note(frame.time)

    def finish(self) -> None:
        """The source has ended by itself: judge a film that was shorter than a whole period."""
        self._tell(self._rule.finish())

    def close(self) -> None:
        """Nothing more will be watched: every visit is over; a second time it does nothing."""
        for visit in self._rule.close():
            self._end(visit)
        for listener in self._listeners:
            listener.closed()

    def _tell(self, changes: Sequence[Change]) -> None:
        for change in changes:
            if change.event.phase is Phase.BEGUN:
                self._begin(change)
            else:
                self._end(change.visit)

    def _begin(self, change: Change) -> None:
        snapshot = self._snapshot(change.visit.subject)
        for listener in self._listeners:
            listener.begun(change.event, change.visit, snapshot)

    def _end(self, visit: Visit) -> None:
        for listener in self._listeners:
            listener.ended(visit, self._snapshot(visit.subject))

    def _withdraw(self, subject: Subject) -> None:
        visit = self._rule.withdraw(subject)
        if visit is not None:
            for listener in self._listeners:
                listener.withdrawn(visit)

    def _note(self, time: float) -> None:
        if 0 <= time - self._noted < STILL_THERE:
            return
        self._noted = time
        for visit in self._rule.present:
            for listener in self._listeners:
                listener.goes_on(visit, self._snapshot(visit.subject))

    def _snapshot(self, subject: Subject) -> Snapshot | None:
        kept = self._snapshots.of(subject)
        return None if kept is None else Snapshot(*kept, self._book.embedding(subject))
