"""The pictures of one state beside what the last training makes of them: chosen, ordered, counted, told."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ..datasets.records import Picture
from ..datasets.standing import Standing
from .collection_records import (
    CollectionOverview,
    CollectionPicture,
    CollectionQuery,
    ShootingCount,
    SuspectPicture,
)
from .left_out_doubts import LeftOutDoubts, is_unsure
from .live_head import Guess

MOST_SHOOTINGS = 1000  # that are named
_Test = Callable[[Picture], bool]


@dataclass(frozen=True, eq=False)
class CollectionLook:
    """What there was at one moment; threads may share it.

    `ask` gives what untagged pictures are taken for, by their hashes; it is asked once, if at all.
    """

    standing: Standing
    doubts: LeftOutDoubts
    ask: Callable[[Standing], Mapping[str, Guess]]

    @cached_property
    def guesses(self) -> Mapping[str, Guess]:
        """What untagged pictures are taken for, by their hashes, as far as they were looked at."""
        return self.ask(self.standing)

    @cached_property
    def suspects(self) -> Mapping[str, SuspectPicture]:
        """What is doubted, by the hashes of pictures, the most suspicious first; of each its first doubt."""
        found: dict[str, SuspectPicture] = {}
        for each in self.doubts.suspects(self.standing.by_hash):
            found.setdefault(each.picture, each)
        return found

    def find(self, query: CollectionQuery) -> Sequence[Picture]:
        """The pictures of which all holds that is asked for, in the order that is wished."""
        found: Sequence[Picture] = self.standing.pictures
        for test in self._tests(query):
            found = list(filter(test, found))
        return self._ordered(found, query.order)

    def _tests(self, query: CollectionQuery) -> Iterator[_Test]:
        label, shooting, cell = query.label, query.shooting, (query.shows, query.told)
        since, until = query.since, query.until
        if query.kind:
            yield self._kinds[query.kind]
        if label:
            yield lambda each: label in each.shows
        if shooting:
            yield lambda each: each.shooting == shooting
        if since is not None:
            yield lambda each: each.added >= since
        if until is not None:
            yield lambda each: each.added <= until
        if any(cell):
            yield lambda each: any(_fits(cell, one) for one in self.doubts.cells(each))

    @cached_property
    def _kinds(self) -> Mapping[str, _Test]:
        return {
            "untagged": lambda each: each.is_untagged,
            "suspect": lambda each: each.hash in self.suspects,
            "doubled": lambda each: each.hash in self.standing.doubled,
            "uncertain": self._is_uncertain,
        }

    def _ordered(self, found: Sequence[Picture], order: str) -> Sequence[Picture]:
        if order == "oldest":
            return found
        if order == "uncertain":
            return sorted(found, key=self._sureness)
        return found[::-1]

    def _is_uncertain(self, picture: Picture) -> bool:
        guess = self.guesses.get(picture.hash)
        if guess is None:
            return self.doubts.is_uncertain(picture.hash)
        return is_unsure(guess.probability, known=guess.known)

    def _sureness(self, picture: Picture) -> float:
        guess = self.guesses.get(picture.hash)
        return self.doubts.sureness(picture.hash) if guess is None else guess.probability

    def overview(self, version: int | None) -> CollectionOverview:
        """What there is to choose from; `version` is the one in use."""
        pictures = self.standing.pictures
        return CollectionOverview(
            state=self.standing.state,
            pictures=len(pictures),
            classes=self.standing.classes,
            shootings=self._shootings,
            untagged=sum(each.is_untagged for each in pictures),
            doubled=len(self.standing.doubled),
            suspects=len(self.suspects),
            uncertain=sum(map(self._is_uncertain, pictures)),
            confusion=self.doubts.confusion(pictures),
            learned=self.doubts.is_known,
            version=version,
        )

    @property
    def _shootings(self) -> tuple[ShootingCount, ...]:
        """Those that have a name, the newest first."""
        counts: dict[str, tuple[int, float]] = {}
        for each in self.standing.pictures:
            if each.shooting:
                before, first = counts.get(each.shooting, (0, each.added))
                counts[each.shooting] = before + 1, min(first, each.added)
        newest = sorted(counts.items(), key=lambda item: -item[1][1])
        return tuple(ShootingCount(name, *found) for name, found in newest[:MOST_SHOOTINGS])

    def told(self, picture: Picture) -> CollectionPicture:
        """What is told of one."""
        guess, suspect = self.guesses.get(picture.hash), self.suspects.get(picture.hash)
        told = (guess.label, guess.probability) if guess else self.doubts.told(picture.hash)
        return CollectionPicture(
            hash=picture.hash,
            name=picture.name,
            time=picture.added,
            width=picture.width,
            height=picture.height,
            yes=picture.shows,
            no=picture.no,
            shooting=picture.shooting,
            told=None if told is None else told[0],
            probability=None if told is None else told[1],
            suspicion=None if suspect is None else suspect.evidence,
        )


def _fits(wished: tuple[str, str], cell: tuple[str, str]) -> bool:
    """Whether a cell of the matrix is the one that is wished, of which "" leaves a side open."""
    return all(one in ("", other) for one, other in zip(wished, cell, strict=True))
