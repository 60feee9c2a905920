"""When somebody is announced."""

from collections import Counter, deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from ..entities import Event, Sighting
from ..settings import NotificationSettings

_TICK = 1e-4  # seconds; sums of frame lengths miss the round number by less


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody who was announced, from the first to the last time of being seen, in seconds."""

    name: str
    first: float
    last: float


class PresenceRule:
    """Announces who is seen in more than a share of the frames of a period, once a visit.

    The window holds the frames of the last `period` seconds. Nothing is announced before a whole
    period has been watched, so that a chance frame at the start names nobody; after a pause of the
    source that is longer than the period, watching begins anew. A film that ends before a whole
    period has been watched is judged over the frames that there were (`finish`), so that a single
    picture announces who is on it.

    A visit begins with the person's first frame in the window that announced it, and ends when the
    person has not been seen for longer than `absence` seconds. Only whoever is seen in the current
    frame is announced.
    """

    def __init__(self, settings: NotificationSettings, source: str, frame_length: float) -> None:
        """Begin without having seen anything.

        Args:
            settings: Period, share and absence.
            source: The name that events bear.
            frame_length: Seconds that frames of this source are usually apart.
        """
        self._settings = settings
        self._source = source
        self._present: dict[str, Visit] = {}
        self._ended: list[Visit] = []
        self._pace = frame_length
        self._time = 0.0
        self._begin_anew(0.0)

    @property
    def visits(self) -> tuple[Visit, ...]:
        """Everybody announced so far, by the time of being seen first."""
        return tuple(sorted([*self._ended, *self._present.values()], key=lambda visit: visit.first))

    def observe(self, time: float, sightings: Sequence[Sighting]) -> tuple[Event, ...]:
        """Take in one frame.

        Args:
            time: Seconds, later than the frame before.
            sightings: All faces of the frame.

        Returns:
            Who is to be announced now; `fields` are left empty.
        """
        self._keep_pace(time)
        scores = _scores(sightings)
        self._slide(time, scores)
        self._follow_visits(time, scores)
        return self._announce(scores) if self._watched_a_period() else ()

    def finish(self) -> tuple[Event, ...]:
        """The source has ended by itself: judge a film that was shorter than a whole period."""
        return () if self._watched_a_period() else self._announce(self._counts)

    def _keep_pace(self, time: float) -> None:
        step = time - self._time if self._window else 0.0
        # Frames that are always further apart than the period are no pause: each decides by itself.
        if not self._window or step < 0 or step > max(self._settings.period, 2 * self._pace):
            self._begin_anew(time)
        self._pace, self._time = step or self._pace, time

    def _begin_anew(self, time: float) -> None:
        self._window: deque[tuple[float, Mapping[str, float]]] = deque()
        self._counts: Counter[str] = Counter()
        self._begun = self._time = time

    def _slide(self, time: float, scores: Mapping[str, float]) -> None:
        self._window.append((time, scores))
        self._counts.update(scores.keys())
        while self._window[0][0] <= time - self._settings.period + _TICK and len(self._window) > 1:
            self._counts -= Counter(self._window.popleft()[1].keys())

    def _follow_visits(self, time: float, scores: Mapping[str, float]) -> None:
        for name, visit in tuple(self._present.items()):
            if time - visit.last > self._settings.absence:
                self._ended.append(self._present.pop(name))
            elif name in scores:
                self._present[name] = replace(visit, last=time)

    def _watched_a_period(self) -> bool:
        return self._time - self._begun >= self._settings.period - _TICK

    def _announce(self, names: Collection[str]) -> tuple[Event, ...]:
        enough = self._settings.share * len(self._window)
        new = [name for name in names if name not in self._present and self._counts[name] > enough]
        return tuple(self._welcome(name) for name in new)

    def _welcome(self, name: str) -> Event:
        seen = [(time, scores[name]) for time, scores in self._window if name in scores]
        self._present[name] = Visit(name, seen[0][0], seen[-1][0])
        score = sum(score for _, score in seen) / len(seen)
        return Event(name, self._time, len(seen) / len(self._window), score, self._source)


def _scores(sightings: Sequence[Sighting]) -> dict[str, float]:
    best: dict[str, float] = {}
    for match in (sighting.match for sighting in sightings):
        if match.name is not None:
            best[match.name] = max(match.score, best.get(match.name, 0.0))
    return best
