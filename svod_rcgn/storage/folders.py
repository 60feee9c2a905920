"""Folders replaced as one, kept once more, and locked."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from itertools import count
from pathlib import Path

import filelock

from ..errors import BusyError, InputError
from .files import beside, hidden, write_bytes

_RANDOM = 32  # letters at the end of the names that `beside` gives


@contextmanager
def replacing_folder(target: Path) -> Iterator[Path]:
    """A fresh folder to fill, which takes the place of `target` when the block ends well.

    The old content stays as `previous_of(target)`. Whatever kills the block, `current_of(target)`
    still names a whole folder. A link to a folder stays, and what it points to is replaced.
    """
    target = target.resolve()
    fresh = beside(target)
    fresh.mkdir(parents=True)
    try:
        yield fresh
        _swap(fresh, target)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _swap(fresh: Path, target: Path) -> None:
    """Only renames lie between the old content and the new; what is outdated is deleted after them."""
    previous, outdated = previous_of(target), beside(target)
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
            outdated = beside(target)
            folder.rename(outdated)
            shutil.rmtree(outdated)


def set_aside(target: Path) -> Path:
    """Keep what is in a folder under another name beside it, which it returns; the folder is gone then."""
    whole = current_of(target).resolve()
    names = (target.with_name(f"{target.name}-aside-{number}") for number in count(1))
    aside = next(name for name in names if not name.exists())
    whole.rename(aside)
    return aside


def discard_previous(target: Path) -> None:
    """Delete what was kept of a folder when it was replaced."""
    if previous_of(target).exists():
        shutil.rmtree(previous_of(target))


def previous_of(target: Path) -> Path:
    """Where the content that `replacing_folder` replaced is kept."""
    return hidden(target, "previous")


def bring_back(target: Path) -> None:
    """Let `target` and `previous_of(target)` change places; without a target, the last one takes its place.

    Raises:
        InputError: There is no last one.
    """
    target = target.resolve()
    previous, aside = previous_of(target), beside(target)
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
    holder = hidden(whole, "holder")
    try:
        hold = filelock.FileLock(hidden(whole, "lock")).acquire(timeout=wait)
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
    known = hidden(target, "0" * _RANDOM)
    pattern = re.compile(re.escape(known.name[:-_RANDOM]) + rf"[0-9a-f]{{{_RANDOM}}}")
    return [path for path in known.parent.glob(".*") if pattern.fullmatch(path.name) and path.is_dir()]


def _told_by(holder: Path) -> str:
    try:
        return holder.read_text(encoding="utf-8")
    except OSError:
        return "another run"
