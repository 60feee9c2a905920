"""What a backbone makes of pictures, computed once and kept by content hash and fingerprint.

Two files grow at their ends: `rows`, an array a picture, and `hashes`, 32 bytes each. The rows are on
the disk before their hashes are written, so that what a dying process leaves half written is not
counted, and is written over by the next.
"""

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TypeAlias

import msgspec
import numpy as np
import numpy.typing as npt

from ..errors import DatasetError, InputError
from ..storage import files, folders

Array: TypeAlias = npt.NDArray[Any]
Compute: TypeAlias = Callable[[Sequence[str]], Array]
"""Gives (n, ...) features of n pictures, named by their hashes."""

FOLDER = "features"
_HASH = 32
_GONE = bytes(_HASH)
_BATCH = 64
_WAIT = 60.0


@dataclass(frozen=True, slots=True)
class FeatureKey:
    """All that features depend on apart from the picture; where one differs, they are other ones.

    `backbone` is the network's fingerprint, `output` which of its outputs. `precision` is what the
    device counts in ("bf16" and "f32" differ), `size` the input's width and height in pixels,
    `preprocessing` how a picture is fed, in words that change when it does.
    """

    backbone: str
    output: str
    device: str
    precision: str
    size: tuple[int, int]
    preprocessing: str

    @property
    def fingerprint(self) -> str:
        """32 hexadecimal digits that no other key has."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()[:32]


class _Header(msgspec.Struct, frozen=True):
    key: FeatureKey
    shape: tuple[int, ...]
    dtype: Literal["<f2", "<f4", "<f8", "|u1", "|i1"]


class Features:
    """The features of a dataset's pictures by one key, in a folder of their own."""

    def __init__(self, folder: Path, key: FeatureKey) -> None:
        """Open what is there.

        Args:
            folder: The dataset's folder of features; made where needed.
            key: What they depend on.
        """
        self.key = key
        self.folder = folder / key.fingerprint
        self._places: dict[bytes, int] = {}
        self._counted = 0

    def __len__(self) -> int:
        self._read_places()
        return len(self._places)

    def missing(self, hashes: Sequence[str]) -> list[str]:
        """Which of the pictures have none yet, each once."""
        self._read_places()
        return [each for each in dict.fromkeys(hashes) if bytes.fromhex(each) not in self._places]

    def of(self, hashes: Sequence[str], compute: Compute) -> Array:
        """The features of pictures in their order, (n, ...); those that are missing are computed and kept.

        They are kept batch by batch, so that what was computed outlives whatever comes later.

        Raises:
            DatasetError: What is kept is damaged, or `compute` gives other shapes than before.
            BusyError: Another process has been writing for a minute.
        """
        if lacking := self.missing(hashes):
            with folders.locked(self.folder, wait=_WAIT):
                for begin in range(0, len(lacking), _BATCH):
                    batch = self.missing(lacking[begin : begin + _BATCH])
                    if batch:
                        self._append(batch, compute(batch))
        return self._rows()[[self._places[bytes.fromhex(each)] for each in hashes]]

    def forget(self, hashes: Sequence[str]) -> int:
        """Wipe the features of pictures; how many there were."""
        with folders.locked(self.folder, wait=_WAIT):
            self._read_places()
            places = [
                place for each in hashes if (place := self._places.pop(bytes.fromhex(each), None)) is not None
            ]
            if places:
                rows = np.memmap(
                    self._rows_file, self._header.dtype, "r+", shape=(self._counted, *self._header.shape)
                )
                rows[places] = 0
                rows.flush()
                with self._hashes_file.open("r+b") as file:
                    for place in places:
                        file.seek(place * _HASH)
                        file.write(_GONE)
        return len(places)

    @property
    def _hashes_file(self) -> Path:
        return self.folder / "hashes"

    @property
    def _rows_file(self) -> Path:
        return self.folder / "rows"

    @property
    def _header_file(self) -> Path:
        return self.folder / "header.json"

    @cached_property
    def _header(self) -> _Header:
        try:
            header = files.read_record(self._header_file, _Header)
        except InputError as error:
            raise DatasetError(f"{error}; delete {self.folder}, it is computed again") from error
        if header.key != self.key or min(header.shape, default=1) < 1:
            raise DatasetError(f"{self._header_file}: damaged; delete {self.folder}, it is computed again")
        return header

    @property
    def _row_bytes(self) -> int:
        return int(np.dtype(self._header.dtype).itemsize * np.prod(self._header.shape, dtype=np.int64))

    def _read_places(self) -> None:
        """Learn of rows that were written since, by whichever process."""
        if not self._hashes_file.exists():
            return
        whole = min(
            self._hashes_file.stat().st_size // _HASH, self._rows_file.stat().st_size // self._row_bytes
        )
        with self._hashes_file.open("rb") as file:
            file.seek(self._counted * _HASH)
            data = file.read((whole - self._counted) * _HASH)
        for begin in range(0, len(data), _HASH):
            if (each := data[begin : begin + _HASH]) != _GONE:
                self._places[each] = self._counted + begin // _HASH
        self._counted = max(whole, self._counted)

    def _rows(self) -> Array:
        if not self._counted:
            return np.empty((0, 0), np.float32)
        return np.memmap(self._rows_file, self._header.dtype, "r", shape=(self._counted, *self._header.shape))

    def _append(self, hashes: Sequence[str], rows: Array) -> None:
        rows = np.ascontiguousarray(rows)
        if not self._header_file.exists():
            files.write_record(self._header_file, _Header(self.key, rows.shape[1:], rows.dtype.str))
        wanted = (len(hashes), *self._header.shape), self._header.dtype
        if (rows.shape, rows.dtype.str) != wanted:
            raise DatasetError(
                f"features of shape {rows.shape} {rows.dtype}; expected {wanted[0][1:]} {wanted[1]}"
            )
        _extend(self._rows_file, self._counted * self._row_bytes, rows.tobytes())
        _extend(self._hashes_file, self._counted * _HASH, b"".join(map(bytes.fromhex, hashes)))
        self._read_places()


def _extend(path: Path, end: int, data: bytes) -> None:
    """Write at the end of what counts; whatever stands behind it was left by a process that died."""
    with path.open("r+b" if path.exists() else "x+b") as file:
        file.truncate(end)
        file.seek(end)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def forget_everywhere(folder: Path, hashes: Sequence[str]) -> None:
    """Wipe pictures out of all features of a dataset, whatever made them."""
    for header in folder.glob("*/header.json"):
        Features(folder, files.read_record(header, _Header).key).forget(hashes)
