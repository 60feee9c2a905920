"""Rules written as TOML into a text that stands already: what was not changed stays as somebody wrote it.

The text is cut at its headers, each part with the comments right above it, so that a comment goes with what
it is about; tomlkit, which alone would leave it with the table before, changes values within a part.
"""

import re
import sys
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import msgspec

from ..errors import RulesError
from . import vocabulary as words
from .rule_file import NamedText, decoded

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_HEADER = re.compile(r"\s*(\[\[?[^\[\]]*\]\]?)\s*(?:#.*)?$")
_RULES, _LIGHTS, _QUOTA = "rules", "lights", "quota"
_NAMED = ("zones", "lines", "colours", "white")
_NAME = "the rules"
_FIRST = ("name", "cameras", "look", "when")  # of a rule's keys
_INDENT = "  "


def rewritten(text: str, rules: words.RulesText) -> str:
    """A text that says what `rules` do, as near to the one before as can be.

    Rules are known by their names, and one with a new name by its place; those that there were keep their
    order, which means nothing. Where the old text is no rules file, or is written in a way that cannot be
    changed bit by bit, all is written anew and its comments are lost.

    Raises:
        RulesError: No TOML can say it, as where a name holds what is no letter.
    """
    for write in (_untouched, _changed, _fresh):
        try:
            made = write(text, rules)
            if _same(decoded(NamedText(_NAME, made)), rules):
                return made
        except (RulesError, ValueError, KeyError, TypeError):  # tomlkit's errors are values, and keys
            continue
    raise RulesError(_NAME, "cannot be written as TOML; look whether a name holds what cannot be seen")


def _same(one: words.RulesText, other: words.RulesText) -> bool:
    """Whether two say the same, in whatever order."""
    return _ordered(one) == _ordered(other)


def _ordered(rules: words.RulesText) -> bytes:
    by_name = sorted(rules.rules, key=lambda rule: rule.name)
    return msgspec.json.encode(msgspec.structs.replace(rules, rules=tuple(by_name)), order="deterministic")


def _untouched(text: str, _rules: words.RulesText) -> str:
    return text


@dataclass(slots=True)
class _Part:
    """Lines from one header to the next: what they say, and of that what is not as usual."""

    text: str
    told: Mapping[str, Any] = field(default_factory=dict)
    unusual: Mapping[str, Any] = field(default_factory=dict)
    is_new: bool = False

    @property
    def rule(self) -> Mapping[str, Any] | None:
        """The rule that it is."""
        found = self.told.get(_RULES)
        return found[0] if found else None


def _changed(text: str, rules: words.RulesText) -> str:
    """The text with what is different changed in it."""
    parts, plain = _parts_of(text), _builtins(rules)
    before = [part for part in parts if part.rule is not None]
    matched = _matched([part.rule or {} for part in before], [rule.name for rule in rules.rules])
    for part, number in zip(before, matched, strict=True):
        part.text = "" if number is None else _edited(part, {_RULES: [plain[_RULES][number]]})
    for part in parts:
        if part.rule is None:
            part.text = _edited(part, _within(part.told, plain))
    last = max((number for number, part in enumerate(parts) if part.rule is not None), default=len(parts) - 1)
    added = [rule for number, rule in enumerate(plain[_RULES]) if number not in matched]
    parts[last + 1 : last + 1] = [_Part(_rule_text(rule), is_new=True) for rule in added]
    _add_named(parts, plain)
    return _whole(parts)


def _whole(parts: Sequence[_Part]) -> str:
    """The parts as one text, with an empty line before and after each new one."""
    text, is_new = "", False
    for part in (each for each in parts if each.text):
        if (part.is_new or is_new) and text:
            text = f"{text.rstrip()}\n\n"
        text, is_new = text + part.text, part.is_new
    return f"{text.rstrip()}\n" if text.strip() else ""


def _matched(before: Sequence[Mapping[str, Any]], names: Sequence[str]) -> list[int | None]:
    """Which new rule each of the old is: that of its name, or that of its place where both names are new."""
    known = {rule["name"] for rule in before}
    by_name = {name: number for number, name in enumerate(names)}
    fresh = {number for number, name in enumerate(names) if name not in known}
    alike = len(before) == len(names)
    return [
        by_name.get(rule["name"], place if alike and place in fresh else None)
        for place, rule in enumerate(before)
    ]


def _within(told: Mapping[str, Any], plain: Mapping[str, Any]) -> dict[str, Any]:
    """Of all that is wished, what a part speaks of."""
    wished: dict[str, Any] = {}
    for table, value in told.items():
        if isinstance(value, Mapping):
            kept = {name: plain[table][name] for name in value if name in plain.get(table, {})}
            if kept:
                wished[table] = kept
        elif table in plain:
            wished[table] = plain[table]
    return wished


def _add_named(parts: list[_Part], plain: Mapping[str, Any]) -> None:
    """Write what no part speaks of yet, with its like where there is any."""
    homes = (number for number, part in enumerate(parts) if part.text and set(_NAMED) & part.told.keys())
    place = next(homes, 0) + 1
    for table in (*_NAMED, _LIGHTS):
        known = {name for part in parts for name in part.told.get(table, ())}
        fresh = {name: value for name, value in plain[table].items() if name not in known}
        home = next((part for part in parts if table in part.told and part.text), None)
        if table == _LIGHTS:
            added = [_light_text(name, value) for name, value in fresh.items()]
        elif home is None:
            added = [f"[{table}]\n{_entries(fresh)}"] if fresh else []
        else:
            added, home.text = [], f"{home.text.rstrip()}\n{_entries(fresh)}{_tail_of(home.text)}"
        parts[place:place] = [_Part(text, is_new=True) for text in added]
        place += len(added)
    if _QUOTA in plain and not any(_QUOTA in part.told for part in parts):
        parts.insert(0, _Part(_entries({_QUOTA: plain[_QUOTA]}), is_new=True))


def _tail_of(text: str) -> str:
    """The empty lines at the end of a text."""
    return text[len(text.rstrip()) :].partition("\n")[2]


def _entries(values: Mapping[str, Any]) -> str:
    return "".join(f"{_key(name)} = {_value(value)}\n" for name, value in values.items())


def _edited(part: _Part, wished: Mapping[str, Any]) -> str:
    """A part that says what is wished; nothing of it where a header stands over nothing any more."""
    import tomlkit

    if not any(part.told.values()) or _told(wished) == _told(part.unusual):
        return part.text
    if not wished and _QUOTA not in part.told:
        return ""
    document = tomlkit.parse(part.text)
    _merge(document, wished, part.unusual)
    return tomlkit.dumps(document)


def _told(plain: Mapping[str, Any]) -> bytes:
    """What two have in common that say the same."""
    return msgspec.json.encode({key: value for key, value in plain.items() if value}, order="deterministic")


def _merge(held: MutableMapping[str, Any], wished: Mapping[str, Any], before: Mapping[str, Any]) -> None:
    """Bring a table to what is wished.

    Args:
        held: The table; a value in it that is as usual may stay, as `score = 0.0`.
        wished: What it is to say.
        before: What it says, without what is as usual.
    """
    import tomlkit

    for key in [key for key in held if key not in wished and key in before]:
        del held[key]
    for key, value in wished.items():
        if value == before.get(key) and type(value) is type(before[key]):
            continue
        if not (key in held and key in before and _merged(held[key], value, before[key])):
            held[key] = tomlkit.value(_value(value))


def _merged(held: Any, wished: Any, before: Any) -> bool:
    """Whether a table, or a list of so many tables, was brought to what is wished."""
    if isinstance(held, MutableMapping) and isinstance(wished, Mapping):
        _merge(held, wished, before)
        return True
    if not isinstance(held, list) or not isinstance(wished, list) or len(held) != len(wished):
        return False
    triples = list(zip(held, wished, before, strict=True))
    are_tables = all(isinstance(each, Mapping) for triple in triples for each in triple)
    return are_tables and all(_merged(*triple) for triple in triples)


def _fresh(_text: str, rules: words.RulesText) -> str:
    """All of it, written anew."""
    return _changed("", rules)


def _builtins(rules: words.RulesText) -> dict[str, Any]:
    """What a text has to say: what is not said is as usual."""
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(rules))
    return {_RULES: [], _LIGHTS: {}, **{table: {} for table in _NAMED}, **plain}


def _parts_of(text: str) -> list[_Part]:
    """The text cut at its headers; the first part is what stands before them.

    Raises:
        RulesError: It is no rules file.
        ValueError: The parts together do not say what the whole does: a header stands within a text.
    """
    decoded(NamedText(_NAME, text))
    lines = [f"{line}\n" for line in text.rstrip("\n").split("\n")]
    starts = [0, *_starts(lines), len(lines)]
    texts = ["".join(lines[start:end]) for start, end in pairwise(starts)]
    parts = [_Part(each, tomllib.loads(each), _builtins(decoded(NamedText(_NAME, each)))) for each in texts]
    if _joined(parts) != tomllib.loads(text):
        raise ValueError("its parts say something else than the whole")
    return parts


def _starts(lines: Sequence[str]) -> Iterator[int]:
    """Where each part begins, with the comments right above its header."""
    current: tuple[str, ...] = ()
    for number, line in enumerate(lines):
        found = _HEADER.match(line.rstrip("\r\n"))
        path = _path_of(found[1]) if found else ()
        if not path:
            continue
        is_rule = line.lstrip().startswith("[[") and path == (_RULES,)
        if is_rule or not current or path[: len(current)] != current:
            current = path[:2] if path[0] == _LIGHTS else path[:1]
            above = (
                before for before in range(number, 0, -1) if not lines[before - 1].lstrip().startswith("#")
            )
            yield next(above, 0)


def _path_of(header: str) -> tuple[str, ...]:
    """The keys of a header as ("lights", "ready"); none where it is no header."""
    try:
        told: Any = tomllib.loads(header)
    except tomllib.TOMLDecodeError:
        return ()
    path: tuple[str, ...] = ()
    while told:
        if isinstance(told, list):
            told = told[0]
            continue
        ((key, told),) = told.items()
        path = (*path, key)
    return path


def _joined(parts: Sequence[_Part]) -> dict[str, Any]:
    whole: dict[str, Any] = {}
    for part in parts:
        for table, value in part.told.items():
            if isinstance(value, list):
                whole[table] = [*whole.get(table, ()), *value]
            elif isinstance(value, dict):
                whole[table] = {**whole.get(table, {}), **value}
            else:
                whole[table] = value
    return whole


def _rule_text(rule: Mapping[str, Any]) -> str:
    first = {key: rule[key] for key in _FIRST if key in rule}
    return f"[[rules]]\n{_entries({**first, **rule})}"


def _light_text(name: str, light: Mapping[str, Any]) -> str:
    return f"[lights.{_key(name)}]\n{_entries(light)}"


def _value(value: Any, depth: int = 0) -> str:
    """A value as TOML; tables in a list stand one a line, for a long condition to be read."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, int | float):
        return repr(value).removesuffix(".0")
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{_key(key)} = {_value(each, depth)}' for key, each in value.items())} }}"
    if value and isinstance(value[0], Mapping):
        inner, outer = _INDENT * (depth + 1), _INDENT * depth
        return "[\n" + "".join(f"{inner}{_value(each, depth + 1)},\n" for each in value) + f"{outer}]"
    return f"[{', '.join(_value(each) for each in value)}]"


def _string(text: str) -> str:
    import tomlkit

    return str(tomlkit.item(text).as_string())


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _string(name)
