"""Rules files: read, checked, and refused with the line and the reason."""

import re
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, get_type_hints

import msgspec

from ..errors import InputError, RulesError
from ..records import PRESENCE
from ..text import on_one_line
from . import vocabulary as words
from .allowed import STEP, in_plain_words
from .plane import is_flat
from .quiet import DIGEST
from .vocabulary import CLIP, COLOUR, END, START, VISIBLE, WHITE

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_LARGEST = 1_000_000  # bytes
_MOST_LINES = 20_000
_MOST_DEEP = 20
_LONG_WAY = re.compile(
    rf"""(?<![\w-])(?:(?:[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){{{_MOST_DEEP}}}"""
)  # a.b.c and so on, for which TOML's reader takes memory by the square of the length
_TAKEN = (PRESENCE, DIGEST)
_BY_NAME = ("zones", "lines", "lights", "colours", "white")
_PATTERNS = {
    CLIP: "a clip as 5s..10s",
    VISIBLE: "a name that can be seen",
    WHITE: "a colour as #ffe4b0, of which no part is 00",
    COLOUR: "a colour as #ffb000",
    START: "a time as 22:00",
    END: "a time as 06:00 or 24:00",
}
_PATH = re.compile(r" - at `\$?(?:key in )?`?([^`]*)`")


class NamedText(NamedTuple):
    """A text, and what it is called in errors."""

    name: str
    text: str


def read_rules(path: Path) -> words.RulesText:
    """Read a rules file.

    Raises:
        InputError: It is missing, no TOML, or says what no rules file may; with the line where that is known.
    """
    return parse_rules(read_text(path), str(path))


def read_all(paths: Sequence[Path], colours: Collection[str] | None = None) -> words.RulesText:
    """Read several files as one; no two may give the same name to different things.

    Args:
        paths: The files.
        colours: What rules may call colours besides the names that the files give; None checks no names.

    Raises:
        InputError: See `read_rules`; or two of them use a name for the same sort of thing.
    """
    return parse_all([NamedText(str(path), read_text(path)) for path in paths], colours)


def parse_all(texts: Sequence[NamedText], colours: Collection[str] | None = None) -> words.RulesText:
    """As `read_all`, of texts that lie in memory.

    Raises:
        RulesError: One cannot be used, or two of them use a name for the same sort of thing.
    """
    parts = [decoded(each) for each in texts]
    whole = words.RulesText(
        rules=tuple(rule for part in parts for rule in part.rules),
        quota=min((part.quota for part in parts), default=words.QUOTA),
        **{field: _joined(field, parts, texts) for field in _BY_NAME},
    )
    for (name, text), part in zip(texts, parts, strict=True):
        _check(whole, part.rules, text, name)
        if colours is not None:
            _check_colours(part.rules, {*colours, *whole.colours}, text, name)
    return whole


def parse_rules(text: str, name: str) -> words.RulesText:
    """As `read_rules`, of a text that lies in memory; `name` is what it is called in errors."""
    return parse_all([NamedText(name, text)])


def check_together(rules: words.RulesText, name: str, colours: Collection[str], text: str = "") -> None:
    """Refuse rules that can be read and yet cannot be: a name for nothing, or a limit that no number meets.

    Args:
        rules: The rules.
        name: What they are called in errors.
        colours: What they may call colours besides the names that they give.
        text: Where their lines are looked for.

    Raises:
        RulesError: They cannot be.
    """
    _check(rules, rules.rules, text, name)
    _check_colours(rules.rules, {*colours, *rules.colours}, text, name)


def json_schema() -> Mapping[str, Any]:
    """What a rules file may say as JSON schema, by which editors check and complete."""
    return msgspec.json.schema(words.RulesText)


def read_text(path: Path, name: str = "") -> str:
    """The text of a file, of which nothing is known but that it is not too large and UTF-8.

    Args:
        path: Where it is.
        name: What it is called in errors, where that is not its path.

    Raises:
        InputError: It cannot be read, is larger than any rules file, or no UTF-8.
    """
    name = name or str(path)
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except FileNotFoundError as error:
        raise InputError(f"{name}: no such file; name a rules file, docs/rules.md shows some") from error
    except OSError as error:
        raise InputError(f"{name}: cannot be read ({error.strerror}); name a rules file") from error
    if len(data) > _LARGEST:
        raise InputError(f"{name}: over a megabyte; no rules file is so large")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise RulesError(name, "is not UTF-8; save the file as UTF-8", line) from error


def decoded(given: NamedText) -> words.RulesText:
    """What a text says, without a look at whether its rules can hold together.

    Raises:
        RulesError: It is no TOML, or says what no rules file may.
    """
    name, text = given
    told = _plain(text, name)
    try:
        return msgspec.convert(told, words.RulesText)
    except msgspec.ValidationError as error:
        raise _located(_of_a_name(told) or str(error), text, name, told) from error


def _plain(text: str, name: str) -> dict[str, Any]:
    if text.count("\n") > _MOST_LINES:
        raise RulesError(name, f"over {_MOST_LINES:,} lines; no rules file is so long")
    if found := _LONG_WAY.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise RulesError(name, "tables within tables too deep to be read", line)
    try:
        told: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _no_toml(name, str(error)) from error
    except RecursionError as error:
        raise RulesError(name, "tables within tables too deep to be read") from error
    except ValueError as error:  # Python reads no whole number of thousands of digits
        raise RulesError(name, "holds a number that is far too long; shorten it") from error
    if _depth(told) > _MOST_DEEP:
        raise RulesError(name, "conditions within conditions too deep; take fewer levels")
    return told


def _of_a_name(told: dict[str, Any]) -> str | None:
    """What is wrong with a zone, line, light or colour, with its name, which msgspec leaves out."""
    for field in _BY_NAME:
        table = told.get(field)
        for name, value in table.items() if isinstance(table, dict) else ():
            try:
                msgspec.convert({name: value}, get_type_hints(words.RulesText, include_extras=True)[field])
            except msgspec.ValidationError as error:
                return str(error).replace("`$[...]", f"`$.{field}.{name}")
    return None


def _no_toml(name: str, message: str) -> RulesError:
    """What TOML's reader says, with its place taken out of the words."""
    found = re.search(r" \(at line (\d+), column (\d+)\)", message)
    if found is None:
        return RulesError(name, on_one_line(message))
    return RulesError(name, on_one_line(message.replace(found[0], "")), int(found[1]), int(found[2]))


def _depth(value: Any) -> int:
    parts: Iterable[Any] = (
        value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    )
    return 1 + max(map(_depth, parts), default=0)


def _located(message: str, text: str, name: str, told: Any) -> RulesError:
    found = _PATH.search(message)
    reason = on_one_line(_PATH.sub("", message))
    for pattern, meant in _PATTERNS.items():
        reason = reason.replace(f"`str` matching regex {pattern!r}", meant)
    path = found[1] if found else ""
    reason = in_plain_words(reason, path, told)
    return RulesError(name, f"{_said_of(path)}{reason}", line_of(path, text))


def _said_of(path: str) -> str:
    steps = [step[0] or f"number {int(step[1]) + 1}" for step in STEP.findall(path) if step[0] or step[1]]
    return f"{' '.join(steps)}: " if steps else ""


def line_of(path: str, text: str) -> int | None:
    """The line, from 1, where a value of a path as `.rules[1].when.for` stands, or what holds it."""
    lines = text.splitlines()
    start, end, found = 0, len(lines), None
    for key, index in STEP.findall(path):
        if key:
            place = _find(lines, start, end, _key_pattern(key))
            before = key
        elif index and before:
            headers = list(_headers(lines, before))
            place = headers[int(index)] if int(index) < len(headers) else None
            if place is not None:
                end = next((other for other in headers if other > place), len(lines))
        else:
            place = None
        if place is not None:
            start = found = place
    return None if found is None else found + 1


def _headers(lines: Sequence[str], key: str) -> Iterator[int]:
    pattern = re.compile(rf"\s*\[\[\s*{re.escape(key)}\s*\]\]")
    return (number for number, line in enumerate(lines) if pattern.match(line))


def _key_pattern(key: str) -> re.Pattern[str]:
    named = rf"[\"']?{re.escape(key)}[\"']?"
    return re.compile(rf"(^|[\s,{{]){named}\s*(\.[\w.\"'-]+\s*)?=|^\s*\[+([\w.\"'-]+\.)?{named}[\].]")


def _find(lines: Sequence[str], start: int, end: int, pattern: re.Pattern[str]) -> int | None:
    return next((number for number in range(start, end) if pattern.search(lines[number])), None)


def _joined(field: str, parts: Sequence[words.RulesText], texts: Sequence[NamedText]) -> dict[str, Any]:
    joined: dict[str, Any] = {}
    for part, text in zip(parts, texts, strict=True):
        for name, value in getattr(part, field).items():
            if joined.setdefault(name, value) != value:
                line = line_of(f".{field}.{name}", text.text)
                problem = f"{field} {name}: another file has another one of this name; rename one"
                raise RulesError(text.name, problem, line)
    return joined


def _check(whole: words.RulesText, rules: Sequence[words.RuleText], text: str, name: str) -> None:
    """What the records by themselves cannot know: names that are used twice, or stand for nothing."""
    twice = [rule for rule, times in Counter(rule.name for rule in whole.rules).items() if times > 1]
    for number, rule in enumerate(rules):
        problem = f"{rule.name}: two rules have this name" if rule.name in twice else _problem_of(rule, whole)
        if problem:
            raise RulesError(name, f"rule {on_one_line(problem)}", line_of(f".rules[{number}]", text))
    for light, about in whole.lights.items():
        if problem := _light_problem(about):
            line = line_of(f".lights.{light}.box", text)
            raise RulesError(name, f"light {on_one_line(light)}: {problem}", line)


def _check_colours(rules: Sequence[words.RuleText], known: Collection[str], text: str, name: str) -> None:
    for number, rule in enumerate(rules):
        asked = (each.colour for each in words.conditions_of(rule.when) if isinstance(each, words.Colour))
        named = {each for colour in asked for each in ((colour,) if isinstance(colour, str) else colour)}
        if lost := named - set(known):
            there = f"there are: {', '.join(sorted(known))}; [colours] names more"
            problem = f"rule {on_one_line(rule.name)}: no colour {on_one_line(min(lost))}; {there}"
            raise RulesError(name, problem, line_of(f".rules[{number}]", text))


def _light_problem(about: words.LightText) -> str | None:
    if about.box is None and about.detected is None:
        return "where is it? give its box, or the class of the thing that has it as detected"
    if about.detected is not None and about.follows:
        return "what a detector finds is followed anyway; leave follows out"
    left, top, right, bottom = about.box or (0.0, 0.0, 1.0, 1.0)
    if left >= right or top >= bottom:
        return "its box is left, top, right, bottom and not empty"
    return None


def _problem_of(rule: words.RuleText, whole: words.RulesText) -> str | None:
    for condition in words.conditions_of(rule.when):
        problem = _problem(condition, whole)
        if problem:
            return f"{rule.name}: {problem}"
    if rule.name in _TAKEN:
        return f"{rule.name}: this name has a meaning of its own; choose another"
    looks = [each.look for each in words.conditions_of(rule.when) if isinstance(each, words.Some)]
    problems = [problem for look in (rule.look, *looks) if (problem := _look_problem(look, whole))]
    problem = problems[0] if problems else _light_asked_of(rule.look, rule.when)
    return f"{rule.name}: {problem}" if problem else None


def _light_asked_of(look: words.Look, condition: words.Condition) -> str | None:
    """Whether a state, a rhythm or a colour is asked of what is no light."""
    if isinstance(condition, words.Some):
        return _light_asked_of(condition.look, condition.of)
    if isinstance(condition, words.State | words.Blinks | words.Colour):
        if look.person or look.unknown or look.kind not in (None, "light"):
            return f'no {words.called(look)} has the state of a light; look = {{ kind = "light" }}'
        return None
    inner = words.parts_of(condition)
    return next((problem for each in inner if (problem := _light_asked_of(look, each))), None)


def _look_problem(look: words.Look, whole: words.RulesText) -> str | None:
    if look.kind == "light" and look.label is not None and look.label not in whole.lights:
        return f"no light {look.label}; {_there('lights', whole.lights)}"
    if look.person and (look.label or look.unknown or look.kind not in (None, "face")):
        return "a person is a face of that name; leave kind, label and unknown out"
    if look.unknown and look.label:
        return "what is unknown has no label; leave one out"
    return None


def _problem(condition: words.Condition, whole: words.RulesText) -> str | None:
    zone, line = getattr(condition, "zone", None), getattr(condition, "line", None)
    if zone is not None and zone not in whole.zones:
        return f"no zone {zone}; {_there('zones', whole.zones)}"
    if line is not None and line not in whole.lines:
        return f"no line {line}; {_there('lines', whole.lines)}"
    if line is not None and whole.lines[line][0] == whole.lines[line][1]:
        return f"line {line} has its two points in one place"
    if zone is not None and is_flat(whole.zones[zone]):
        return f"zone {zone} has all its points on one line, and nothing inside"
    if isinstance(condition, words.Blinks) and condition.slowest > condition.fastest:
        return f"blinks from {condition.slowest:g} Hz to {condition.fastest:g} Hz can never be; swap them"
    return _bounds_problem(condition)


def _bounds_problem(condition: words.Condition) -> str | None:
    low: float | None
    high: float | None
    if isinstance(condition, words.Count):
        low, high, named = condition.at_least, condition.at_most, "count needs at_least or at_most"
    elif isinstance(condition, words.Speed):
        low, high, named = condition.above, condition.below, "speed needs above or below"
    elif isinstance(condition, words.Attribute):
        low, high = condition.at_least, condition.at_most
        named = "attribute needs equals, at_least or at_most"
        if condition.equals is not None:
            return None if low is high is None else "equals needs no at_least or at_most; leave one out"
    else:
        return None
    if low is None and high is None:
        return named
    if low is not None and high is not None and low > high:
        return f"no number is over {low:g} and under {high:g}"
    return None


def _there(what: str, names: Iterable[str]) -> str:
    told = ", ".join(sorted(names))
    return f"{what} of the file: {told}" if told else f"the file has no {what}"
