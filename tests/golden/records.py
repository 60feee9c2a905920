"""Golden files: how they are read, written and compared.

What differs from run to run and from machine to machine is replaced by a word in angle brackets before it
is kept or compared: times, ids, hashes, ports. Floats come from networks, whose last digits are the
processor's, so they are kept short and compared loosely.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
LINE = 110
DIGITS = 3
NEAR, NEARLY = 0.02, 0.05  # how far a float may be from the old one: absolutely, or as a share of it
_VARYING = (
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:\d\d|Z)"), "<time>"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "<sha256>"),
    (re.compile(r"\b[0-9a-f]{32}\b"), "<id>"),
    (re.compile(r"small-copy-[0-9a-f]{12}"), "small-copy-<hash>"),  # as the library writes it
    (re.compile(r"\.outbox-[0-9a-f]{16}\b"), ".outbox-<channel>"),
)


def read(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text("utf-8"))


def write(name: str, value: Any) -> None:
    (FOLDER / f"{name}.json").write_text(_written(value, "") + "\n", "utf-8")


def _written(value: Any, margin: str) -> str:
    """JSON in lines that are long enough to be read and short enough to be compared."""
    flat = json.dumps(value, ensure_ascii=False)
    if not value or not isinstance(value, dict | list) or len(margin + flat) <= LINE:
        return flat
    inner = margin + "  "
    if isinstance(value, dict):
        parts = [f"{json.dumps(key, ensure_ascii=False)}: {_written(value[key], inner)}" for key in value]
    else:
        parts = [_written(part, inner) for part in value]
    begin, end = "{}" if isinstance(value, dict) else "[]"
    return begin + "\n" + ",\n".join(inner + part for part in parts) + "\n" + margin + end


def steady(value: Any, known: Mapping[str, str] | None = None) -> Any:
    """A value as JSON has it, without what varies; `known` are texts of this run and what stands for them."""
    if isinstance(value, dict):
        return {_text(key, known): steady(part, known) for key, part in value.items()}
    if isinstance(value, list):
        return [steady(part, known) for part in value]
    if isinstance(value, str):
        return _text(value, known)
    return round(value, DIGITS) if isinstance(value, float) else value


def _text(text: str, known: Mapping[str, str] | None) -> str:
    for varying, word in (known or {}).items():
        text = text.replace(varying, word)
    for pattern, word in _VARYING:
        text = pattern.sub(word, text)
    return text


def kinds(value: Any) -> Any:
    """The keys of a value, and the kinds of what they hold; for what no two runs have in common."""
    if isinstance(value, dict):
        return {key: kinds(part) for key, part in value.items()}
    if isinstance(value, list):
        return [kinds(part) for part in value]
    return None if value is None else f"<{type(value).__name__}>"


def masked(value: Any, *keys: str) -> Any:
    """A value with what stands under these keys replaced by its kind, at any depth."""
    if isinstance(value, dict):
        return {key: kinds(part) if key in keys else masked(part, *keys) for key, part in value.items()}
    return [masked(part, *keys) for part in value] if isinstance(value, list) else value


def differences(old: Any, new: Any, *, more: bool = False, at: str = "") -> list[str]:
    """Where a value is not as it was, a line each; with `more`, keys that the old one had not are welcome."""
    return list(_differences(old, new, more, at))


def _differences(old: Any, new: Any, more: bool, at: str) -> Iterator[str]:
    if isinstance(old, dict) and isinstance(new, dict):
        yield from (f"{at}/{key}: is gone" for key in old if key not in new)
        yield from (f"{at}/{key}: is new" for key in new if key not in old and not more)
        for key in old.keys() & new.keys():
            yield from _differences(old[key], new[key], more, f"{at}/{key}")
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, pair in enumerate(zip(old, new, strict=True)):
            yield from _differences(*pair, more, f"{at}/{index}")
    elif not _same(old, new):
        yield f"{at}: was {old!r}, is {new!r}"


def _same(old: Any, new: Any) -> bool:
    if isinstance(old, float) and isinstance(new, float):
        return abs(old - new) <= max(NEAR, NEARLY * abs(old))
    return type(old) is type(new) and bool(old == new)
