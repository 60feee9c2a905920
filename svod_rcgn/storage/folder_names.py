"""Names that people give, in any script, and the folders that stand for them.

Names never become paths as they are: a folder's name has every letter that some system does not take as %XX,
its bytes in UTF-8, so that the name can be read back from it.
"""

import os
import re
import unicodedata
from pathlib import Path
from urllib.parse import unquote

from ..errors import InputError

LONGEST = 200  # bytes in UTF-8; folders may have 255
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*%]|^[.\s]|[.\s]$')
_ESCAPED = re.compile(r"(?:%[0-9A-F]{2})+")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)  # by Windows


def checked(name: str, what: str) -> str:
    """A name in the form in which it is kept: composed (NFC), without space round it.

    Args:
        name: As a person wrote it.
        what: What it is the name of, for the error.

    Raises:
        InputError: It is empty, too long, or has letters that cannot be shown.
    """
    kept = unicodedata.normalize("NFC", readable(name)).strip()
    if not kept:
        raise InputError(f"the name of a {what} is empty; give it one")
    if not kept.isprintable():
        raise InputError(f"{name!r} cannot be the name of a {what}: it has control characters")
    if len(kept.encode()) > LONGEST:
        raise InputError(f"{kept[:40]}... cannot be the name of a {what}: over {LONGEST} bytes long")
    return kept


def readable(name: str) -> str:
    r"""A name from the file system, with bytes that are no UTF-8 written as \xNN."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def folder_of(name: str) -> str:
    """A folder's name on any system that `name_of` turns back into the name.

    Raises:
        InputError: It is too long for one.
    """
    folder = _UNSAFE.sub(lambda found: escaped(found[0]), name)
    if _RESERVED.fullmatch(folder):
        folder = escaped(folder[0]) + folder[1:]
    if len(folder.encode()) > 255:  # noqa: PLR2004 - what file systems take
        raise InputError(f"{name[:40]}... is too long for the name of a folder; rename it")
    return folder


def path_of(name: str, parent: Path) -> Path:
    """The folder of a name in another one, also where this system's own letters are not those of UTF-8.

    Raises:
        InputError: It is too long for one.
    """
    return parent / os.fsdecode(folder_of(name).encode())


def name_of(folder: str) -> str:
    """The name that a folder stands for; a % that escapes nothing stays one."""
    return _ESCAPED.sub(lambda found: _unescaped(found[0]), folder)


def escaped(letters: str) -> str:
    """Letters as %XX, their bytes in UTF-8."""
    return "".join(f"%{byte:02X}" for byte in letters.encode())


def _unescaped(escapes: str) -> str:
    try:
        return unquote(escapes, errors="strict")
    except UnicodeDecodeError:
        return escapes
