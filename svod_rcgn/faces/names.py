"""What a person's folder may be called, and what a person is called by it."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable

from ..errors import InputError
from ..text import escaped, shown, unescaped

_LONGEST = 200  # bytes: room for what is written beside it, most systems take 255
_SHOWN = 80  # letters of a name that cannot be used
_DIGEST = 16
_FORBIDDEN = frozenset('/\\:*?"<>|')
_RESERVED = re.compile(r"(CON|PRN|AUX|NUL|COM[0-9¹²³]|LPT[0-9¹²³])(\..*)?", re.IGNORECASE)  # by Windows


def shown_name(folder: str) -> str:
    """What the person of a folder is called: text that any file, channel and terminal takes."""
    return escaped(folder).replace("_", " ")


def portable_folder(name: str) -> str:
    """The folder for a new name, such as every system takes.

    Raises:
        InputError: No folder can be called so.
    """
    folder = unicodedata.normalize("NFC", name.strip().replace(" ", "_"))
    if not is_portable(folder):
        raise InputError(
            f"{name[:_SHOWN]!r} cannot be a folder's name; take letters, digits, spaces, - and _"
        )
    return folder


def is_portable(name: str) -> bool:
    """Whether every system takes a file's name, and every archive gives it back."""
    is_text = shown(name) == name and not set(name) & _FORBIDDEN and not _RESERVED.fullmatch(name)
    return is_text and name.strip(" .") == name != "" and len(name.encode()) <= _LONGEST


def portable_file(name: str) -> str:
    """A name for a file that is about something called so, as every system takes it: no two share one."""
    if is_portable(name):
        return name
    letters = ("_" if letter in _FORBIDDEN else letter for letter in shown(name))
    start = "".join(letters).encode()[:_SHOWN].decode(errors="ignore")
    return f"{start}-{hashlib.sha256(escaped(name).encode()).hexdigest()[:_DIGEST]}"


def folders_called(name: str, folders: Iterable[str]) -> list[str]:
    """Those of the folders that a name means: the one that is it to the letter, or those written alike.

    A folder is called by its name, by the name shown, or as a terminal shows either. Two folders can be
    written alike: accents may be part of their letter or stand beside it, and look the same.
    """
    known = set(folders)
    exact = (name, name.replace(" ", "_"), unescaped(name), unescaped(name).replace(" ", "_"))
    for folder in exact:
        if folder in known:
            return [folder]
    return sorted(folder for folder in known if _alike(folder) == _alike(name))


def written_alike(folders: Iterable[str]) -> list[list[str]]:
    """Folders that people cannot tell apart by their names, in groups of two and more."""
    groups: dict[str, list[str]] = {}
    for folder in sorted(folders):
        groups.setdefault(_alike(folder), []).append(folder)
    return [group for group in groups.values() if len(group) > 1]


def spelt_out(name: str) -> str:
    """A name by which those that are written alike differ: all but ASCII as numbers."""
    return shown(name).encode("ascii", "backslashreplace").decode()


def leads_within(path: str) -> bool:
    """Whether a path in a file names something below the folder that it is relative to."""
    parts = path.split("/")
    return "\0" not in path and not {"", ".", ".."} & set(parts)


def _alike(name: str) -> str:
    return unicodedata.normalize("NFC", name.replace(" ", "_"))
