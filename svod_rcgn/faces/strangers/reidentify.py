"""Which faces without a name are one and the same stranger."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from ...events.records import Who
from ...records import FloatArray
from ..records import Sighting


@dataclass(slots=True)
class _Stranger:
    number: int
    last: float
    worth: float = -1.0
    embedding: FloatArray | None = None


class StrangerBook:
    """Gives strangers numbers that outlast their tracks.

    A stranger is a track without a name: one that bore a name in any frame is none. A track that is
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
        self._unmasked: list[int] = []
        self._visiting: Collection[Who] = ()
        self._count = 0

    def remember(self, number: int, embedding: FloatArray | None, last: float) -> None:
        """Take in a stranger known from before, so that its number is given again."""
        self._count = max(self._count, number)
        self._strangers[number] = _Stranger(number, last, embedding=embedding)

    def lose_tracks(self) -> None:
        """The numbers of tracks begin anew; strangers are still known by their embeddings."""
        self._tracks.clear()
        self._named.clear()

    def identify(
        self, time: float, sightings: Sequence[Sighting], visiting: Collection[Who] = ()
    ) -> dict[Who, Sighting]:
        """Say who is on a frame: persons by name, strangers by number, each with the best face.

        Args:
            time: Seconds, of the frame.
            sightings: All faces of the frame; one without name and track is nobody that can be followed.
            visiting: Who has been announced; a stranger who has keeps the number.
        """
        self._forget(time)
        tracks = {sighting.track for sighting in sightings}
        in_view = {number for track, number in self._tracks.items() if track in tracks}
        self._visiting = visiting
        seen: dict[Who, Sighting] = {}
        for sighting in sightings:
            who = self._who(time, sighting, in_view)
            if who is not None:
                seen[who] = max(seen.get(who, sighting), sighting, key=partial(self.score, who))
        return seen

    def unmasked(self) -> tuple[int, ...]:
        """The strangers who since the last call turned out to be somebody with a name."""
        numbers, self._unmasked = tuple(self._unmasked), []
        return numbers

    def embedding(self, number: int) -> FloatArray | None:
        """The embedding of a stranger's best face so far, where there was one."""
        stranger = self._strangers.get(number)
        return None if stranger is None else stranger.embedding

    def score(self, who: Who, sighting: Sighting) -> float:
        """How sure it is, 0..1: that it is this person, or for a stranger that it is a face."""
        return sighting.match.score if isinstance(who, str) else sighting.face.score

    def _who(self, time: float, sighting: Sighting, in_view: set[int]) -> Who | None:
        name, track = sighting.match.name, sighting.track
        if track is None:
            return name
        if name is not None or track in self._named:
            self._named[track] = time
            self._unmask(track)
            return name
        return self._follow(time, track, sighting, in_view)

    def _unmask(self, track: int) -> None:
        number = self._tracks.get(track)
        if number is not None:
            del self._strangers[number]
            self._tracks = {other: owner for other, owner in self._tracks.items() if owner != number}
            self._unmasked.append(number)

    def _follow(self, time: float, track: int, sighting: Sighting, in_view: set[int]) -> int:
        if track not in self._tracks:
            self._tracks[track] = self._welcome(time)
            in_view.add(self._tracks[track])
        stranger = self._strangers[self._tracks[track]]
        stranger.last = time
        if sighting.embedding is not None and sighting.worth > stranger.worth:
            stranger.worth, stranger.embedding = sighting.worth, sighting.embedding
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
        if best < self._likeness or stranger.number in self._visiting:
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
