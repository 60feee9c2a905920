"""Which faces without a name are one and the same stranger."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from ...records import FACE, FloatArray, Observation, Subject


@dataclass(slots=True)
class _Stranger:
    number: int
    last: float
    worth: float = -1.0
    embedding: FloatArray | None = None


class StrangerBook:
    """Knows persons by name, and gives strangers numbers that outlast their tracks.

    A stranger is a track that has borne no name in any frame. A track that is
    lost and found again keeps its number when the embeddings are alike.
    """

    def __init__(self, likeness: float, memory: float) -> None:
        """Begin without having seen anybody.

        Args:
            likeness: Cosine from which two tracks are one stranger.
            memory: Seconds after which a stranger that is not seen is forgotten.
        """
        self._likeness = likeness
        self._memory = memory
        self._strangers: dict[int, _Stranger] = {}
        self._tracks: dict[int, int] = {}
        self._named: dict[int, float] = {}
        self._unmasked: list[Subject] = []
        self._visiting: Collection[Subject] = ()
        self._count = 0

    def remember(self, subject: Subject, embedding: FloatArray | None, last: float) -> None:
        """Take in a subject known from before, so that a stranger gets the same number again."""
        if subject.number is not None:
            self._count = max(self._count, subject.number)
            self._strangers[subject.number] = _Stranger(subject.number, last, embedding=embedding)

    def lose_tracks(self) -> None:
        """The numbers of tracks begin anew; strangers are still known by their embeddings."""
        self._tracks.clear()
        self._named.clear()

    def identify(
        self, time: float, observations: Sequence[Observation], visiting: Collection[Subject] = ()
    ) -> dict[Subject, Observation]:
        """Say who is on a frame: persons by name, strangers by number, each with the best face.

        Args:
            time: Seconds, of the frame.
            observations: All faces of the frame; one with neither name nor track cannot be followed.
            visiting: Who has been announced; a stranger who has keeps the number.
        """
        self._forget(time)
        tracks = {observation.track for observation in observations}
        in_view = {number for track, number in self._tracks.items() if track in tracks}
        self._visiting = visiting
        best: dict[Subject, Observation] = {}
        for each in observations:
            subject = self._subject(time, each, in_view)
            if subject is not None and (subject not in best or each.score > best[subject].score):
                best[subject] = each
        return best

    def withdrawn(self) -> tuple[Subject, ...]:
        """The strangers who since the last call turned out to be somebody with a name."""
        subjects, self._unmasked = tuple(self._unmasked), []
        return subjects

    def embedding(self, subject: Subject) -> FloatArray | None:
        """The embedding of a stranger's best face so far, where there was one."""
        stranger = self._strangers.get(subject.number or 0)
        return None if stranger is None else stranger.embedding

    def _subject(self, time: float, observation: Observation, in_view: set[int]) -> Subject | None:
        name, track = observation.label, observation.track
        if track is not None and (name is not None or track in self._named):
            self._named[track] = time
            self._unmask(track)
        if name is not None:
            return Subject(FACE, name)
        if track is None or track in self._named:
            return None
        return Subject(FACE, number=self._follow(time, track, observation, in_view))

    def _unmask(self, track: int) -> None:
        number = self._tracks.get(track)
        if number is not None:
            del self._strangers[number]
            self._tracks = {other: owner for other, owner in self._tracks.items() if owner != number}
            self._unmasked.append(Subject(FACE, number=number))

    def _follow(self, time: float, track: int, observation: Observation, in_view: set[int]) -> int:
        if track not in self._tracks:
            self._tracks[track] = self._welcome(time)
            in_view.add(self._tracks[track])
        stranger = self._strangers[self._tracks[track]]
        stranger.last = time
        if observation.embedding is not None and observation.worth > stranger.worth:
            stranger.worth, stranger.embedding = observation.worth, observation.embedding
            stranger = self._met_before(stranger, in_view)
            stranger.last = time
        return stranger.number

    def _welcome(self, time: float) -> int:
        self._count += 1
        self._strangers[self._count] = _Stranger(self._count, time)
        return self._count

    def _met_before(self, stranger: _Stranger, in_view: set[int]) -> _Stranger:
        """The earlier stranger who this one is, or itself; nobody is on a frame twice."""
        others = [other for number, other in self._strangers.items() if number not in in_view]
        alike = [(cosine(stranger.embedding, other.embedding), other.number) for other in others]
        best, number = max(alike, default=(-1.0, 0))
        if best < self._likeness or Subject(FACE, number=stranger.number) in self._visiting:
            return stranger
        del self._strangers[stranger.number]
        for track, owner in self._tracks.items():
            self._tracks[track] = number if owner == stranger.number else owner
        in_view.add(number)
        return self._strangers[number]

    def _forget(self, time: float) -> None:
        # A clock that was set back leaves times in the future: those are of no use either.
        for number, stranger in tuple(self._strangers.items()):
            if not 0 <= time - stranger.last <= self._memory:
                del self._strangers[number]
        self._tracks = {track: owner for track, owner in self._tracks.items() if owner in self._strangers}
        self._named = {track: last for track, last in self._named.items() if 0 <= time - last <= self._memory}


def cosine(one: FloatArray | None, other: FloatArray | None) -> float:
    """The likeness of two unit vectors, -1..1; -1 where one is missing."""
    return -1.0 if one is None or other is None else float(np.dot(one, other))
