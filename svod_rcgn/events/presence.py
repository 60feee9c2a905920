"""The first rule: who or what is there, once a visit."""

import uuid
from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import replace

from ..records import PRESENCE, Event, Frame, Observation, Phase, Subject, Visit
from .rules import Change
from .settings import NotificationSettings

REMEMBERED = 1000
_TICK = 1e-4  # seconds; sums of frame lengths miss the round number by less


class PresenceRule:
    """Announces a subject that is seen in more than a share of the frames of a period, once a visit.

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
        self._present: dict[Subject, Visit] = {}
        self._ended: deque[Visit] = deque(maxlen=REMEMBERED)
        self._pace = frame_length
        self._source = ""
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
        self._present[visit.subject] = visit

    def withdraw(self, subject: Subject) -> Visit | None:
        """Forget a subject that turned out to be another; returns the visit, if one had begun."""
        self._counts.pop(subject, None)
        for _, subjects in self._window:
            subjects.pop(subject, None)
        return self._present.pop(subject, None)

    def observe(self, frame: Frame, subjects: Mapping[Subject, Observation]) -> tuple[Change, ...]:
        """See `Rule.observe`."""
        self._source = frame.source
        self._keep_pace(frame.time)
        self._slide(frame.time, subjects)
        ended = self._follow_visits(frame.time, subjects)
        return ended + (self._announce(subjects) if self._watched_a_period() else ())

    def finish(self) -> tuple[Change, ...]:
        """The source has ended by itself: judge a film that was shorter than a whole period."""
        return () if self._watched_a_period() else self._announce(tuple(self._counts))

    def close(self) -> tuple[Visit, ...]:
        """See `Rule.close`."""
        over = self.present
        self._ended.extend(over)
        self._present = {}
        return over

    def _keep_pace(self, time: float) -> None:
        step = time - self._time if self._window else 0.0
        # Frames that are always further apart than the period are no pause: each decides by itself.
        if not self._window or step < 0 or step > max(self._settings.period, 2 * self._pace):
            self._begin_anew(time)
        if step < 0:  # the clock was set back; who is there was there before, and for as long
            self._present = {
                subject: replace(visit, first=visit.first + step, last=visit.last + step)
                for subject, visit in self._present.items()
            }
        self._pace, self._time = step or self._pace, time

    def _begin_anew(self, time: float) -> None:
        self._window: deque[tuple[float, dict[Subject, Observation]]] = deque()
        self._counts: Counter[Subject] = Counter()
        self._begun = self._time = time

    def _slide(self, time: float, subjects: Mapping[Subject, Observation]) -> None:
        self._window.append((time, dict(subjects)))
        self._counts.update(subjects.keys())
        while self._window[0][0] <= time - self._settings.period + _TICK and len(self._window) > 1:
            self._counts -= Counter(self._window.popleft()[1].keys())

    def _follow_visits(self, time: float, subjects: Mapping[Subject, Observation]) -> tuple[Change, ...]:
        over = [visit for visit in self._present.values() if time - visit.last > self._settings.absence]
        for visit in over:
            self._ended.append(self._present.pop(visit.subject))
        for subject in self._present.keys() & subjects.keys():
            visit, score = self._present[subject], subjects[subject].score
            self._present[subject] = replace(visit, last=time, score=max(visit.score, score))
        return tuple(Change(self._event(visit, Phase.ENDED, visit.score), visit) for visit in over)

    def _watched_a_period(self) -> bool:
        return self._time - self._begun >= self._settings.period - _TICK

    def _announce(self, subjects: Iterable[Subject]) -> tuple[Change, ...]:
        enough = self._settings.share * len(self._window)
        new = [each for each in subjects if each not in self._present and self._counts[each] > enough]
        return tuple(self._welcome(subject) for subject in new)

    def _welcome(self, subject: Subject) -> Change:
        seen = [(time, subjects[subject]) for time, subjects in self._window if subject in subjects]
        scores = [observation.score for _, observation in seen]
        visit = Visit(uuid.uuid4().hex, subject, seen[0][0], seen[-1][0], max(scores))
        self._present[subject] = visit
        event = self._event(visit, Phase.BEGUN, sum(scores) / len(scores))
        measures = {"share": len(seen) / len(self._window)}
        return Change(replace(event, measures=measures, attributes=seen[-1][1].attributes), visit)

    def _event(self, visit: Visit, phase: Phase, score: float) -> Event:
        return Event(visit.id, PRESENCE, phase, visit.subject, self._source, self._time, score)
