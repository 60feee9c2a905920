"""What may stand at a place of a rules file, to say so where something else does."""

import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

from msgspec import inspect

from . import vocabulary as words

STEP = re.compile(r"\.([\w-]+)|\[(\d+)\]|\[\.\.\.\]")
_PLAIN = {
    "Object contains unknown field": "unknown key",
    "Object missing required field": "missing key",
    "Invalid enum value": "Invalid value",
    "`array` of length": "a list of length",
    "`float`": "a number",
    "`int`": "a whole number",
    "`str`": "a text",
    "`bool`": "true or false",
    "`array`": "a list",
    "`object`": "a table",
    "`null`": "nothing",
}
_WRONG = re.compile(r"(?:unknown key|Invalid value) [`'](.*)[`']$")


def in_plain_words(reason: str, path: str, told: Any) -> str:
    """What msgspec says of a value at a path as `.rules[0].when.is`, and what might have been meant.

    Args:
        reason: What it says.
        path: Where.
        told: The whole file.
    """
    for term, plain in _PLAIN.items():
        reason = reason.replace(term, plain)
    if path == ".rules" and reason.endswith("got a table"):
        return f"{reason}; a rule begins with [[rules]]"
    found = _WRONG.search(reason)
    names = _allowed_at(path, told) if found else ()
    if found is None or not names:
        return reason
    near = get_close_matches(found[1], names, 1)
    return f"{reason}; did you mean {near[0]}?" if near else f"{reason}; there are: {', '.join(names)}"


def _allowed_at(path: str, told: Any) -> Sequence[str]:
    """The keys of the table at a path, or the values that may stand there; none where any text may."""
    kind: Any = inspect.type_info(words.RulesText)
    for step in STEP.finditer(path):
        kind = _chosen(kind, told)
        if isinstance(kind, inspect.UnionType) or step[1] == "is":
            break
        kind, told = _inside(kind, step), _value(told, step)
    return _names(_chosen(kind, told))


def _inside(kind: Any, step: re.Match[str]) -> Any:
    if isinstance(kind, inspect.StructType):
        return next((each.type for each in kind.fields if each.encode_name == step[1]), None)
    if isinstance(kind, inspect.DictType):
        return kind.value_type
    return getattr(kind, "item_type", None)


def _value(told: Any, step: re.Match[str]) -> Any:
    if isinstance(told, dict):
        return told.get(step[1])
    is_there = isinstance(told, list) and step[2] and int(step[2]) < len(told)
    return told[int(step[2])] if is_there else None


def _chosen(kind: Any, told: Any) -> Any:
    """Of several sorts of conditions the one that a table says it is; of something and nothing the first."""
    if not isinstance(kind, inspect.UnionType):
        return kind
    some = [each for each in kind.types if not isinstance(each, inspect.NoneType)]
    if len(some) == 1:
        return some[0]
    tag = told.get("is") if isinstance(told, dict) else None
    return next((each for each in some if getattr(each, "tag", None) == tag), kind)


def _names(kind: Any) -> Sequence[str]:
    if isinstance(kind, inspect.StructType):
        return [each.encode_name for each in kind.fields]
    if isinstance(kind, inspect.LiteralType):
        return [str(each) for each in kind.values]
    if isinstance(kind, inspect.UnionType):
        return [str(tag) for each in kind.types if (tag := getattr(each, "tag", None))]
    return ()
