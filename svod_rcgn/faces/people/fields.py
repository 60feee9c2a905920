"""What is said of people, taken from a table into each person's meta.json."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from ...errors import InputError
from ...storage import files, spreadsheets
from ...storage.spreadsheets import Row

META_FILE = "meta.json"
NAME_FIELD = "name"

Fields: TypeAlias = dict[str, Any]
Key: TypeAlias = tuple[str, ...]

_NAME_HEADINGS = frozenset({"name", "names", "person", "people", "fullname", "имя", "фио"})
_STROKED = str.maketrans("łøđħŧıŁØĐĦŦ", "lodhtilodht")  # letters that Unicode has as one with their stroke


@dataclass(frozen=True, slots=True)
class Annotation:
    """One person's fields: what was there, and what is to be there."""

    folder: Path
    before: Fields
    after: Fields

    @property
    def changes(self) -> Fields:
        """The fields that are new or have another value now."""
        return {key: value for key, value in self.after.items() if self.before.get(key) != value}


@dataclass(frozen=True, slots=True)
class Annotations:
    """A table laid over the folders of persons.

    `header` is the first row where it holds headings; `without_row` names folders, `without_person` and
    `ambiguous` the names in rows that find none, and in rows that share a folder or fit several.
    """

    people: list[Annotation]
    header: Row | None = None
    without_row: list[str] = field(default_factory=list)
    without_person: list[str] = field(default_factory=list)
    ambiguous: list[str] = field(default_factory=list)


def plan(input_dir: Path, table: Path, columns: Mapping[str, int]) -> Annotations:
    """Find out what each person's meta.json would say; nothing is written.

    A row's name finds the folder whatever the case, accents, underscores and order of the words. What
    meta.json says already stays, but for fields that the row has a value for.

    Args:
        input_dir: PERSON/pictures.
        table: A row a person; see `spreadsheets.read_rows`.
        columns: The column, from 0, of each field; `name` is the field that names the person.

    Raises:
        InputError: A folder or file is missing or cannot be read, or the table lacks a column.
    """
    folders = _folders(input_dir)
    rows = spreadsheets.read_rows(table)
    _check_columns(table, rows, columns)
    header = rows[0] if _is_header(rows[0], columns, folders) else None
    found = _found_by(rows[1:] if header else rows, columns[NAME_FIELD], folders)
    return _laid_over(found, columns, folders, header)


def write(annotations: Annotations) -> None:
    """Write the meta.json of every person whose fields change."""
    for each in annotations.people:
        if each.changes:
            files.write_record(each.folder / META_FILE, each.after)


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """A row, and the folders that its name fits."""

    name: str
    row: Row
    folders: list[Path]


def _folders(input_dir: Path) -> list[Path]:
    if not input_dir.is_dir():
        raise InputError(f"{input_dir}: no such folder; give the folder of PERSON/pictures")
    folders = [
        path for path in sorted(input_dir.iterdir()) if path.is_dir() and not path.name.startswith(".")
    ]
    if not folders:
        raise InputError(f"{input_dir}: no folders of persons; put pictures into {input_dir}/PERSON/")
    return folders


def _check_columns(table: Path, rows: Sequence[Row], columns: Mapping[str, int]) -> None:
    width = max(len(row) for row in rows)
    for name, column in columns.items():
        if column >= width:
            raise InputError(f"{table}: {name}={column}, but columns are 0 to {width - 1}; give another one")


def _is_header(row: Row, columns: Mapping[str, int], folders: Sequence[Path]) -> bool:
    """Whether a first row holds headings: it names nobody, and a cell reads like its field or like "name"."""
    name = _words(_cell(row, columns[NAME_FIELD]))
    if any(sorted(name) == sorted(_words(folder.name)) for folder in folders):
        return False
    if _NAME_HEADINGS & set(name):
        return True
    return any(set(_words(field)) & set(_words(_cell(row, column))) for field, column in columns.items())


def _found_by(rows: Sequence[Row], column: int, folders: Sequence[Path]) -> list[_Found]:
    by_key: dict[Key, list[Path]] = defaultdict(list)
    for folder in folders:
        by_key[_key(folder.name)].append(folder)
    named = [(name, row) for row in rows if (name := _cell(row, column))]
    return [_Found(name, row, _closest(name, by_key.get(_key(name), []))) for name, row in named]


def _closest(name: str, folders: list[Path]) -> list[Path]:
    """Those of the folders that fit a name which are it word by word, or else all of them."""
    exact = [folder for folder in folders if _spaced(folder.name) == _spaced(name)]
    return exact or folders


def _spaced(name: str) -> str:
    return unicodedata.normalize("NFC", name.replace("_", " "))


def _laid_over(
    found: Sequence[_Found], columns: Mapping[str, int], folders: Sequence[Path], header: Row | None
) -> Annotations:
    claimed = Counter(folder for each in found for folder in each.folders)
    fitting = [each for each in found if each.folders]
    clear = [each for each in fitting if len(each.folders) == 1 and claimed[each.folders[0]] == 1]
    return Annotations(
        [_annotation(each.folders[0], each.row, columns) for each in clear],
        header,
        [folder.name for folder in folders if folder not in claimed],
        [each.name for each in found if not each.folders],
        [each.name for each in fitting if each not in clear],
    )


def _annotation(folder: Path, row: Row, columns: Mapping[str, int]) -> Annotation:
    path = folder / META_FILE
    before = files.read_record(path, dict[str, Any]) if path.exists() else {}
    told = {
        name: cell for name, column in columns.items() if (cell := spreadsheets.read_cell(_cell(row, column)))
    }
    return Annotation(folder, before, before | told)


def _cell(row: Row, column: int) -> str:
    return row[column] if column < len(row) else ""


def _key(name: str) -> Key:
    return tuple(sorted(_words(name)))


def _words(text: str) -> list[str]:
    """The words of a name, small and without accents."""
    apart = unicodedata.normalize("NFKD", text.translate(_STROKED))
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return re.findall(r"[^\W_]+", plain.casefold())
