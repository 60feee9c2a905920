"""Who or what the observations of a camera belong to."""

from collections.abc import Collection, Sequence
from typing import Protocol

from ..records import FloatArray, Observation, Subject


class SubjectBook(Protocol):
    """Tells the subjects of one camera apart, from frame to frame."""

    def lose_tracks(self) -> None:
        """The numbers of tracks begin anew: the analyzer was made anew."""
        ...

    def remember(self, subject: Subject, embedding: FloatArray | None, last: float) -> None:
        """Take in a subject known from before, last seen at a time as in Frame."""
        ...

    def identify(
        self, time: float, observations: Sequence[Observation], visiting: Collection[Subject]
    ) -> dict[Subject, Observation]:
        """Say who or what is on a frame, each with the best of its observations.

        Args:
            time: Of the frame, in seconds.
            observations: All of the frame.
            visiting: The subjects whose visits are not over.
        """
        ...

    def withdrawn(self) -> Sequence[Subject]:
        """The subjects that since the last call turned out to be others."""
        ...

    def embedding(self, subject: Subject) -> FloatArray | None:
        """What a subject is known by again, where there is such a thing."""
        ...


class TrackBook:
    """Knows things by their label and the number of their track; what has no track, by its label alone.

    Numbers go on where the tracks begin anew, so that no two things get the same one.
    """

    def __init__(self) -> None:
        self._before = self._next = 0

    def lose_tracks(self) -> None:
        """See `SubjectBook.lose_tracks`."""
        self._before = self._next

    def remember(self, subject: Subject, embedding: FloatArray | None, last: float) -> None:  # noqa: ARG002
        """See `SubjectBook.remember`; a thing seen again after a pause is taken for another."""
        if subject.number is not None:
            self._next = max(self._next, subject.number + 1)
            self._before = self._next

    def identify(
        self,
        time: float,  # noqa: ARG002
        observations: Sequence[Observation],
        visiting: Collection[Subject],  # noqa: ARG002
    ) -> dict[Subject, Observation]:
        """See `SubjectBook.identify`; what has no label is left out."""
        best: dict[Subject, Observation] = {}
        for each in sorted(observations, key=lambda observation: observation.score):
            if each.label is not None:
                best[Subject(each.kind, each.label, self._number(each.track))] = each
        return best

    def withdrawn(self) -> Sequence[Subject]:
        """See `SubjectBook.withdrawn`: never any."""
        return ()

    def embedding(self, subject: Subject) -> FloatArray | None:  # noqa: ARG002
        """See `SubjectBook.embedding`: there is none."""
        return None

    def _number(self, track: int | None) -> int | None:
        if track is None:
            return None
        self._next = max(self._next, self._before + track + 1)
        return self._before + track
