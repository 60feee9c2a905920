"""Networks of one's own in their versions: models/NAME/1, models/NAME/2 and so on, and which is in use.

A version is written whole or not at all, and is never changed. in_use.json names the one that answers where
no version is said; without it that is the newest, so that whatever kills a training leaves a network in use.

A network that was fetched stays as it came. What is learned on top of it are versions in a folder beside it,
models/NAME-learned, of which the first is a copy of it; NAME means the one in use there.
"""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..errors import InputError, ModelError
from ..storage import files, folder_names, folders
from .card import CARD, read_card

IN_USE = "in_use.json"
_BESIDE = "-learned"
_REMEMBERED = 100
_WAIT = 60.0
_NUMBER = re.compile(r"[1-9][0-9]{0,5}")


@dataclass(frozen=True, slots=True)
class UseHistory:
    """in_use.json: the versions that were in use, one after another; the last of them is now."""

    history: tuple[int, ...]


def split_name(name: str) -> tuple[str, int | None]:
    """What a person calls a network, as its name and version: NAME@3, or NAME alone with no version.

    Example:
        >>> split_name("flowers@3"), split_name("me@home")
        (('flowers', 3), ('me@home', None))
    """
    stem, at, number = name.rpartition("@")
    return (stem, int(number)) if at and stem and _NUMBER.fullmatch(number) else (name, None)


def directory_of(name: str, models_dir: Path) -> Path:
    """The directory of a network of one's own, which may be called as any dataset.

    Raises:
        InputError: Nothing can be called so.
    """
    return folder_names.path_of(folder_names.checked(name, "network"), models_dir)


def numbers(directory: Path) -> list[int]:
    """The versions that are there, the oldest first; none where a network lies in the folder itself."""
    if not directory.is_dir():
        return []
    return sorted(int(path.parent.name) for path in directory.glob(f"*/{CARD}") if is_version(path.parent))


def is_version(folder: Path) -> bool:
    """Whether a folder's name is that of a version."""
    return bool(_NUMBER.fullmatch(folder.name))


def in_use(directory: Path) -> int | None:
    """The version that answers; None where there are none."""
    there = numbers(directory)
    used = [each for each in _history(directory) if each in there]
    return used[-1] if used else (there[-1] if there else None)


def beside(directory: Path) -> Path:
    """Where the versions go of what is learned on top of a network that was fetched."""
    return directory.with_name(directory.name + _BESIDE)


def shelf_of(directory: Path) -> Path:
    """Where the versions of a network are: in its directory, or beside it where it was fetched."""
    shelf = beside(directory)
    return shelf if (directory / CARD).exists() and numbers(shelf) else directory


def called(directory: Path) -> str:
    """The folder's name by which a network is asked for, given where it lies or its versions do."""
    fetched = directory.with_name(directory.name.removesuffix(_BESIDE))
    return fetched.name if (fetched / CARD).exists() else directory.name


def folder_of(directory: Path, version: int | None = None) -> Path:
    """The folder that holds a network: that of a version or of the one in use, or else the directory itself.

    Raises:
        ModelError: There is no such version; the message lists those that are there.
    """
    directory = shelf_of(directory)
    there = numbers(directory)
    if version is None:
        used = in_use(directory)
        return directory if used is None or (directory / CARD).exists() else directory / str(used)
    if version not in there:
        told = ", ".join(map(str, there)) or "none"
        raise ModelError(f"{directory}: there is no version {version}; the versions here: {told}")
    return directory / str(version)


def use(directory: Path, version: int) -> None:
    """Let a version answer from now on.

    Raises:
        ModelError: There is no such version.
        BusyError: Another run has been working here for a minute.
    """
    with folders.locked(directory, wait=_WAIT):
        folder_of(directory, version)
        if in_use(directory) != version:
            _write(directory, (*_begun(directory), version))


def roll_back(directory: Path) -> int:
    """Let the version answer that was in use before, and say which that is.

    Raises:
        ModelError: None was.
        BusyError: Another run has been working here for a minute.
    """
    with folders.locked(directory, wait=_WAIT):
        there = numbers(directory)
        used = [each for each in _history(directory) if each in there]
        if len(used) < 2:  # noqa: PLR2004 - the one in use, and the one before
            raise ModelError(f"{directory}: no version was in use before; `use NAME@VERSION` names one")
        _write(directory, tuple(used[:-1]))
        return used[-2]


@contextmanager
def new_version(directory: Path, *, used: bool = True) -> Iterator[tuple[int, Path]]:
    """The number of the next version and a fresh folder to fill, which is in use when the block ends well.

    With `used` False it is there for whoever wants it, and the one in use before stays so.

    Raises:
        ModelError: The directory holds something other than versions of a network.
        BusyError: Another run has been working here for a minute.
    """
    check_free(directory)
    with folders.locked(directory, wait=_WAIT):
        number = max(numbers(directory), default=0) + 1
        target = directory / str(number)
        for leftover in folders.leftovers_of(target):
            shutil.rmtree(leftover, ignore_errors=True)
        with folders.replacing_folder(target) as fresh:
            yield number, fresh
        _write(directory, (*_begun(directory, but=number), *([number] if used else [])))


def check_free(directory: Path) -> None:
    """Make sure that a directory holds versions of a network or nothing.

    Raises:
        ModelError: It holds something else.
    """
    if not directory.exists():
        return
    foreign = not directory.is_dir() or any(
        not path.name.startswith(".") and path.name != IN_USE and not is_version(path)
        for path in directory.iterdir()
    )
    if foreign:
        raise ModelError(f"{directory}: holds something other than versions of a network; give another name")


def check_task(directory: Path, task: str) -> None:
    """Make sure that the version in use, if there is one, is for a task, for whoever asks it relies on that.

    Raises:
        ModelError: It is for another one.
    """
    used = in_use(directory)
    try:
        found = read_card(directory / str(used)).task if used else task
    except ModelError:  # a damaged one may be replaced
        return
    if found != task:
        raise ModelError(f"{directory}: holds versions of a network for {found}; give another name")


def _begun(directory: Path, but: int | None = None) -> tuple[int, ...]:
    """The history so far; of versions that came before there was one, the newest was in use."""
    there = [each for each in numbers(directory) if each != but]
    used = tuple(each for each in _history(directory) if each in there)
    return used or tuple(there[-1:])


def _history(directory: Path) -> tuple[int, ...]:
    """What in_use.json says; nothing where it is missing or damaged, for any version is better than none."""
    try:
        return files.read_record(directory / IN_USE, UseHistory).history
    except InputError:
        return ()


def _write(directory: Path, history: tuple[int, ...]) -> None:
    files.write_record(directory / IN_USE, UseHistory(history[-_REMEMBERED:]))
