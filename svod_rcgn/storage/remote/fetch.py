"""One file brought here from wherever it lies, gone on with where the last try ended."""

import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from ...errors import DownloadError, InputError
from ...reporter import Reporter
from .. import files
from .addresses import Address
from .stream import BrokenConnectionError, Stream

MAX_BYTES = 1 << 30
_PAUSES = (0.5, 2.0, 8.0)


def fetch(
    address: Address,
    folder: Path,
    reporter: Reporter,
    max_bytes: int = MAX_BYTES,
    sha256: str | None = None,
) -> Path:
    """Bring what an address holds.

    A connection that breaks is taken up again where it broke, in this run and in the next one with
    the same folder, as long as the file there has not changed.

    Args:
        address: Where from.
        folder: Where a file that comes from elsewhere is put; made where needed.
        reporter: Told how far the download is.
        max_bytes: A larger file is given up.
        sha256: What the file must have, in hexadecimal.

    Returns:
        The file; for a path or a file address, the one it names.

    Raises:
        DownloadError: It could not be fetched whole, is too large, or has another sha256.
    """
    part = None if address.local else _Part(address, folder, max_bytes)
    path = part.complete(reporter) if part else _present(address, max_bytes)
    found = files.sha256_of(path) if sha256 else None
    if sha256 and found != sha256.lower():
        if part:
            part.forget()
        raise DownloadError(f"{address}: expected sha256 {sha256.lower()}, came {found}")
    return path


@contextmanager
def brought(
    address: Address, target: Path, reporter: Reporter, max_bytes: int, sha256: str | None = None
) -> Iterator[tuple[Path, Path]]:
    """A file brought beside the folder that it is for; see `fetch`.

    What came of a fetch that broke off stays beside the folder for the next try; all else is gone when
    the block ends.

    Yields:
        The file, and an empty folder to work in, on the disk of `target`.
    """
    whole = target.resolve()
    workplace = whole.with_name(f".{whole.name}.download")
    reporter.say(f"fetching {address}")
    path = fetch(address, workplace, reporter, max_bytes, sha256)
    try:
        scratch = workplace / "unpacked"
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True)
        yield path, scratch
    finally:
        shutil.rmtree(workplace, ignore_errors=True)


def _present(address: Address, max_bytes: int) -> Path:
    path = address.local
    if path is None or not path.is_file():
        raise DownloadError(f"{address}: no such file")
    if path.stat().st_size > max_bytes:
        raise DownloadError(f"{address}: larger than {max_bytes:,} bytes")
    return path


def _opened(address: Address, start: int, validator: str | None) -> AbstractContextManager[Stream]:
    if address.scheme in ("http", "https"):
        from . import http

        return http.opened(address, start, validator)
    from . import object_store

    return object_store.opened(address, start, validator)


@dataclass(frozen=True, slots=True)
class _Mark:
    """Which content the part belongs to."""

    validator: str | None


class _Part:
    """What came of one file so far, and the mark of the content that it is a part of."""

    def __init__(self, address: Address, folder: Path, max_bytes: int) -> None:
        self._address = address
        self._max_bytes = max_bytes
        # Without the query: a signed address has another one each time.
        name = hashlib.sha256(str(address).encode()).hexdigest()[:16]
        self._path = folder / f"{name}.part"
        self._mark = folder / f"{name}.json"

    def complete(self, reporter: Reporter) -> Path:
        """Fetch what is missing, trying again when the connection breaks."""
        for pause in _PAUSES:
            try:
                return self._receive(reporter)
            except BrokenConnectionError:
                time.sleep(pause)
        return self._receive(reporter)

    def forget(self) -> None:
        """Delete what came."""
        self._mark.unlink(missing_ok=True)
        self._path.unlink(missing_ok=True)

    def _receive(self, reporter: Reporter) -> Path:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.touch()
        # The last byte is asked for again: a server has no answer to what lies behind the end.
        held = max(0, self._path.stat().st_size - 1)
        with _opened(self._address, held, self._validator()) as stream:
            os.truncate(self._path, stream.start)  # before the mark: no bytes may bear another content's
            files.write_record(self._mark, _Mark(stream.validator))
            done = self._write(stream, reporter)
        if stream.total is not None and done < stream.total:
            raise BrokenConnectionError(f"{self._address}: the connection broke before the end")
        return self._path

    def _write(self, stream: Stream, reporter: Reporter) -> int:
        done = stream.start
        with self._path.open("ab") as file:
            for chunk in stream.chunks:
                done += len(chunk)
                if done > self._max_bytes:
                    break
                file.write(chunk)
                reporter.progress(done, stream.total)
        if done > self._max_bytes:
            self.forget()
            raise DownloadError(f"{self._address}: larger than {self._max_bytes:,} bytes")
        return done

    def _validator(self) -> str | None:
        try:
            return files.read_record(self._mark, _Mark).validator
        except InputError:
            return None
