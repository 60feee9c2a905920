"""Places that fsspec opens: s3 and many others, and folders of this machine."""

import logging
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, Any

from ...errors import DownloadError, InputError, PublishError, SvodError
from ..files import sha256_of, sha256_of_stream
from .addresses import Address
from .stream import BrokenConnectionError, Stream

_CHUNK = 1 << 20
_LOGGERS = ("fsspec", "s3fs", "botocore", "aiobotocore", "boto3", "urllib3", "asyncio")


@contextmanager
def opened(address: Address, start: int, validator: str | None) -> Iterator[Stream]:
    """Open what an address holds; see `web.opened`."""
    with _reasons(address), _quiet():
        files, path = _connected(address)
        info = files.info(path)
        mark = _validator(info)
        begins = start if mark and mark == validator else 0
        with files.open(path, "rb") as file:
            file.seek(begins)
            yield Stream(begins, info.get("size"), mark, _chunks(file, address))


@dataclass(frozen=True, slots=True)
class ObjectEntry:
    """One file of a place. `changed` is None where the place does not say."""

    name: str
    size: int | None
    changed: datetime | None


class ObjectStore:
    """A folder that files are put into, wherever it lies.

    Raises:
        InputError: No library opens such an address, or nothing can be put there.
    """

    def __init__(self, address: Address) -> None:
        if address.scheme in ("http", "https"):
            raise InputError(f"{address}: http is for reading only; give an s3 address, a path or the like")
        self.address = address
        with _reasons(address), _quiet():
            self._files, self._root = _connected(address)

    def has(self, name: str) -> bool:
        """Whether there is such a file."""
        with self._work():
            return bool(self._files.exists(self._path(name)))

    def entries(self) -> list[ObjectEntry]:
        """Its files, by name; none for a place that does not exist yet."""
        with self._work():
            try:
                found = self._files.ls(self._root, detail=True)
            except FileNotFoundError:
                return []
        return sorted((_entry(info) for info in found if info["type"] == "file"), key=lambda each: each.name)

    def put(self, source: Path, name: str) -> None:
        """Put a file here: whole, and read back, before it bears its name.

        Raises:
            PublishError: It cannot be written, or what was read back is something else.
        """
        part = self._path(f".{name}.{uuid.uuid4().hex}")
        with self._work(PublishError):
            if self.address.local:
                self._files.makedirs(self._root, exist_ok=True)
            try:
                self._files.put_file(str(source), part)
                self._check(source, part, name)
                self._files.mv(part, self._path(name))
            except BaseException:
                self._remove(part)
                raise

    def _check(self, source: Path, part: str, name: str) -> None:
        with self._files.open(part, "rb") as file:
            found = sha256_of_stream(file)
        if found != sha256_of(source):
            raise PublishError(
                f"{self.address.file(name)}: what was read back is not what was written; try again"
            )

    def _remove(self, path: str) -> None:
        if self._files.exists(path):
            self._files.rm_file(path)

    def _path(self, name: str) -> str:
        return f"{self._root.rstrip('/')}/{name}"

    @contextmanager
    def _work(self, kind: type[SvodError] = DownloadError) -> Iterator[None]:
        with _reasons(self.address, kind), _quiet():
            self._files.invalidate_cache()
            yield


def _connected(address: Address) -> tuple[Any, str]:
    import fsspec

    try:
        files, path = fsspec.url_to_fs(str(address.local or address.address))
    except ImportError as error:
        raise InputError(f"{address}: {_missing_library(address, error)}") from error
    except ValueError as error:
        raise InputError(
            f"{address}: nothing here opens {address.scheme}: addresses; give http, https, s3 or a path"
        ) from error
    return files, path


def _missing_library(address: Address, error: ImportError) -> str:
    if address.scheme in ("s3", "s3a"):
        return "s3 needs a library that is not installed; run `pip install 'svod-rcgn[s3]'`"
    return f"{address.scheme} needs a library that is not installed ({error})"


def _validator(info: dict[str, Any]) -> str | None:
    mark = info.get("ETag") or info.get("mtime") or info.get("LastModified") or info.get("created")
    return None if mark is None else str(mark)


def _entry(info: dict[str, Any]) -> ObjectEntry:
    changed = info.get("LastModified") or info.get("mtime") or info.get("created")
    if isinstance(changed, float):
        changed = datetime.fromtimestamp(changed).astimezone()
    return ObjectEntry(
        PurePosixPath(info["name"]).name,
        info.get("size"),
        changed.astimezone() if isinstance(changed, datetime) else None,
    )


def _chunks(file: IO[bytes], address: Address) -> Iterator[bytes]:
    try:
        yield from iter(partial(file.read, _CHUNK), b"")
    except Exception as error:
        raise BrokenConnectionError(
            f"{address}: the connection broke before the end ({_told(error, address)})"
        ) from error


@contextmanager
def _reasons(address: Address, kind: type[SvodError] = DownloadError) -> Iterator[None]:
    try:
        yield
    except SvodError:
        raise
    except FileNotFoundError as error:
        raise kind(f"{address}: no such file or place") from error
    except PermissionError as error:
        raise kind(f"{address}: access denied; are your credentials set, and for this place?") from error
    except NotImplementedError as error:
        raise kind(f"{address}: such a place cannot be written or listed") from error
    except Exception as error:  # each kind of place has its own library, with errors of its own
        raise kind(f"{address}: {_told(error, address)}") from error


def _told(error: Exception, address: Address) -> str:
    return (str(error) or type(error).__name__).replace(address.address, str(address))


@contextmanager
def _quiet() -> Iterator[None]:
    # These log requests with their signatures, tokens and all.
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)
