"""Pictures that were taken together, which no split may tear apart.

Pictures of one hold of the button, one upload or one film form a shooting, and so do pictures that
look nearly the same, whatever they came with.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from .records import Split

Shooting: TypeAlias = tuple[str, ...]
"""The hashes of its pictures, in order."""


def group(tokens: Mapping[str, str], alike: Iterable[tuple[str, str]]) -> list[Shooting]:
    """Put pictures together that share a token or look alike, and so on over several steps.

    Args:
        tokens: What each hash came with; "" for one that is a shooting for itself.
        alike: Pairs of hashes that look nearly the same; those of other pictures are passed over.
    """
    parents = {each: each for each in tokens}
    firsts: dict[str, str] = {}
    for each, token in tokens.items():
        if token:
            _join(parents, firsts.setdefault(token, each), each)
    for one, other in alike:
        if one in parents and other in parents:
            _join(parents, one, other)
    members: dict[str, list[str]] = defaultdict(list)
    for each in tokens:
        members[_root(parents, each)].append(each)
    return sorted(tuple(sorted(each)) for each in members.values())


def _root(parents: dict[str, str], each: str) -> str:
    while parents[each] != each:
        parents[each] = parents[parents[each]]
        each = parents[each]
    return each


def _join(parents: dict[str, str], one: str, other: str) -> None:
    one, other = _root(parents, one), _root(parents, other)
    parents[max(one, other)] = min(one, other)


def split(
    shootings: Sequence[Shooting], labels: Mapping[str, Sequence[str]], share: float, seed: int = 0
) -> Split:
    """Leave a share of each class out, by whole shootings.

    Which come first depends on the seed and the shooting alone, so that a new one moves few others. A
    class's last shooting is never left out: it could not be learned.

    Args:
        shootings: As `group` gives them.
        labels: The classes of each hash; one without any is left out as if its class were "".
        share: Of the pictures of each class, 0..1.
        seed: Another one leaves others out.
    """
    counts = [_counts(each, labels) for each in shootings]
    wanted: Counter[str] = Counter()
    remaining: Counter[str] = Counter()
    for each in counts:
        wanted.update(each)
        remaining.update(each.keys())
    lacking = {label: count * share for label, count in wanted.items()}
    left_out: set[int] = set()
    for place in sorted(range(len(shootings)), key=lambda place: _order(shootings[place], seed)):
        if _helps(counts[place], lacking) and all(remaining[label] > 1 for label in counts[place]):
            left_out.add(place)
            remaining.subtract(counts[place].keys())
            for label, count in counts[place].items():
                lacking[label] -= count
    return _sides(shootings, left_out)


def folds(
    shootings: Sequence[Shooting], labels: Mapping[str, Sequence[str]], count: int, seed: int = 0
) -> list[Split]:
    """Leave each shooting out once, classes spread evenly over the folds.

    The larger shootings are placed first, each where its classes are rarest. With fewer shootings than
    folds, some leave nothing out.

    Args:
        shootings: As `group` gives them.
        labels: The classes of each hash.
        count: How many folds, at least 2.
        seed: Another one gives others.
    """
    held: list[Counter[str]] = [Counter() for _ in range(count)]
    totals = [0] * count
    places: list[set[int]] = [set() for _ in range(count)]
    ordered = sorted(range(len(shootings)), key=lambda place: _order(shootings[place], seed))
    for place in sorted(ordered, key=lambda place: -len(shootings[place])):
        own = _counts(shootings[place], labels)
        fold = min(range(count), key=lambda fold: (_load(held[fold], own), totals[fold], fold))
        held[fold].update(own)
        totals[fold] += own.total()
        places[fold].add(place)
    return [_sides(shootings, each) for each in places]


def _load(held: Counter[str], own: Counter[str]) -> int:
    return sum(held[label] for label in own)


def _counts(shooting: Shooting, labels: Mapping[str, Sequence[str]]) -> Counter[str]:
    return Counter(label for each in shooting for label in labels.get(each) or ("",))


def _helps(own: Counter[str], lacking: Mapping[str, float]) -> bool:
    """Whether the classes come nearer to their shares with this shooting left out."""
    gain = sum(abs(lacking[label]) - abs(lacking[label] - count) for label, count in own.items())
    return gain > 0


def _order(shooting: Shooting, seed: int) -> bytes:
    return hashlib.sha256(f"{seed} {shooting[0]}".encode()).digest()


def _sides(shootings: Sequence[Shooting], left_out: set[int]) -> Split:
    sides: tuple[list[str], list[str]] = ([], [])
    for place, each in enumerate(shootings):
        sides[place in left_out].extend(each)
    return Split(tuple(sorted(sides[0])), tuple(sorted(sides[1])))
