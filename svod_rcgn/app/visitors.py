"""Persons whom both their faces and their shapes show, told as one visitor: by the face."""

from collections import Counter, deque
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np

from ..cameras.analyzer import Analyzer
from ..events.settings import NotificationSettings
from ..events.subjects import TrackBook
from ..records import FACE, OBJECT, Box, Frame, Observation, Subject
from ..tracking.association import assign

VISITOR = "visitor"
"""The attribute of a person of whom the face tells: the name, or STRANGER."""

STRANGER = "somebody unknown"
PERSON = "person"
_ENOUGH = 3  # frames on which a face was on a person that is followed
_FACE_HEIGHT = 0.2  # in heights of a person, from the top; at a desk as in the street
_LOWEST = 0.6
_MOST = 1000  # persons that were withdrawn are remembered


class VisitorBook(TrackBook):
    """Knows things as `TrackBook` does, but persons of whom a face tells; told before, they are withdrawn."""

    def __init__(self) -> None:
        super().__init__()
        self._left: dict[Subject, None] = {}
        self._new: list[Subject] = []

    def lose_tracks(self) -> None:
        """See `SubjectBook.lose_tracks`."""
        super().lose_tracks()
        self._left.clear()

    def identify(
        self, time: float, observations: Sequence[Observation], visiting: Collection[Subject]
    ) -> dict[Subject, Observation]:
        """See `SubjectBook.identify`."""
        left = [each for each in observations if VISITOR in each.attributes]
        for subject in super().identify(time, left, visiting):
            if subject not in self._left:
                self._left[subject] = None
                self._new.append(subject)
        while len(self._left) > _MOST:
            del self._left[next(iter(self._left))]
        others = [each for each in observations if VISITOR not in each.attributes]
        told = super().identify(time, others, visiting)
        for subject in told:  # a person again; withdrawn again where the face comes back
            self._left.pop(subject, None)
        return told

    def withdrawn(self) -> Sequence[Subject]:
        """See `SubjectBook.withdrawn`."""
        found, self._new = self._new, []
        return found


class Visitors:
    """Which persons on a camera are whose face."""

    def __init__(self, settings: NotificationSettings) -> None:
        """Begin.

        Args:
            settings: When a face is announced: what a face shows too seldom for that is told as a person.
        """
        self._settings = settings
        self._faces: tuple[Observation, ...] = ()
        self._persons: dict[int, _SeenPerson] = {}

    def watched(self, kind: str, build: Callable[[], Analyzer]) -> Analyzer:
        """An analyzer of a wing of a kind; that of faces is to look before that of objects."""
        if kind == FACE:
            self._faces, self._persons = (), {}
            return Followed(build(), self._take_faces)
        return Followed(build(), self._mark_persons) if kind == OBJECT else build()

    def _take_faces(self, frame: Frame, seen: tuple[Observation, ...]) -> tuple[Observation, ...]:  # noqa: ARG002
        self._faces = tuple(
            each for each in seen if each.box and (each.label is not None or self._settings.unknown)
        )
        return seen

    def _mark_persons(self, frame: Frame, seen: tuple[Observation, ...]) -> tuple[Observation, ...]:
        persons = [each for each in seen if _is_person(each) and each.box]
        pairs = faces_of(
            [each.box for each in persons if each.box], [each.box for each in self._faces if each.box]
        )
        here = {id(persons[row]): self._faces[column].label or STRANGER for row, column in pairs}
        self._remember(frame.time, {each.track: here.get(id(each)) for each in persons})
        return tuple(self._marked(each, here.get(id(each))) for each in seen)

    def _remember(self, time: float, names: Mapping[int | None, str | None]) -> None:
        """Take in whose faces are on whom, and forget those who have left."""
        for track, name in names.items():
            if track is not None:
                self._persons.setdefault(track, _SeenPerson()).look(time, name, self._settings)
        last = time - self._settings.absence
        gone = [track for track, each in self._persons.items() if not last <= each.seen <= time]
        for track in gone:
            del self._persons[track]

    def _marked(self, seen: Observation, here: str | None) -> Observation:
        """With the name that its face had on enough frames; of a photograph, with the one that it has."""
        if seen.track is not None:
            here = self._persons[seen.track].name if seen.track in self._persons else None
        return replace(seen, attributes={**seen.attributes, VISITOR: here}) if here else seen


class _SeenPerson:
    """One person, last `seen` at a time: `name` is whose face it has, None where too few frames say so.

    The face must be on a share of the frames of a period, since else it would not be announced and nobody
    told. What held for a whole period stays while the face is turned away, until it counts as having left.
    """

    def __init__(self) -> None:
        self.name: str | None = None
        self.seen = self._faced = -np.inf
        self._looks: deque[tuple[float, str | None]] = deque()
        self._names: Counter[str | None] = Counter()
        self._is_settled = False

    def look(self, time: float, name: str | None, settings: NotificationSettings) -> None:
        """Take in a frame on which the person is, and whose face is on it, if any is."""
        self._looks.append((time, name))
        self._names[name] += 1
        self.seen, self._faced = time, time if name else self._faced
        is_whole = self._forget(time - settings.period)
        known = {each: times for each, times in self._names.items() if each}
        best = max(known, key=lambda each: known[each], default=None)
        if best and known[best] >= max(_ENOUGH, settings.share * len(self._looks)):
            self.name = best
            self._is_settled |= is_whole
        elif not self._is_settled or time - self._faced > settings.absence:
            self.name, self._is_settled = None, False

    def _forget(self, before: float) -> bool:
        """Let go of the frames before a time, and say whether there were any."""
        count = len(self._looks)
        while self._looks[0][0] < before:
            self._names[self._looks.popleft()[1]] -= 1
        return len(self._looks) < count


class Followed:
    """An analyzer with a step after it."""

    def __init__(
        self,
        analyzer: Analyzer,
        step: Callable[[Frame, tuple[Observation, ...]], tuple[Observation, ...]],
    ) -> None:
        self._analyzer = analyzer
        self._step = step

    def analyze(self, frame: Frame) -> tuple[Observation, ...]:
        """See `Analyzer.analyze`."""
        return self._step(frame, self._analyzer.analyze(frame))


def faces_of(persons: Sequence[Box], faces: Sequence[Box]) -> list[tuple[int, int]]:
    """Which face is on which person: pairs of their places, each at most once, the likeliest of all."""
    costs = np.array([[_distance(person, face) for face in faces] for person in persons], np.float32)
    return assign(costs.reshape(len(persons), len(faces)), 1.0)


def _distance(person: Box, face: Box) -> float:
    """How far a face is from where that of a person would be: 0 to 1, and infinite outside."""
    (x, y), (middle, _) = face.centre, person.centre
    width, height = max(person.width, 1.0), max(person.height, 1.0)
    down = (y - person.top) / height
    if not (person.left <= x <= person.right and 0 <= down <= _LOWEST) or face.width > width:
        return np.inf
    return 0.5 * abs(x - middle) / (width / 2) + 0.5 * abs(down - _FACE_HEIGHT)


def _is_person(seen: Observation) -> bool:
    """Whether it is a person; of several networks with persons, one's are called "coco: person"."""
    return seen.label is not None and seen.label.rpartition(": ")[2] == PERSON
