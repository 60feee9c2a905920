"""One camera's visitors, from frame to frame."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol

from ..faces.records import Sighting
from ..records import FloatArray, Frame
from .listeners import EventListener, Snapshot
from .presence import Arrival, Changes, PresenceRule
from .records import Event, Visit, Who
from .snapshots import Snapshots

STILL_THERE = 5.0  # seconds between two notes that visits go on


class SubjectBook(Protocol):
    """Knows who the faces of a frame belong to; see stages.strangers.StrangerBook."""

    def lose_tracks(self) -> None:
        """The numbers of tracks begin anew."""
        ...

    def identify(
        self, time: float, sightings: Sequence[Sighting], visiting: Collection[Who]
    ) -> dict[Who, Sighting]:
        """Say who is on a frame, each with the best face."""
        ...

    def unmasked(self) -> Sequence[int]:
        """The strangers who since the last call turned out to be somebody with a name."""
        ...

    def embedding(self, number: int) -> FloatArray | None:
        """The embedding of a stranger's best face so far, where there was one."""
        ...

    def score(self, who: Who, sighting: Sighting) -> float:
        """How sure it is, 0..1."""
        ...


class EventDispatcher:
    """Follows who is there and tells the listeners; one a camera."""

    def __init__(
        self,
        source: str,
        strangers: SubjectBook,
        rule: PresenceRule,
        snapshots: Snapshots,
        listeners: Sequence[EventListener],
    ) -> None:
        self._source = source
        self._strangers = strangers
        self._rule = rule
        self._snapshots = snapshots
        self._listeners = listeners
        self._noted = 0.0

    @property
    def visits(self) -> tuple[Visit, ...]:
        """The last visits of persons, by the time of being seen first."""
        return tuple(visit for visit in self._rule.visits if visit.name is not None)

    def begin(self) -> None:
        """The camera's loop begins, or begins anew: the numbers of its tracks mean nothing any more."""
        self._strangers.lose_tracks()

    def observe(
        self, frame: Frame, sightings: Sequence[Sighting], people: Mapping[str, Mapping[str, Any]]
    ) -> None:
        """Take in one frame.

        Args:
            frame: The frame.
            sightings: All its faces.
            people: What is known of each person, by name.
        """
        visiting = {visit.who for visit in self._rule.present}
        seen = self._strangers.identify(frame.time, sightings, visiting)
        for number in self._strangers.unmasked():
            self._withdraw(number)
        self._snapshots.look(frame, seen)
        for listener in self._listeners:
            listener.seen(frame, seen)
        scores = {who: self._strangers.score(who, sighting) for who, sighting in seen.items()}
        self._tell(self._rule.observe(frame.time, scores), people)
        self._note(frame.time)

    def finish(self, people: Mapping[str, Mapping[str, Any]]) -> None:
        """The source has ended by itself: judge a film that was shorter than a whole period."""
        self._tell(self._rule.finish(), people)

    def close(self) -> None:
        """Nothing more will be watched: every visit is over."""
        for visit in self._rule.present:
            self._end(visit)

    def _tell(self, changes: Changes, people: Mapping[str, Mapping[str, Any]]) -> None:
        for visit in changes.left:
            self._end(visit)
        for arrival in changes.arrived:
            self._begin(arrival, people)

    def _begin(self, arrival: Arrival, people: Mapping[str, Mapping[str, Any]]) -> None:
        visit, portrait = arrival.visit, self._portrait(arrival.visit.who)
        fields = people.get(visit.name, {}) if visit.name is not None else {}
        event = Event(visit.name, arrival.time, arrival.share, arrival.score, self._source, fields)
        for listener in self._listeners:
            listener.begun(visit, event, portrait)

    def _end(self, visit: Visit) -> None:
        for listener in self._listeners:
            listener.ended(visit, self._portrait(visit.who))

    def _withdraw(self, number: int) -> None:
        visit = self._rule.withdraw(number)
        if visit is not None:
            for listener in self._listeners:
                listener.withdrawn(visit)

    def _note(self, time: float) -> None:
        if 0 <= time - self._noted < STILL_THERE:
            return
        self._noted = time
        for visit in self._rule.present:
            for listener in self._listeners:
                listener.goes_on(visit, self._portrait(visit.who))

    def _portrait(self, who: Who) -> Snapshot | None:
        kept = self._snapshots.of(who)
        if kept is None:
            return None
        return Snapshot(*kept, self._strangers.embedding(who) if isinstance(who, int) else None)
