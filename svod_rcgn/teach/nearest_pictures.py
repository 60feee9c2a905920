"""Which pictures that were shown before look most like one that is seen now."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..geometry import unit_rows
from ..records import FloatArray

FEWER = 5000  # of those, with which very many are compared
MOST = 20_000  # pictures that are compared with; of more, evenly drawn ones


@dataclass(frozen=True, slots=True)
class NearPicture:
    """A picture by its hash, the cosine, -1..1, to what is seen, and the classes that it shows."""

    picture: str
    cosine: float
    shows: tuple[str, ...]


class NearestPictures:
    """Pictures by their unit embeddings, which are compared one by one."""

    def __init__(
        self, pictures: Sequence[str], shows: Sequence[tuple[str, ...]], embeddings: FloatArray
    ) -> None:
        """Take pictures.

        Args:
            pictures: Their hashes.
            shows: The classes of each.
            embeddings: (n, length).
        """
        places = _drawn(len(pictures))
        self._pictures = [pictures[place] for place in places]
        self._shows = [shows[place] for place in places]
        self._unit = unit_rows(np.asarray(embeddings[places], np.float32)) if places else embeddings[:0]

    def to(self, embedding: FloatArray, count: int) -> tuple[NearPicture, ...]:
        """So many pictures that are nearest to an embedding (length,), the nearest first."""
        if not self._pictures:
            return ()
        cosines = self._unit @ unit_rows(embedding[None].astype(np.float32))[0]
        best = np.argsort(-cosines, kind="stable")[:count].tolist()
        return tuple(
            NearPicture(self._pictures[row], round(float(cosines[row]), 4), self._shows[row]) for row in best
        )

    def cosines(self, unit: FloatArray) -> FloatArray:
        """(n,) cosines, -1..1, of unit embeddings (n, length) to the nearest; -1 where there are none."""
        if not self._pictures:
            return np.full(len(unit), -1, np.float32)
        some = self._unit[_drawn(len(self._pictures), FEWER)]
        nearest: FloatArray = (unit @ some.T).max(1)
        return nearest


def _drawn(count: int, most: int = MOST) -> list[int]:
    if count <= most:
        return list(range(count))
    return [int(place) for place in np.linspace(0, count - 1, most)]
