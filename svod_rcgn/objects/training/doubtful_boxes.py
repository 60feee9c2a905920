"""Boxes that may be wrong: where a head that did not learn from a picture surely says something else."""

from collections.abc import Iterator
from dataclasses import dataclass

from ...geometry import intersection_over_union
from ...records import Box
from .records import DetectorRecord, FoundBox, LeftOutPicture

MOST = 50
_SURE = 0.5  # the score of what is told, and more where the class's limit is higher
_SAME, _APART = 0.5, 0.1  # overlaps


@dataclass(frozen=True, slots=True)
class Suspect:
    """A box somebody may have forgotten (`said` is None), or called by another name.

    `told` is the class that the network tells, with its `score`; `box` is where, in pixels of the picture.
    """

    picture: str
    name: str
    said: str | None
    told: str
    score: float
    box: Box


def suspects(record: DetectorRecord) -> tuple[Suspect, ...]:
    """The likeliest mistakes of those who drew the boxes, the surest first.

    A box that is drawn where nothing is found is none of them: small and hidden things are missed often.
    """
    found = [each for picture in record.left_out for each in _in_picture(picture, record)]
    return tuple(sorted(found, key=lambda each: -each.score)[:MOST])


def _in_picture(picture: LeftOutPicture, record: DetectorRecord) -> Iterator[Suspect]:
    for each in picture.found:
        if each.score < max(_SURE, record.classes[each.index].limit):
            continue
        there = [(_overlap(each, one), one) for one in picture.there]
        nearest, one = max(there, key=lambda pair: pair[0], default=(0.0, None))
        labels = record.labels
        if one is None or nearest < _APART:
            yield _suspect(picture, each, None, labels[each.index])
        elif nearest >= _SAME and _is_other(each, one, picture):
            yield _suspect(picture, each, labels[one.index], labels[each.index])


def _is_other(found: FoundBox, there: FoundBox, picture: LeftOutPicture) -> bool:
    """Whether the class that is said is not found there, too, as surely."""
    return found.index != there.index and not any(
        each.index == there.index and each.score >= found.score and _overlap(each, there) >= _SAME
        for each in picture.found
    )


def _suspect(picture: LeftOutPicture, found: FoundBox, said: str | None, told: str) -> Suspect:
    return Suspect(picture.picture, picture.name, said, told, found.score, _box(found))


def _overlap(one: FoundBox, other: FoundBox) -> float:
    return intersection_over_union(_box(one), _box(other))


def _box(found: FoundBox) -> Box:
    return Box(found.left, found.top, found.right, found.bottom)
