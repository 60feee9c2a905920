"""What rules are expected to say of a film, held against what they said."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import InputError
from ..records import Event
from ..storage.spreadsheets import read_rows
from ..text import on_one_line

_CLOCK = re.compile(r"(?:(\d+):)?(\d+):(\d+(?:\.\d+)?)")
_COLUMNS = ("rule", "time", "subject")


@dataclass(frozen=True, slots=True)
class Expected:
    """An event that is expected to begin: `time` in seconds of the film; any subject where None."""

    rule: str
    time: float
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """How well events are what was expected.

    `precision` is the share of events that were expected, `recall` that of the expected that came, both
    0..1 and 1 where there was none; `delay` the mean seconds by which they came late, None where none came.
    """

    precision: float
    recall: float
    delay: float | None
    missed: tuple[Expected, ...]
    unexpected: tuple[Event, ...]


def read_expected(path: Path, rules: Sequence[str]) -> list[Expected]:
    """Read a table with the columns rule, time and, if you like, subject.

    Args:
        path: A CSV; times are seconds, m:ss or h:mm:ss.
        rules: The names of the rules that there are.

    Raises:
        InputError: It is no such table, or names a rule that there is not.
    """
    first, *rows = read_rows(path)
    names = [cell.strip().lower() for cell in first]
    if not {"rule", "time"} <= set(names) or set(names) - set(_COLUMNS):
        raise InputError(
            f"{path}: its first line names the columns: {', '.join(_COLUMNS)}; subject may be missing"
        )
    expected = []
    for number, row in enumerate(rows, 2):
        cells = dict(zip(names, row, strict=False))
        rule = cells.get("rule", "")
        if rule not in rules:
            raise InputError(
                f"{path}: line {number}: no rule {on_one_line(rule)!r}; there are: {', '.join(rules)}"
            )
        time = _seconds(cells.get("time", ""))
        if time is None:
            raise InputError(f"{path}: line {number}: {on_one_line(cells.get('time', ''))!r} is no time")
        expected.append(Expected(rule, time, cells.get("subject") or None))
    return expected


def _seconds(text: str) -> float | None:
    found = _CLOCK.fullmatch(text)
    if found:
        hours, minutes, seconds = found.groups(default="0")
        return 3600 * int(hours) + 60 * int(minutes) + float(seconds)
    return float(text) if re.fullmatch(r"\d+(\.\d+)?", text) else None


def compare(expected: Sequence[Expected], begun: Sequence[Event], tolerance: float) -> Comparison:
    """Hold events against what was expected; each is the other's at most once, the nearest in time first.

    Args:
        expected: In any order.
        begun: The events that began.
        tolerance: Seconds by which an event may be early or late.
    """
    pairs = sorted(
        (abs(event.time - each.time), place, number)
        for place, each in enumerate(expected)
        for number, event in enumerate(begun)
        if _is_meant(each, event) and abs(event.time - each.time) <= tolerance
    )
    matched: dict[int, int] = {}
    for _, place, number in pairs:
        if place not in matched and number not in matched.values():
            matched[place] = number
    delays = [begun[number].time - expected[place].time for place, number in matched.items()]
    return Comparison(
        precision=len(matched) / len(begun) if begun else 1.0,
        recall=len(matched) / len(expected) if expected else 1.0,
        delay=sum(delays) / len(delays) if delays else None,
        missed=tuple(each for place, each in enumerate(expected) if place not in matched),
        unexpected=tuple(each for number, each in enumerate(begun) if number not in matched.values()),
    )


def _is_meant(expected: Expected, event: Event) -> bool:
    return expected.rule == event.rule and expected.subject in (None, str(event.subject))
