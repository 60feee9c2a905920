"""What happened: a visit, and what is to be told of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Who: TypeAlias = str | int
"""Who is there: a person's name, or the number that stands for a stranger."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody who was seen long enough, from the first to the last time of being seen.

    Times are as in Frame; `score` is the best of the visit, 0..1: of the match for a person, of the
    detector for a stranger.
    """

    who: Who
    first: float
    last: float
    score: float

    @property
    def name(self) -> str | None:
        """The person's name; None for a stranger."""
        return self.who if isinstance(self.who, str) else None


@dataclass(frozen=True, slots=True)
class Event:
    """Somebody was seen long enough to be announced.

    `name` is None for a stranger; `share` is the part, 0..1, of the frames of the period that showed
    the person; `score` is the mean of their scores; `time` is as in Frame; `fields` come from the
    person's meta.json.
    """

    name: str | None
    time: float
    share: float
    score: float
    source: str
    fields: Mapping[str, Any] = field(default_factory=dict)
