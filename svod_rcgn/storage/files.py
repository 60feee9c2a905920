"""Files that the program makes: read and checked, written whole or not at all."""

import hashlib
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import chain, count
from pathlib import Path
from typing import IO, Any, TypeVar

import msgspec

from ..errors import InputError
from ..text import shown

Record = TypeVar("Record")

_CHUNK = 1 << 20
_LONGEST_NAME = 255  # bytes; what most file systems take
_DIGEST = 12


def sha256_of(path: Path) -> str:
    """The sha256 of a file's content, in hexadecimal."""
    with path.open("rb") as file:
        return sha256_of_stream(file)


def sha256_of_stream(file: IO[bytes]) -> str:
    """The sha256 of what is left to be read, in hexadecimal."""
    digest = hashlib.sha256()
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def write_bytes(path: Path, data: bytes, *, private: bool = False) -> None:
    """Write a file whole or not at all, making its folder where needed.

    A `private` one is for its owner alone, as is its folder where it has to be made.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700 if private else 0o777)
    neighbour = beside(path)
    try:
        with open(neighbour, "xb", opener=_private if private else None) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        neighbour.replace(path)
    except BaseException:
        neighbour.unlink(missing_ok=True)
        raise


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def beside(path: Path) -> Path:
    """A hidden name in the same folder that nobody else has."""
    return hidden(path, uuid.uuid4().hex)


def hidden(path: Path, ending: str) -> Path:
    """A hidden name beside a path that says whose it is; one too long for any system is cut.

    Raises:
        InputError: There is nothing beside it, for it is the root.
    """
    whole = path.resolve()
    if not whole.name:
        raise InputError(f"{path}: is the root of all folders; name a folder in it")
    name = os.fsencode(whole.name)
    if len(name) + len(ending) + 2 > _LONGEST_NAME:
        digest = hashlib.sha256(name).hexdigest()[:_DIGEST]
        name = name[: _LONGEST_NAME - len(ending) - 3 - _DIGEST] + b"-" + digest.encode()
    return whole.with_name(f".{os.fsdecode(name)}.{ending}")


@contextmanager
def named_in_text(path: Path) -> Iterator[Path]:
    """A name of a file that is text, for as long as it takes to open it: OpenCV crashes at any other."""
    if shown(str(path)) == str(path):
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="svod-") as folder:
        link = Path(folder, "file").with_suffix(shown(path.suffix))
        link.symlink_to(path.resolve())
        yield link


def write_record(path: Path, record: Any) -> None:
    """Write a record as indented JSON."""
    write_bytes(path, encoded(record))


def encoded(record: Any) -> bytes:
    """A record as indented JSON; the names in it that are no text are escaped (see `svod_rcgn.text`)."""
    try:
        packed = msgspec.json.encode(record)
    except UnicodeEncodeError:
        packed = msgspec.json.encode(_shown(msgspec.to_builtins(record)))
    return msgspec.json.format(packed, indent=2) + b"\n"


def _shown(value: Any) -> Any:
    if isinstance(value, str):
        return shown(value)
    if isinstance(value, Mapping):
        return {shown(key): _shown(inner) for key, inner in value.items()}
    return [_shown(inner) for inner in value] if isinstance(value, list | tuple) else value


def read_record(path: Path, kind: type[Record]) -> Record:
    """Read a JSON file and check it against a record's fields.

    Raises:
        InputError: The file is missing, not JSON, or a field is missing or of another type.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"{path}: {error}") from error


def copy(source: Path, target: Path) -> None:
    """Give a file that never changes a second place, without its content where the disk allows it."""
    if not source.is_file() or target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copy2(source, target)


def free(path: Path) -> Path:
    """The path, or the first of path-2, path-3 and so on that is not taken."""
    names = chain([path], (path.with_stem(f"{path.stem}-{n}") for n in count(2)))
    return next(name for name in names if not name.exists())
