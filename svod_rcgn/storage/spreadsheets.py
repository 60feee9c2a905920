"""Tables as people export them, CSV in whatever encoding and with whatever delimiter, and as we do."""

import ast
import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from ..errors import InputError
from ..text import shown

Row: TypeAlias = list[str]

_LARGEST = 100_000_000
_DELIMITERS = (",", ";", "\t", "|")
# Apart from UTF-8; where a table reads as well in two of them, the first is right more often.
_ENCODINGS = ["cp1252", "cp1251", "cp1250", "utf_16_le", "utf_16_be", "mac_roman", "koi8_r", "gb18030"]
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_of(rows: Iterable[Sequence[object]]) -> str:
    """Rows as CSV (RFC 4180), the titles first; no text in it is taken for a formula by a spreadsheet."""
    text = io.StringIO()
    csv.writer(text).writerows([_inert(cell) for cell in row] for row in rows)
    return text.getvalue()


def _inert(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def read_rows(path: Path) -> list[Row]:
    """Read a table, finding out its encoding and its delimiter.

    Args:
        path: Values separated by comma, semicolon, tab or bar.

    Returns:
        The rows that are not empty, cells without the space round them.

    Raises:
        InputError: It is missing, empty, larger than 100 MB, or no text.
    """
    text = _decoded(path)
    try:
        tables = [_rows(text, delimiter) for delimiter in _DELIMITERS]
    except csv.Error as error:
        raise InputError(f"{path}: cannot be read as a table ({error})") from error
    best = max(tables, key=_regularity)
    if not best:
        raise InputError(f"{path}: is empty; expected a table with a row a person")
    return best


def read_cell(cell: str) -> str | list[str]:
    """A cell's text, or its texts where it is a list.

    A list is written as in JSON or Python, or one item a line, or with semicolons or bars between the
    items. An address with a semicolon in it stays whole.
    """
    cell = cell.strip()
    if cell.startswith("[") and cell.endswith("]") and (items := _literal(cell)) is not None:
        return items
    for mark in ("\n", ";", "|"):
        items = [item for part in cell.split(mark) if (item := part.strip())]
        addresses = sum("://" in item for item in items)
        if len(items) > 1 and addresses in (0, len(items)):
            return items
    return cell


def _decoded(path: Path) -> str:
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= _LARGEST else b""
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file") from error
    if size > _LARGEST:
        raise InputError(f"{path}: larger than {_LARGEST:,} bytes; a row a person is enough")
    for mark, encoding in _MARKS.items():
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _guessed(path, data)


def _guessed(path: Path, data: bytes) -> str:
    from charset_normalizer import from_bytes

    guesses = list(from_bytes(data, cp_isolation=_ENCODINGS))
    if not guesses:
        raise InputError(f"{path}: is no text; save the table as CSV in UTF-8")
    return str(min(guesses, key=lambda each: (each.chaos, -each.coherence, _ENCODINGS.index(each.encoding))))


def _rows(text: str, delimiter: str) -> list[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    return [stripped for row in reader if any(stripped := [cell.strip() for cell in row])]


def _regularity(rows: list[Row]) -> tuple[float, int]:
    """How much a reading looks like a table: the share of rows of the commonest width, and that width."""
    widths = Counter(len(row) for row in rows)
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
    return (count / len(rows), width) if width > 1 else (0.0, 1)


def _literal(cell: str) -> list[str] | None:
    for parse in (json.loads, ast.literal_eval):
        try:
            items: Any = parse(cell)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        if isinstance(items, list) and all(isinstance(item, str | int | float) for item in items):
            return [shown(str(item).strip()) for item in items]
    return None
