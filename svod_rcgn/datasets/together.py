"""Shootings while pictures come and go: only those that a change touches are put together anew."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import count
from typing import TypeAlias

Group: TypeAlias = tuple[int, ...]
"""The ids of its pictures, in order."""


class Together:
    """Which pictures, by their ids, were taken together; see `shootings.group`."""

    def __init__(self) -> None:
        self._tokens: dict[int, str] = {}
        self._sharing: dict[str, set[int]] = defaultdict(set)
        self._alike: dict[int, set[int]] = {}
        self._group_of: dict[int, int] = {}
        self._groups: dict[int, Group] = {}
        self._numbers = count()

    @property
    def groups(self) -> Collection[Group]:
        """All groups."""
        return self._groups.values()

    @property
    def doubled(self) -> Iterator[int]:
        """Pictures as which another one that is there looks nearly the same."""
        there = self._tokens.keys()
        return (
            each for each, others in self._alike.items() if each in there and not there.isdisjoint(others)
        )

    def pair(self, alike: Iterable[tuple[int, int]]) -> None:
        """Take pairs that look nearly the same, before one of each is `put` for the first time."""
        for one, other in alike:
            self._alike.setdefault(one, set()).add(other)
            self._alike.setdefault(other, set()).add(one)

    def put(self, tokens: Mapping[int, str], gone: Iterable[int]) -> tuple[list[Group], list[Group]]:
        """Take pictures that came or came otherwise, with what they came with, and those that went.

        Returns:
            The groups that are no more, and those in their places.
        """
        gone = list(gone)
        broken = {self._group_of[each] for each in (*gone, *tokens) if each in self._group_of}
        for each in (*gone, *tokens):
            self._leave(each)
        for each, token in tokens.items():
            self._tokens[each] = token
            if token:
                self._sharing[token].add(each)
        broken |= {self._group_of[near] for near in self._beside(tokens) if near in self._group_of}
        before = [self._groups.pop(number) for number in broken]
        touched = {each for group in before for each in group} | tokens.keys()
        for each in touched:
            self._group_of.pop(each, None)
        return before, self._regroup(touched & self._tokens.keys())

    def _leave(self, each: int) -> None:
        token = self._tokens.pop(each, "")
        if token:
            self._sharing[token].discard(each)

    def _beside(self, tokens: Mapping[int, str]) -> Iterator[int]:
        """All that share a token with one of these, or look like it."""
        for token in set(tokens.values()) - {""}:
            yield from self._sharing[token]
        for each in tokens:
            yield from self._alike.get(each, ())

    def _regroup(self, touched: Iterable[int]) -> list[Group]:
        after: list[Group] = []
        for each in touched:
            if each not in self._group_of:
                group, number = tuple(sorted(self._reached(each))), next(self._numbers)
                after.append(group)
                self._groups[number] = group
                self._group_of.update(dict.fromkeys(group, number))
        return after

    def _reached(self, first: int) -> set[int]:
        """All that are reached from one by steps: with it come all that share its token, at once."""
        reached: set[int] = set()
        waiting = {first}
        while waiting:
            each = waiting.pop()
            token = self._tokens[each]
            fresh = self._sharing[token] if token else {each}
            reached |= fresh
            for one in self._alike.keys() & fresh if self._alike else ():
                waiting.update(other for other in self._alike[one] if other in self._tokens)
            waiting -= reached
        return reached
