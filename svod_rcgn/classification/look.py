"""What is said of whole pictures, one batch after another."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import islice
from typing import Protocol

from ..media.walk import Picture, Walk
from .records import Identified
from .stages.classify import Classifier

_BATCH = 16


class Looker(Protocol):
    """Says what is on pictures."""

    def look(self, pictures: Sequence[Picture]) -> list[Identified]:
        """One answer a picture, in their order."""
        ...


class ClassLooker:
    """Gives the likeliest classes of a network."""

    def __init__(self, classifier: Classifier, version: str, top: int) -> None:
        self._classifier = classifier
        self._version = version
        self._top = top

    def look(self, pictures: Sequence[Picture]) -> list[Identified]:
        """See `Looker.look`."""
        asked = self._classifier
        found = asked.classify([picture.image for picture in pictures])
        return [
            Identified(
                picture=picture.name,
                network=asked.name,
                version=self._version,
                known=asked.knows(each),
                answers=asked.answers(each, self._top),
                time=picture.time,
            )
            for picture, each in zip(pictures, found, strict=True)
        ]


def identify(walk: Walk, looker: Looker, batch: int = _BATCH) -> Iterator[Identified]:
    """Look at every picture of a walk, so many in one batch."""
    with closing(walk.pictures()) as pictures:  # type: ignore[type-var]
        while looked := list(islice(pictures, batch)):
            yield from looker.look(looked)
