"""Tensors out of files that torch.save wrote, without torch.

Such a file is a pickle that names each tensor's storage, with the numbers beside it: as members of a
zip archive (torch 1.6 and later), or behind the pickle in the same file (before that). The pickle is
read so that it can make plain containers and tensors and nothing else: it may name two functions that
stand in for torch's own, and every tensor must fit into the bytes that are there.
"""

import math
import pickle
import zipfile
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

from ..entities import FloatArray
from ..errors import ModelError

MAX_BYTES = 1 << 30
_MAGIC = 0x1950A86A20F9469CFC6C  # torch.serialization.MAGIC_NUMBER
_PROTOCOL = 1001
_MAX_PICKLE = 1 << 24
_LENGTH_BYTES = 8
_KINDS = {
    "FloatStorage": np.dtype("<f4"),
    "DoubleStorage": np.dtype("<f8"),
    "HalfStorage": np.dtype("<f2"),
    "LongStorage": np.dtype("<i8"),
    "IntStorage": np.dtype("<i4"),
}
_DAMAGED = (
    pickle.UnpicklingError, EOFError, OSError, ValueError, TypeError, KeyError, IndexError, AttributeError,
    RecursionError, OverflowError, MemoryError, NotImplementedError, RuntimeError, zipfile.BadZipFile,
)  # fmt: skip


def read_tensors(path: Path) -> dict[str, FloatArray]:
    """Read the named tensors of a state_dict.

    Args:
        path: The file.

    Returns:
        Each tensor by its name, as float32, in its own shape.

    Raises:
        ModelError: It is damaged, too large, in big-endian order, or holds something else than tensors.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise pickle.UnpicklingError(f"larger than {MAX_BYTES:,} bytes")
        state = _read_zip(path) if zipfile.is_zipfile(path) else _read_legacy(path)
        return _named(state)
    except _DAMAGED as error:
        raise ModelError(f"{path}: no tensors can be read from it ({_told(error)})") from error


def _told(error: Exception) -> str:
    return str(error) or type(error).__name__


@dataclass(frozen=True, slots=True)
class _Storage:
    """A run of numbers, which may be read only after the pickle that names it."""

    key: str
    kind: "np.dtype[Any]"
    count: int


@dataclass(frozen=True, slots=True)
class _Tensor:
    """A view of a storage; offset and strides count numbers, not bytes."""

    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    def of(self, numbers: "np.ndarray[Any, Any]") -> FloatArray:
        """The tensor as an array of its own."""
        reach = sum(step * (size - 1) for size, step in zip(self.shape, self.strides, strict=True))
        if math.prod(self.shape) and self.offset + reach >= len(numbers):
            raise pickle.UnpicklingError("a tensor claims more numbers than there are")
        steps = [step * numbers.itemsize for step in self.strides]
        view = np.lib.stride_tricks.as_strided(numbers[self.offset :], self.shape, steps, writeable=False)
        return view.astype(np.float32)


def _tensor(storage: Any, offset: Any, shape: Any, strides: Any, *_rest: Any) -> _Tensor:
    """Stands in for torch._utils._rebuild_tensor_v2; what follows the strides is about gradients."""
    numbers = (offset, *shape, *strides)
    if type(storage) is not _Storage or any(type(each) is not int or each < 0 for each in numbers):
        raise pickle.UnpicklingError("a tensor of an unknown kind")
    if len(shape) != len(strides) or math.prod(shape) > storage.count:
        raise pickle.UnpicklingError("a tensor claims more numbers than there are")
    return _Tensor(storage, offset, tuple(shape), tuple(strides))


def _parameter(data: Any, *_rest: Any) -> Any:
    """Stands in for torch._utils._rebuild_parameter: a parameter is its tensor."""
    return data


class _Unpickler(pickle.Unpickler):
    """Makes plain containers and tensors, and nothing else."""

    _ALLOWED: Mapping[str, Any] = {
        "collections.OrderedDict": OrderedDict,
        "torch._utils._rebuild_tensor_v2": _tensor,
        "torch._utils._rebuild_parameter": _parameter,
    }

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__(file, encoding="utf-8")
        self.storages: dict[str, _Storage] = {}

    def find_class(self, module: str, name: str) -> Any:
        if module == "torch" and name in _KINDS:
            return _KINDS[name]
        full = f"{module}.{name}"
        if full not in self._ALLOWED:
            raise pickle.UnpicklingError(f"names {full}, which no tensor needs")
        return self._ALLOWED[full]

    def persistent_load(self, pid: Any) -> _Storage:
        """A storage, as (\"storage\", kind, key, device, count, and the view that old files have)."""
        _, kind, key, _, count, *view = pid
        fits = isinstance(kind, np.dtype) and type(key) is str and type(count) is int and count >= 0
        if pid[0] != "storage" or not fits or any(each is not None for each in view):
            raise pickle.UnpicklingError("a storage of an unknown kind")
        return self.storages.setdefault(key, _Storage(key, kind, count))


@dataclass(frozen=True, slots=True)
class _State:
    """What the pickle holds, and where the numbers of each storage are."""

    tree: Any
    numbers: Callable[[_Storage], "np.ndarray[Any, Any]"]


def _named(state: _State) -> dict[str, FloatArray]:
    if not isinstance(state.tree, Mapping):
        raise pickle.UnpicklingError("no state_dict")
    tensors = {name: value for name, value in state.tree.items() if isinstance(value, _Tensor)}
    if not tensors or not all(isinstance(name, str) for name in tensors):
        raise pickle.UnpicklingError("no named tensors")
    return {name: tensor.of(state.numbers(tensor.storage)) for name, tensor in tensors.items()}


def _read_zip(path: Path) -> _State:
    with zipfile.ZipFile(path) as archive:
        (listing,) = (name for name in archive.namelist() if name.rpartition("/")[2] == "data.pkl")
        folder = listing.removesuffix("data.pkl")
        if (
            f"{folder}byteorder" in archive.namelist()
            and _member(archive, f"{folder}byteorder", 6) != b"little"
        ):
            raise pickle.UnpicklingError("its numbers are big-endian")
        with archive.open(listing) as file:
            if archive.getinfo(listing).file_size > _MAX_PICKLE:
                raise pickle.UnpicklingError(f"its list of tensors is larger than {_MAX_PICKLE:,} bytes")
            unpickler = _Unpickler(file)
            tree = unpickler.load()
        found = {
            key: _array(_member(archive, f"{folder}data/{key}", each.count * each.kind.itemsize), each)
            for key, each in unpickler.storages.items()
        }
    return _State(tree, lambda storage: found[storage.key])


def _member(archive: zipfile.ZipFile, name: str, size: int) -> bytes:
    """A member of exactly that size; one of another is not so much as unpacked."""
    if archive.getinfo(name).file_size != size:
        raise pickle.UnpicklingError(f"{name} has another size than its tensors claim")
    return archive.read(name)


def _read_legacy(path: Path) -> _State:
    with path.open("rb") as file:
        if _Unpickler(file).load() != _MAGIC or _Unpickler(file).load() != _PROTOCOL:
            raise pickle.UnpicklingError("not a file of torch.save")
        if not _Unpickler(file).load().get("little_endian"):
            raise pickle.UnpicklingError("its numbers are big-endian")
        unpickler = _Unpickler(file)
        tree = unpickler.load()
        keys = _Unpickler(file).load()
        if type(keys) is not list or set(keys) != set(unpickler.storages):
            raise pickle.UnpicklingError("it lists other storages than its tensors need")
        found = {key: _following(file, unpickler.storages[key]) for key in keys}
    return _State(tree, lambda storage: found[storage.key])


def _following(file: IO[bytes], storage: _Storage) -> "np.ndarray[Any, Any]":
    """The numbers that come next in the file, behind their count."""
    count = int.from_bytes(file.read(_LENGTH_BYTES), "little", signed=True)
    if count != storage.count:
        raise pickle.UnpicklingError(f"storage {storage.key} has another size than its tensors claim")
    return _array(file.read(count * storage.kind.itemsize), storage)


def _array(data: bytes, storage: _Storage) -> "np.ndarray[Any, Any]":
    if len(data) != storage.count * storage.kind.itemsize:
        raise pickle.UnpicklingError("cut short")
    return np.frombuffer(data, storage.kind)
