"""Whether the right people were named in a film.

The truth is JSON with "shots": for each its first and last "frames", from 0, and in "people" the least
share of its frames in which each person of it should be named. Nobody else should be.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.recorded import Answer
from svod_rcgn.storage import files


@dataclass(frozen=True, slots=True)
class Shot:
    """First and last frame, and the least share, 0..1, of its frames in which each person is named."""

    frames: tuple[int, int]
    people: dict[str, float]


@dataclass(frozen=True, slots=True)
class Truth:
    """Who is to be named in a film."""

    shots: tuple[Shot, ...]


@dataclass(frozen=True, slots=True)
class Naming:
    """In how many frames each person was named.

    `wrong` counts names of people who are not there, and `short` says who was named too seldom; None
    where nobody knows the truth.
    """

    frames: dict[str, int]
    wrong: int | None = None
    short: tuple[str, ...] | None = None

    def __str__(self) -> str:
        """On one line."""
        told = ", ".join(f"{name} in {count} frames" for name, count in self.frames.items()) or "nobody"
        if self.wrong is None:
            return told
        return (
            f"{told}; {self.wrong} wrong names; named too seldom: {', '.join(self.short or ()) or 'nobody'}"
        )


def judge(answers: Sequence[Answer], truth: Path | None) -> Naming:
    """Count the names of a film, and compare them with the truth where there is one."""
    frames = dict(Counter(name for answer in answers for name in answer.names).most_common())
    if truth is None:
        return Naming(frames)
    wrong, short = 0, []
    for shot in files.read_record(truth, Truth).shots:
        first, last = shot.frames
        given = [answer.names for answer in answers if first <= answer.index <= last]
        wrong += sum(name not in shot.people for names in given for name in names)
        for person, least in shot.people.items():
            share = sum(person in names for names in given) / max(1, len(given))
            if share < least:
                short.append(f"{person} {share:.2f} of {least:.2f} in frames {first} to {last}")
    return Naming(frames, wrong, tuple(short))
