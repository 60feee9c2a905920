"""How a dataset stands: all of its pictures, of which acts that came change those alone that they touch."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from .contents import Contents
from .records import ClassCount, Picture
from .shootings import Shooting
from .together import Group, Together


@dataclass(frozen=True, eq=False)
class Standing:
    """What there is after the act of number `state`; threads may share it.

    `numbered` are the pictures by their ids, in the order in which they came, and `together` the ids of each
    shooting. `labels` are the classes by name, with pictures or without, and `classes` how much there is of
    each. `doubled` are the hashes of pictures as which another one looks nearly the same.
    """

    state: int
    numbered: Mapping[int, Picture]
    together: tuple[Group, ...]
    labels: tuple[str, ...]
    classes: tuple[ClassCount, ...]
    doubled: frozenset[str]

    @cached_property
    def pictures(self) -> tuple[Picture, ...]:
        """All that are there, in the order in which they came."""
        return tuple(self.numbered.values())

    @cached_property
    def by_hash(self) -> Mapping[str, Picture]:
        """The pictures by their hashes."""
        return {each.hash: each for each in self.pictures}

    @cached_property
    def shootings(self) -> list[Shooting]:
        """The hashes of each shooting's pictures, as `shootings.group` gives them."""
        hashes = (tuple(sorted(self.numbered[each].hash for each in group)) for group in self.together)
        return sorted(hashes)


class PictureIndex:
    """Makes one standing of the last; not for several threads at once."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._pictures: dict[int, Picture] = {}
        self._together = Together()
        self._counts = _Counts()
        self._names: Mapping[int, str] = {}
        self._newest_pair = 0

    def after(self, state: int, contents: Contents, touched: Collection[int] | None) -> Standing:
        """How the dataset stands now.

        Args:
            state: The number of the last act.
            contents: What is there then.
            touched: The ids of pictures that acts have touched since it was asked last; None at first.
        """
        if touched is None:
            self._take(contents, contents.numbered(), set())
        elif every := {*touched, *contents.bearing(self._renamed(contents))}:
            self._take(contents, contents.numbered(every), every)
        self._names = contents.labels.names
        return self._standing(state, contents)

    def _renamed(self, contents: Contents) -> set[int]:
        """The numbers of classes that are called otherwise than before."""
        names = contents.labels.names
        return {number for number, label in self._names.items() if names.get(number) != label}

    def _take(self, contents: Contents, fresh: Mapping[int, Picture], touched: set[int]) -> None:
        """Put pictures in the place of what was known of those that were touched."""
        gone = {each for each in touched - fresh.keys() if each in self._pictures}
        pairs = contents.alike(self._newest_pair)
        self._newest_pair = max((other for _, other in pairs), default=self._newest_pair)
        self._together.pair(pairs)
        before, after = self._together.put({each: one.shooting for each, one in fresh.items()}, gone)
        self._counts.take(self._pictures, (*gone, *fresh), before, -1)
        self._replace(fresh, gone)
        self._counts.take(self._pictures, fresh, after, 1)

    def _replace(self, fresh: Mapping[int, Picture], gone: Iterable[int]) -> None:
        for each in gone:
            del self._pictures[each]
        last = next(reversed(self._pictures), 0)
        in_order = all(each > last or each in self._pictures for each in fresh)
        self._pictures.update(fresh)
        if not in_order:
            self._pictures = dict(sorted(self._pictures.items()))

    def _standing(self, state: int, contents: Contents) -> Standing:
        return Standing(
            state=state,
            numbered=dict(self._pictures),
            together=tuple(self._together.groups),
            labels=contents.labels.known,
            classes=self._counts.of(contents.labels.known),
            doubled=frozenset(self._pictures[each].hash for each in self._together.doubled),
        )


class _Counts:
    """How much there is of each class."""

    def __init__(self) -> None:
        self._yes, self._no, self._boxes, self._together = (Counter[str]() for _ in range(4))

    def take(
        self, pictures: Mapping[int, Picture], those: Iterable[int], groups: Iterable[Group], sign: int
    ) -> None:
        """Count pictures and shootings in (1) or out (-1); those that are not there count nothing."""
        for each in filter(None, map(pictures.get, those)):
            for label in each.yes:
                self._yes[label] += sign
            for label in each.no:
                self._no[label] += sign
            for box in each.boxes or ():
                self._boxes[box.label] += sign
        for group in groups:
            for label in {label for each in group for label in said_labels(pictures[each])}:
                self._together[label] += sign

    def of(self, labels: Iterable[str]) -> tuple[ClassCount, ...]:
        """The counts of classes."""
        return tuple(
            ClassCount(label, self._yes[label], self._no[label], self._boxes[label], self._together[label])
            for label in labels
        )


def said_labels(picture: Picture) -> tuple[str, ...]:
    """The classes of a picture, by tags and boxes, by name."""
    if not picture.boxes:
        return picture.yes
    return tuple(sorted({*picture.yes, *(box.label for box in picture.boxes)}))
