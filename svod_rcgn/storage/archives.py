"""Archives from elsewhere, hostile until shown otherwise.

Nothing of an archive decides where a file goes but names that were checked, and nothing is unpacked
beyond the limits: tar, tar.gz and zip. Other packings may claim gigabytes for their dictionaries.
"""

import errno
import gzip
import re
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PureWindowsPath
from typing import IO, TypeAlias, cast

from ..errors import DownloadError
from ..text import shown


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """How much an archive from elsewhere may unpack to: bytes in all, and times its own size."""

    total_bytes: int = 20_000_000_000
    ratio: float = 100.0


Opener: TypeAlias = Callable[[], IO[bytes]]
Parts: TypeAlias = tuple[str, ...]

_CHUNK = 1 << 20
_NO_TEXT = re.compile("[\udc80-\udcff]")  # bytes of a name that are no UTF-8, which harm nothing
_LONGEST_HEADER = 1 << 20
_LONGEST_SHOWN = 200
_SMALL = 1 << 20  # what any archive may unpack to, however well it is packed
_ZIP, _GZIP = b"PK", b"\x1f\x8b"
_DAMAGED = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,  # also a compression that zipfile does not know
)


@dataclass(frozen=True, slots=True)
class Member:
    """One thing in an archive, under the name that the archive gives it.

    `kind` is "file", "folder", or what else it is, in words; `size` is in bytes, unpacked.
    """

    name: str
    size: int
    kind: str
    open: Opener


@dataclass(frozen=True, slots=True)
class Unpacked:
    """One file of an archive: its checked name in parts, and where it is now; None if not wanted."""

    parts: Parts
    path: Path | None


def members(source: Path, limits: ArchiveLimits, label: str) -> Iterator[Member]:
    """Walk through an archive; a file that is not one gives nothing.

    Args:
        source: A zip or tar file.
        limits: How much may be unpacked.
        label: What to call the archive in an error.

    Raises:
        DownloadError: It is damaged, or grows beyond the limits.
    """
    allowed = int(min(limits.total_bytes, max(_SMALL, source.stat().st_size * limits.ratio)))
    unpacked = 0
    with damage_told(label):
        for member in _members_of(source, allowed):
            unpacked += member.size
            if unpacked > allowed:  # to pass over a member of a tar is to unpack it
                raise DownloadError(f"{label}: {_shown(member.name)}: {_too_much(allowed, limits)}")
            yield member


def unpack(
    source: Path, folder: Path, limits: ArchiveLimits, label: str, wanted: Callable[[Parts], bool]
) -> list[Unpacked]:
    """Unpack the wanted files of an archive into a folder, each under a number instead of its name.

    Args:
        source: A zip or tar file.
        folder: An empty folder, which holds a part of the files when this raises.
        limits: How much may be unpacked.
        label: What to call the archive in an error.
        wanted: Says of a name, in parts, whether the file is to be unpacked.

    Raises:
        DownloadError: The archive is damaged, goes beyond the limits, or has a member that is neither
            file nor folder or whose name leads out of the archive.
    """
    found = []
    for number, member in enumerate(members(source, limits, label)):
        parts = _checked(member, label)
        if member.kind == "folder" or not parts:
            continue
        path = folder / str(number) if wanted(parts) else None
        if path:
            with damage_told(label):
                copy(member, path)
        found.append(Unpacked(parts, path))
    return found


def copy(member: Member, target: Path) -> None:
    """Write a member's content to a file, and no more of it than its size says."""
    left = member.size
    with member.open() as stream, target.open("wb") as file:
        while left > 0 and (chunk := stream.read(min(_CHUNK, left))):
            file.write(chunk)
            left -= len(chunk)
    if left:
        raise tarfile.ReadError(f"{_shown(member.name)} ends too soon")


@contextmanager
def damage_told(label: str) -> Iterator[None]:
    """Turn what the libraries say of a damaged archive into one error, around `copy`.

    Raises:
        DownloadError: The archive is damaged.
    """
    try:
        yield
    except _DAMAGED as error:
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            raise
        raise DownloadError(f"{label}: a damaged archive ({str(error) or type(error).__name__})") from error


def _too_much(allowed: int, limits: ArchiveLimits) -> str:
    if allowed == limits.total_bytes:
        return f"over {allowed:,} bytes unpacked; if you trust it, raise the limit"
    return f"over {limits.ratio:g} times the archive's size unpacked; if you trust it, raise the limit"


def _checked(member: Member, label: str) -> Parts:
    """The name in parts, with what means nothing left out."""
    name = member.name.replace("\\", "/")
    parts = tuple(part for part in name.split("/") if part not in ("", "."))
    if name.startswith("/") or PureWindowsPath(name).drive:
        problem = "an absolute path"
    elif ".." in parts:
        problem = "a path that leads out of the archive"
    elif shown(plain := _NO_TEXT.sub("", name)) != plain:
        problem = "a name with control characters"
    elif member.kind not in ("file", "folder"):
        problem = member.kind
    else:
        return parts
    raise DownloadError(f"{label}: {_shown(member.name)} is {problem}; nothing was unpacked")


def _shown(name: str) -> str:
    return repr(name) if len(name) <= _LONGEST_SHOWN else f"{name[:_LONGEST_SHOWN]!r}..."


def _members_of(source: Path, allowed: int) -> Iterator[Member]:
    with source.open("rb") as file:
        magic = file.read(2)
    if magic == _ZIP:
        yield from _members_of_zip(source)
    elif magic == _GZIP:
        with gzip.open(source) as stream:
            yield from _members_of_tar(_Bounded(stream, allowed), packed=True)
    else:
        with source.open("rb") as stream:
            yield from _members_of_tar(_Bounded(stream, allowed), packed=False)


def _members_of_zip(source: Path) -> Iterator[Member]:
    with zipfile.ZipFile(source) as archive:
        for entry in archive.infolist():
            yield Member(entry.filename, entry.file_size, _kind_in_zip(entry), partial(archive.open, entry))


def _kind_in_zip(entry: zipfile.ZipInfo) -> str:
    mode = entry.external_attr >> 16
    if entry.flag_bits & 1:
        return "locked with a password"
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "packed in a way that is not read here"
    if stat.S_ISLNK(mode):
        return "a link"
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "a device"
    return "folder" if entry.filename.endswith("/") else "file"  # is_dir fails where there is no name


def _members_of_tar(stream: "_Bounded", *, packed: bool) -> Iterator[Member]:
    try:
        archive = tarfile.TarFile(fileobj=stream)  # type: ignore[arg-type]  # it needs no more than this
    except tarfile.ReadError:
        if packed:
            raise
        return  # some other file, and no archive
    with archive:
        for entry in archive:
            content = cast(
                "Opener", partial(archive.extractfile, entry)
            )  # None for folders and devices alone
            yield Member(entry.name, entry.size, _kind_in_tar(entry), content)
        stream.seek(archive.offset)
        if stream.read(tarfile.BLOCKSIZE) != bytes(tarfile.BLOCKSIZE):  # tarfile takes any end for the end
            raise tarfile.ReadError("cut short or overwritten")


def _kind_in_tar(entry: tarfile.TarInfo) -> str:
    if entry.issym() or entry.islnk():
        return "a link"
    if entry.issparse():
        return "a file with holes"
    if entry.isdir():
        return "folder"
    return "file" if entry.isreg() else "a device"


class _Bounded:
    """The unpacked bytes of a tar, of which no more are passed over or held at once than allowed.

    tarfile reads a header's extension into memory, whatever length it claims.
    """

    def __init__(self, stream: IO[bytes] | gzip.GzipFile, allowed: int) -> None:
        self._stream = stream
        self._end = allowed * 2 + _SMALL  # headers and padding may be as much as small files themselves

    def read(self, size: int) -> bytes:
        if size > _LONGEST_HEADER:
            raise tarfile.ReadError(f"a header of {size:,} bytes")
        self._check(self._stream.tell() + size)
        return self._stream.read(size)

    def seek(self, offset: int) -> int:
        self._check(offset)
        return self._stream.seek(offset)

    def tell(self) -> int:
        return self._stream.tell()

    def _check(self, position: int) -> None:
        if position > self._end:
            raise tarfile.ReadError(f"over {self._end:,} bytes unpacked")
