"""What classes and datasets may be called, and the folders that stand for them.

Names are texts of any script. They never become paths as they are: a folder's name has every letter
that some system does not take as %XX, its bytes in UTF-8, so that the name can be read back from it.
"""

import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import unquote

from ..errors import DatasetError

LONGEST = 200  # bytes in UTF-8; folders may have 255
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*%]|^[.\s]|[.\s]$')
_ESCAPED = re.compile(r"(?:%[0-9A-F]{2})+")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)  # by Windows


def checked(name: str, what: str = "class") -> str:
    """A name in the form in which it is kept: composed (NFC), without space round it.

    Args:
        name: As a person wrote it.
        what: What it is the name of, for the error.

    Raises:
        DatasetError: It is empty, too long, or has letters that cannot be shown.
    """
    kept = unicodedata.normalize("NFC", readable(name)).strip()
    if not kept:
        raise DatasetError(f"the name of a {what} is empty; give it one")
    if not kept.isprintable():
        raise DatasetError(f"{name!r} cannot be the name of a {what}: it has control characters")
    if len(kept.encode()) > LONGEST:
        raise DatasetError(f"{kept[:40]}... cannot be the name of a {what}: over {LONGEST} bytes long")
    return kept


def readable(name: str) -> str:
    r"""A name from the file system, with bytes that are no UTF-8 written as \xNN."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def folder_of(name: str) -> str:
    """A folder's name on any system that `name_of` turns back into the name.

    Raises:
        DatasetError: It is too long for one.
    """
    folder = _UNSAFE.sub(lambda found: _escaped(found[0]), name)
    if _RESERVED.fullmatch(folder):
        folder = _escaped(folder[0]) + folder[1:]
    if len(folder.encode()) > 255:  # noqa: PLR2004 - what file systems take
        raise DatasetError(f"{name[:40]}... is too long for the name of a folder; rename it")
    return folder


def name_of(folder: str) -> str:
    """The name that a folder stands for; a % that escapes nothing stays one."""
    return _ESCAPED.sub(lambda found: _unescaped(found[0]), folder)


def folders_of(names: Iterable[str]) -> dict[str, str]:
    """A folder for each name, different ones even where a system takes A and a for the same."""
    folders: dict[str, str] = {}
    taken: set[str] = set()
    for name in sorted(names):
        folder = folder_of(name)
        place = 0
        while folder.casefold() in taken:
            place += 1
            folder = folder_of(name[: place - 1]) + _escaped(name[place - 1]) + folder_of(name[place:])
        taken.add(folder.casefold())
        folders[name] = folder
    return folders


def _escaped(letters: str) -> str:
    return "".join(f"%{byte:02X}" for byte in letters.encode())


def _unescaped(escapes: str) -> str:
    try:
        return unquote(escapes, errors="strict")
    except UnicodeDecodeError:
        return escapes
