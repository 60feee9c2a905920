"""Persons whom both their faces and their shapes show, told as one visitor: by the face."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np

from ..cameras.analyzer import Analyzer
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
        return super().identify(time, others, visiting)

    def withdrawn(self) -> Sequence[Subject]:
        """See `SubjectBook.withdrawn`."""
        found, self._new = self._new, []
        return found


class Visitors:
    """Which persons on a camera are whose face."""

    def __init__(self, *, unknown: bool, absence: float) -> None:
        """Begin.

        Args:
            unknown: Whether faces of strangers are told, so that they are visitors, too.
            absence: Seconds after which a visitor who is not seen has left; a person whose face was not seen
                for longer is told as a person again.
        """
        self._unknown = unknown
        self._absence = absence
        self._faces: tuple[Observation, ...] = ()
        self._names: dict[int, Counter[str]] = {}
        self._last: dict[int, float] = {}

    def watched(self, kind: str, build: Callable[[], Analyzer]) -> Analyzer:
        """An analyzer of a wing of a kind; that of faces is to look before that of objects."""
        if kind == FACE:
            self._faces, self._names, self._last = (), {}, {}
            return _Followed(build(), self._take_faces)
        return _Followed(build(), self._mark_persons) if kind == OBJECT else build()

    def _take_faces(self, frame: Frame, seen: tuple[Observation, ...]) -> tuple[Observation, ...]:  # noqa: ARG002
        self._faces = tuple(each for each in seen if each.label is not None or self._unknown)
        return seen

    def _mark_persons(self, frame: Frame, seen: tuple[Observation, ...]) -> tuple[Observation, ...]:
        persons = [each for each in seen if _is_person(each) and each.box]
        pairs = faces_of(
            [each.box for each in persons if each.box], [each.box for each in self._faces if each.box]
        )
        here = {id(persons[row]): self._faces[column].label or STRANGER for row, column in pairs}
        self._remember(frame.time, {each.track: here[id(each)] for each in persons if id(each) in here})
        return tuple(self._marked(each, here.get(id(each))) for each in seen)

    def _remember(self, time: float, names: Mapping[int | None, str]) -> None:
        """Take in whose faces are on whom, and forget those whose faces were not seen for too long."""
        for track, name in names.items():
            if track is not None:
                self._names.setdefault(track, Counter())[name] += 1
                self._last[track] = time
        gone = [track for track, last in self._last.items() if not 0 <= time - last <= self._absence]
        for track in gone:
            del self._last[track], self._names[track]

    def _marked(self, seen: Observation, here: str | None) -> Observation:
        """With the name that its face had on enough frames; of a photograph, with the one that it has."""
        name = here if seen.track is None else self._name(seen.track)
        return replace(seen, attributes={**seen.attributes, VISITOR: name}) if name else seen

    def _name(self, track: int) -> str | None:
        """Whose face a person had on most of the frames, if on enough of them."""
        name, times = self._names[track].most_common(1)[0] if track in self._names else (None, 0)
        return name if times >= _ENOUGH else None


class _Followed:
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
