"""What classes and datasets may be called, and the folders that stand for them."""

from collections.abc import Iterable
from pathlib import Path

from ..errors import DatasetError, InputError
from ..storage import folder_names
from ..storage.folder_names import name_of, readable

__all__ = ["checked", "folder_of", "folders_of", "name_of", "path_of", "readable"]


def checked(name: str, what: str = "class") -> str:
    """A name in the form in which it is kept; see `folder_names.checked`.

    Raises:
        DatasetError: It is empty, too long, or has letters that cannot be shown.
    """
    try:
        return folder_names.checked(name, what)
    except InputError as error:
        raise DatasetError(str(error)) from error


def folder_of(name: str) -> str:
    """A folder's name on any system that `name_of` turns back into the name.

    Raises:
        DatasetError: It is too long for one.
    """
    try:
        return folder_names.folder_of(name)
    except InputError as error:
        raise DatasetError(str(error)) from error


def path_of(name: str, parent: Path) -> Path:
    """The folder of a name in another one; see `folder_names.path_of`.

    Raises:
        DatasetError: It is too long for one.
    """
    try:
        return folder_names.path_of(name, parent)
    except InputError as error:
        raise DatasetError(str(error)) from error


def folders_of(names: Iterable[str]) -> dict[str, str]:
    """A folder for each name, different ones even where a system takes A and a for the same."""
    folders: dict[str, str] = {}
    taken: set[str] = set()
    for name in sorted(names):
        folder = folder_of(name)
        place = 0
        while folder.casefold() in taken:
            place += 1
            folder = (
                folder_of(name[: place - 1]) + folder_names.escaped(name[place - 1]) + folder_of(name[place:])
            )
        taken.add(folder.casefold())
        folders[name] = folder
    return folders
