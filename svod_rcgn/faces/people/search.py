"""Traces of a person in files: by name, by the contents of the pictures, and by the embeddings.

The search knows nothing of how the files are made or changed, so that it can prove that they hold
nothing any more.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from ...storage import files, images
from ..gallery.store import PREVIEWS, preview_file


@dataclass(frozen=True, slots=True)
class PersonTraces:
    """What gives a person away: names, sha256 of pictures and crops, and embeddings as raw bytes."""

    names: frozenset[str]
    contents: frozenset[str]
    embeddings: frozenset[bytes]


@dataclass(frozen=True, slots=True)
class Trace:
    """Something of a person: where, and what it is."""

    path: Path
    what: str


def search(folders: Iterable[Path], sought: PersonTraces) -> list[Trace]:
    """Look through all files below some folders, hidden ones too; folders that are not there hold nothing."""
    return [trace for folder in folders for path in _files(folder) for trace in _traces(path, folder, sought)]


def _files(folder: Path) -> Iterator[Path]:
    # A link that leads nowhere is neither file nor folder, and may bear a name.
    return (path for path in sorted(folder.rglob("*")) if not path.is_dir() or not any(path.iterdir()))


def _traces(path: Path, folder: Path, sought: PersonTraces) -> Iterator[Trace]:
    relative = path.relative_to(folder)
    previews = {preview_file(name) for name in sought.names} if path.parent.name == PREVIEWS else set()
    if (sought.names | previews) & set(relative.parts):
        yield Trace(path, "the name")
    if not path.is_file():
        return
    if files.sha256_of(path) in sought.contents:
        yield Trace(path, "a picture")
    if images.kind_of(path).is_picture:
        return
    data = path.read_bytes()
    if any(embedding in data for embedding in sought.embeddings):
        yield Trace(path, "an embedding")
    if path.suffix in (".json", ".jsonl") and not sought.names.isdisjoint(_words(data)):
        yield Trace(path, "the name in the text")


def _words(data: bytes) -> Iterator[str]:
    """All strings of JSON documents, one a file or one a line, and the first part of those with a slash."""
    for document in _documents(data):
        for text in _strings(document):
            yield text
            yield text.partition("/")[0]


def _documents(data: bytes) -> list[Any]:
    try:
        return [msgspec.json.decode(data)]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return [document for line in data.splitlines() for document in _document(line)]


def _document(line: bytes) -> list[Any]:
    try:
        return [msgspec.json.decode(line)]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return []


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
