"""Files taken out of an archive one by one, recognised by size and sha256, never by name."""

import hashlib
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import IO, TypeAlias

from ..errors import DownloadError
from .catalogue import Item

MAX_UNPACKED = 1 << 30
_CHUNK = 1 << 20
_DAMAGED = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    NotImplementedError,  # a compression that zipfile does not know
    RuntimeError,  # a zip with a password
)

_Opener: TypeAlias = Callable[[], IO[bytes] | None]


def take(source: Path, items: Sequence[Item], folder: Path, label: str) -> None:
    """Copy files out of an archive into a folder, each to its own place.

    Args:
        source: A zip or tar archive, or the one wanted file itself.
        items: What is wanted. Nothing of another size is so much as unpacked.
        folder: Where to.
        label: What to call the source in an error.

    Raises:
        DownloadError: The archive is damaged, or holds something else than expected.
    """
    missing = {item.sha256: item for item in items}
    came: dict[int, str] = {}
    try:
        for size, opener in _files_of(source):
            if size in {item.size for item in missing.values()}:
                came[size] = _take_one(opener, size, missing, folder)
    except _DAMAGED as error:
        raise DownloadError(f"{label}: a damaged archive ({error or type(error).__name__})") from error
    if missing:
        raise DownloadError(f"{label}: {_complaint(next(iter(missing.values())), came, source)}")


def _files_of(source: Path) -> Iterator[tuple[int, _Opener]]:
    yield source.stat().st_size, lambda: source.open("rb")
    if zipfile.is_zipfile(source):
        with zipfile.ZipFile(source) as zipped:
            for entry in zipped.infolist():
                yield entry.file_size, partial(zipped.open, entry)
    elif tarfile.is_tarfile(source):
        yield from _files_of_tar(source)


def _files_of_tar(source: Path) -> Iterator[tuple[int, _Opener]]:
    with tarfile.open(source) as archive:
        unpacked = 0
        for member in archive:
            unpacked += member.size
            if unpacked > MAX_UNPACKED:  # to pass over a member is to unpack it
                raise tarfile.ReadError(f"over {MAX_UNPACKED:,} bytes unpacked")
            if member.isreg():
                yield member.size, partial(archive.extractfile, member)


def _take_one(opener: _Opener, size: int, missing: dict[str, Item], folder: Path) -> str:
    part = folder / ".part"
    try:
        sha256 = _copy(opener, part, size)
        if item := missing.pop(sha256, None):
            (folder / item.path).parent.mkdir(parents=True, exist_ok=True)
            part.replace(folder / item.path)
    finally:
        part.unlink(missing_ok=True)
    return sha256


def _copy(opener: _Opener, target: Path, size: int) -> str:
    digest = hashlib.sha256()
    stream = opener()
    assert stream is not None  # only regular members are offered
    with stream, target.open("wb") as file:
        while size > 0 and (chunk := stream.read(min(_CHUNK, size))):
            digest.update(chunk)
            file.write(chunk)
            size -= len(chunk)
    return digest.hexdigest()


def _complaint(item: Item, came: dict[int, str], source: Path) -> str:
    name = Path(item.path).name
    if item.size in came:
        return f"expected {name} with sha256 {item.sha256}, came {came[item.size]}"
    size = source.stat().st_size
    return f"expected {name} of {item.size:,} bytes, came {size:,} bytes with no such file in them"
