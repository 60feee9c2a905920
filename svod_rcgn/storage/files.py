"""Files that the program makes: read and checked, written whole or not at all."""

import hashlib
import os
import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from itertools import chain, count
from pathlib import Path
from typing import IO, Any, TypeVar

import filelock
import msgspec

from ..errors import BusyError, InputError

Record = TypeVar("Record")

_CHUNK = 1 << 20


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
    neighbour = _neighbour(path)
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


def _neighbour(path: Path) -> Path:
    """A hidden name in the same folder that nobody else has."""
    whole = path.resolve()
    return whole.with_name(f".{whole.name}.{uuid.uuid4().hex}")


def write_record(path: Path, record: Any) -> None:
    """Write a record as indented JSON."""
    write_bytes(path, encoded(record))


def encoded(record: Any) -> bytes:
    """A record as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n"


def read_record(path: Path, kind: type[Record]) -> Record:
    """Read a JSON file and check it against a record's fields.

    Raises:
        InputError: The file is missing, not JSON, or a field is missing or of another type.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
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


@contextmanager
def replacing_folder(target: Path) -> Iterator[Path]:
    """A fresh folder to fill, which takes the place of `target` when the block ends well.

    The old content stays as `previous_of(target)`. Whatever kills the block, `current_of(target)`
    still names a whole folder. A link to a folder stays, and what it points to is replaced.
    """
    target = target.resolve()
    fresh = _neighbour(target)
    fresh.mkdir(parents=True)
    try:
        yield fresh
        _swap(fresh, target)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _swap(fresh: Path, target: Path) -> None:
    """Only renames lie between the old content and the new; what is outdated is deleted after them."""
    previous, outdated = previous_of(target), _neighbour(target)
    if target.exists():
        if previous.exists():
            previous.rename(outdated)
        target.rename(previous)
    fresh.rename(target)
    shutil.rmtree(outdated, ignore_errors=True)


def discard(target: Path) -> None:
    """Delete a folder at once and not bit by bit, with what was kept and what was left of it."""
    for folder in (target, previous_of(target), *leftovers_of(target)):
        if folder.exists():
            outdated = _neighbour(target)
            folder.rename(outdated)
            shutil.rmtree(outdated)


def discard_previous(target: Path) -> None:
    """Delete what was kept of a folder when it was replaced."""
    if previous_of(target).exists():
        shutil.rmtree(previous_of(target))


def previous_of(target: Path) -> Path:
    """Where the content that `replacing_folder` replaced is kept."""
    whole = target.resolve()
    return whole.with_name(f".{whole.name}.previous")


def bring_back(target: Path) -> None:
    """Let `target` and `previous_of(target)` change places; without a target, the last one takes its place.

    Raises:
        InputError: There is no last one.
    """
    target = target.resolve()
    previous, aside = previous_of(target), _neighbour(target)
    if not previous.exists():
        raise InputError(f"{target}: there is no last content to bring back")
    if target.exists():
        target.rename(aside)
    previous.rename(target)
    if aside.exists():
        aside.rename(previous)


def current_of(target: Path) -> Path:
    """The folder to read: `target`, or the last one while the two are being swapped."""
    return target if target.exists() or not previous_of(target).exists() else previous_of(target)


@contextmanager
def locked(*folders: Path, wait: float = 0) -> Iterator[None]:
    """Keep other runs away from folders; the system frees the locks of a run that dies.

    What such a run left half made beside the folders is deleted.

    Args:
        folders: They need not exist; the order does not matter.
        wait: Seconds to wait for each folder that another run holds.

    Raises:
        BusyError: Another run still holds one.
    """
    with ExitStack() as held:
        for whole, folder in sorted({folder.resolve(): folder for folder in folders}.items()):
            held.enter_context(_locked(whole, folder, wait))
            for leftover in leftovers_of(whole):
                shutil.rmtree(leftover, ignore_errors=True)
        yield


@contextmanager
def _locked(whole: Path, folder: Path, wait: float) -> Iterator[None]:
    whole.parent.mkdir(parents=True, exist_ok=True)
    holder = whole.with_name(f".{whole.name}.holder")
    try:
        hold = filelock.FileLock(whole.with_name(f".{whole.name}.lock")).acquire(timeout=wait)
    except filelock.Timeout as error:
        raise BusyError(f"{folder}: {_told_by(holder)} is working here; try again when it is done") from error
    with hold:
        try:
            since = datetime.now().astimezone().isoformat(" ", "seconds")
            write_bytes(holder, f"process {os.getpid()}, since {since},".encode())
            yield
        finally:
            holder.unlink(missing_ok=True)


def leftovers_of(target: Path) -> list[Path]:
    """What `replacing_folder` had half made or half deleted when it was killed."""
    whole = target.resolve()
    pattern = re.compile(rf"\.{re.escape(whole.name)}\.[0-9a-f]{{32}}")
    return [path for path in whole.parent.glob(".*") if pattern.fullmatch(path.name) and path.is_dir()]


def _told_by(holder: Path) -> str:
    try:
        return holder.read_text(encoding="utf-8")
    except OSError:
        return "another run"
