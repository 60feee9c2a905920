"""When somebody is announced."""

from collections import Counter, deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from .records import Visit, Who


@dataclass(frozen=True, slots=True)
class NotificationSettings:
    """When somebody is announced: seen in more than `share` of the frames of `period` seconds.

    Again only after `absence` seconds without being seen. Strangers are announced where `unknown` is
    set.
    """

    period: float = 5.0
    share: float = 0.5
    absence: float = 30.0
    unknown: bool = False


REMEMBERED = 1000
_TICK = 1e-4  # seconds; sums of frame lengths miss the round number by less


@dataclass(frozen=True, slots=True)
class Arrival:
    """A visit that is to be announced now.

    `share` is the part, 0..1, of the frames of the period that showed the visitor, `score` the mean
    of the scores there.
    """

    visit: Visit
    time: float
    share: float
    score: float


@dataclass(frozen=True, slots=True)
class Changes:
    """Who came and who went with a frame."""

    arrived: tuple[Arrival, ...] = ()
    left: tuple[Visit, ...] = ()


class PresenceRule:
    """Announces who is seen in more than a share of the frames of a period, once a visit.

    The window holds the frames of the last `period` seconds. Nothing is announced before a whole
    period has been watched, so that a chance frame at the start names nobody; after a pause of the
    source that is longer than the period, watching begins anew. A film that ends before a whole
    period has been watched is judged over the frames that there were (`finish`), so that a single
    picture announces who is on it.

    A visit begins with the visitor's first frame in the window that announced it, and ends when the
    visitor has not been seen for longer than `absence` seconds. Only whoever is seen in the current
    frame is announced.
    """

    def __init__(self, settings: NotificationSettings, frame_length: float) -> None:
        """Begin without having seen anything.

        Args:
            settings: Period, share and absence.
            frame_length: Seconds that frames of this source are usually apart.
        """
        self._settings = settings
        self._present: dict[Who, Visit] = {}
        self._ended: deque[Visit] = deque(maxlen=REMEMBERED)
        self._pace = frame_length
        self._time = 0.0
        self._begin_anew(0.0)

    @property
    def present(self) -> tuple[Visit, ...]:
        """The visits that are not over."""
        return tuple(self._present.values())

    @property
    def visits(self) -> tuple[Visit, ...]:
        """The last visits, by the time of being seen first."""
        return tuple(sorted([*self._ended, *self._present.values()], key=lambda visit: visit.first))

    def resume(self, visit: Visit) -> None:
        """Go on with a visit that was announced before this rule was made."""
        self._present[visit.who] = visit

    def withdraw(self, who: Who) -> Visit | None:
        """Forget somebody who turned out to be somebody else; returns the visit, if one had begun."""
        self._counts.pop(who, None)
        for _, scores in self._window:
            scores.pop(who, None)
        return self._present.pop(who, None)

    def observe(self, time: float, scores: Mapping[Who, float]) -> Changes:
        """Take in one frame.

        Args:
            time: Seconds, later than the frame before.
            scores: Who is on the frame, and how sure that is, 0..1.
        """
        self._keep_pace(time)
        self._slide(time, scores)
        left = self._follow_visits(time, scores)
        return Changes(self._announce(scores) if self._watched_a_period() else (), left)

    def finish(self) -> Changes:
        """The source has ended by itself: judge a film that was shorter than a whole period."""
        return Changes(() if self._watched_a_period() else self._announce(tuple(self._counts)))

    def _keep_pace(self, time: float) -> None:
        step = time - self._time if self._window else 0.0
        # Frames that are always further apart than the period are no pause: each decides by itself.
        if not self._window or step < 0 or step > max(self._settings.period, 2 * self._pace):
            self._begin_anew(time)
        self._pace, self._time = step or self._pace, time

    def _begin_anew(self, time: float) -> None:
        self._window: deque[tuple[float, dict[Who, float]]] = deque()
        self._counts: Counter[Who] = Counter()
        self._begun = self._time = time

    def _slide(self, time: float, scores: Mapping[Who, float]) -> None:
        self._window.append((time, dict(scores)))
        self._counts.update(scores.keys())
        while self._window[0][0] <= time - self._settings.period + _TICK and len(self._window) > 1:
            self._counts -= Counter(self._window.popleft()[1].keys())

    def _follow_visits(self, time: float, scores: Mapping[Who, float]) -> tuple[Visit, ...]:
        left = [visit for visit in self._present.values() if time - visit.last > self._settings.absence]
        for visit in left:
            self._ended.append(self._present.pop(visit.who))
        for who in self._present.keys() & scores.keys():
            visit = self._present[who]
            self._present[who] = replace(visit, last=time, score=max(visit.score, scores[who]))
        return tuple(left)

    def _watched_a_period(self) -> bool:
        return self._time - self._begun >= self._settings.period - _TICK

    def _announce(self, visitors: Collection[Who]) -> tuple[Arrival, ...]:
        enough = self._settings.share * len(self._window)
        new = [who for who in visitors if who not in self._present and self._counts[who] > enough]
        return tuple(self._welcome(who) for who in new)

    def _welcome(self, who: Who) -> Arrival:
        seen: Sequence[tuple[float, float]]
        seen = [(time, scores[who]) for time, scores in self._window if who in scores]
        visit = Visit(who, seen[0][0], seen[-1][0], max(score for _, score in seen))
        self._present[who] = visit
        mean = sum(score for _, score in seen) / len(seen)
        return Arrival(visit, self._time, len(seen) / len(self._window), mean)
