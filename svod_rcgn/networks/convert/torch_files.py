"""Tensors out of files that torch.save wrote, without torch.

Such a file is a pickle that names each tensor's storage, with the numbers beside it: as members of a
zip archive (torch 1.6 and later), or behind the pickle in the same file (before that). The pickle is
looked through before it is read; it may name nothing but stand-ins for what tensors need, and every
tensor must fit into the numbers that are there.
"""

import io
import math
import pickle
import pickletools
import zipfile
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any, NamedTuple, TypeAlias

import numpy as np

from ...errors import ModelError
from ...records import FloatArray

Numbers: TypeAlias = np.ndarray[Any, Any]

MAX_BYTES = 1 << 30
_MAX_PICKLE = 1 << 24
_LENGTH_BYTES = 8
_MAGIC = 0x1950A86A20F9469CFC6C  # torch.serialization.MAGIC_NUMBER
_PROTOCOL = 1001  # torch.serialization.PROTOCOL_VERSION
_LITTLE = b"little"
# Protocol 2, as torch writes it.
_NEEDED = (
    "PROTO STOP MARK GLOBAL BINPERSID REDUCE BUILD BINPUT LONG_BINPUT BINGET LONG_BINGET NONE NEWTRUE "
    "NEWFALSE BININT BININT1 BININT2 LONG1 BINFLOAT BINUNICODE EMPTY_TUPLE TUPLE TUPLE1 TUPLE2 TUPLE3 "
    "EMPTY_LIST APPEND APPENDS EMPTY_DICT SETITEM SETITEMS"
)
_OPCODES = frozenset(_NEEDED.split())


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
        tree, storages = _read_zip(path) if zipfile.is_zipfile(path) else _read_legacy(path)
        return _named(tree, storages)
    except Exception as error:  # a damaged pickle may raise anything at all
        raise ModelError(
            f"{path}: no tensors can be read from it ({str(error) or type(error).__name__})"
        ) from error


# Tuples, since nothing that a pickle says can change one that is made.
class _Kind(NamedTuple):
    """A type of numbers; stands in for torch's class of storages of it."""

    dtype: "np.dtype[Any]"


class _Storage(NamedTuple):
    """A run of numbers, which lie elsewhere in the file."""

    key: str
    kind: _Kind
    length: int

    @property
    def size(self) -> int:
        """In bytes."""
        return self.length * self.kind.dtype.itemsize


class _Tensor(NamedTuple):
    """A view of a storage; offset and strides count numbers, not bytes."""

    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    def of(self, numbers: Numbers) -> FloatArray:
        """The tensor as an array of its own."""
        reach = sum(step * (size - 1) for size, step in zip(self.shape, self.strides, strict=True))
        if math.prod(self.shape) and self.offset + reach >= len(numbers):
            raise pickle.UnpicklingError("a tensor claims more numbers than there are")
        steps = [step * numbers.itemsize for step in self.strides]
        view = np.lib.stride_tricks.as_strided(numbers[self.offset :], self.shape, steps, writeable=False)
        return view.astype(np.float32)


def _tensor(storage: Any, offset: Any, shape: Any, strides: Any, *_gradients: Any) -> _Tensor:
    """Stands in for torch._utils._rebuild_tensor_v2."""
    numbers = (offset, *shape, *strides)
    if type(storage) is not _Storage or any(type(each) is not int or each < 0 for each in numbers):
        raise pickle.UnpicklingError("a tensor of an unknown kind")
    if math.prod(shape) > storage.length:
        raise pickle.UnpicklingError("a tensor claims more numbers than there are")
    return _Tensor(storage, offset, tuple(shape), tuple(strides))


_STAND_INS: Mapping[str, Any] = {
    "collections.OrderedDict": OrderedDict,
    "torch._utils._rebuild_tensor_v2": _tensor,
    "torch._utils._rebuild_parameter": lambda data, *_rest: data,
    "torch.FloatStorage": _Kind(np.dtype("<f4")),
    "torch.DoubleStorage": _Kind(np.dtype("<f8")),
    "torch.HalfStorage": _Kind(np.dtype("<f2")),
    "torch.LongStorage": _Kind(np.dtype("<i8")),
}


class _Unpickler(pickle.Unpickler):
    """Makes plain containers and tensors, and nothing else."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__(file)
        self.storages: dict[str, _Storage] = {}

    def find_class(self, module: str, name: str) -> Any:
        full = f"{module}.{name}"
        if full not in _STAND_INS:
            raise pickle.UnpicklingError(f"names {full}, which no tensor needs")
        return _STAND_INS[full]

    def persistent_load(self, pid: Any) -> _Storage:
        """A storage; after its count, old files say whether it is a part of another."""
        what, kind, key, _device, count, *part = pid
        known = what == "storage" and type(kind) is _Kind and type(key) is str
        if not known or type(count) is not int or count < 0 or any(each is not None for each in part):
            raise pickle.UnpicklingError("a storage of an unknown kind")
        return self.storages.setdefault(key, _Storage(key, kind, count))


def _load(file: IO[bytes]) -> tuple[Any, dict[str, _Storage]]:
    """What the next pickle of a file makes, and the storages that it names."""
    start = file.tell()
    for number, (opcode, argument, _position) in enumerate(pickletools.genops(file)):
        if opcode.name not in _OPCODES:
            raise pickle.UnpicklingError(f"uses {opcode.name}, which no tensor needs")
        if opcode.name == "LONG_BINPUT" and (argument or 0) > number:  # memory is reserved up to this number
            raise pickle.UnpicklingError("refers to what it has not made yet")
        if file.tell() - start > _MAX_PICKLE:
            raise pickle.UnpicklingError(f"its list of tensors is larger than {_MAX_PICKLE:,} bytes")
    file.seek(start)
    unpickler = _Unpickler(file)
    tree = unpickler.load()
    if sum(storage.size for storage in unpickler.storages.values()) > MAX_BYTES:
        raise pickle.UnpicklingError(f"its tensors are larger than {MAX_BYTES:,} bytes")
    return tree, unpickler.storages


def _named(tree: Any, storages: Mapping[str, Numbers]) -> dict[str, FloatArray]:
    entries = tree.items() if isinstance(tree, Mapping) else ()
    tensors = {name: value for name, value in entries if isinstance(value, _Tensor)}
    if not tensors or not all(type(name) is str for name in tensors):
        raise pickle.UnpicklingError("it is not a state_dict (named tensors and nothing else)")
    total = 4 * sum(math.prod(tensor.shape) for tensor in tensors.values())
    if total > MAX_BYTES:
        raise pickle.UnpicklingError(f"its tensors are larger than {MAX_BYTES:,} bytes")
    return {name: tensor.of(storages[tensor.storage.key]) for name, tensor in tensors.items()}


def _read_zip(path: Path) -> tuple[Any, dict[str, Numbers]]:
    with zipfile.ZipFile(path) as archive:
        sizes = {entry.filename: entry.file_size for entry in archive.infolist()}
        (listing,) = (name for name in sizes if name.rpartition("/")[2] == "data.pkl")
        folder = listing.removesuffix("data.pkl")
        if sizes[listing] > _MAX_PICKLE:
            raise pickle.UnpicklingError(f"its list of tensors is larger than {_MAX_PICKLE:,} bytes")
        order = f"{folder}byteorder"
        if order in sizes and _member(archive, order, len(_LITTLE)) != _LITTLE:
            raise pickle.UnpicklingError("its numbers are big-endian")
        tree, storages = _load(io.BytesIO(_member(archive, listing, sizes[listing])))
        data = {key: _member(archive, f"{folder}data/{key}", each.size) for key, each in storages.items()}
    return tree, {key: _numbers(data[key], each) for key, each in storages.items()}


def _member(archive: zipfile.ZipFile, name: str, size: int) -> bytes:
    """A member of exactly that size; one of another is not so much as unpacked."""
    if archive.getinfo(name).file_size != size or size > MAX_BYTES:
        raise pickle.UnpicklingError(f"{name} has another size than its tensors claim")
    return archive.read(name)


def _read_legacy(path: Path) -> tuple[Any, dict[str, Numbers]]:
    with path.open("rb") as file:
        if _load(file)[0] != _MAGIC or _load(file)[0] != _PROTOCOL:
            raise pickle.UnpicklingError("torch.save did not write it")
        if not _load(file)[0].get("little_endian"):
            raise pickle.UnpicklingError("its numbers are big-endian")
        tree, storages = _load(file)
        keys, _ = _load(file)
        if type(keys) is not list or set(keys) != set(storages):
            raise pickle.UnpicklingError("it lists other storages than its tensors need")
        return tree, {key: _following(file, storages[key]) for key in keys}


def _following(file: IO[bytes], storage: _Storage) -> Numbers:
    """The numbers that come next in the file, behind their count."""
    count = int.from_bytes(file.read(_LENGTH_BYTES), "little", signed=True)
    if count != storage.length or storage.size > MAX_BYTES:
        raise pickle.UnpicklingError(f"storage {storage.key} has another size than its tensors claim")
    return _numbers(file.read(storage.size), storage)


def _numbers(data: bytes, storage: _Storage) -> Numbers:
    if len(data) != storage.size:
        raise pickle.UnpicklingError("cut short")
    return np.frombuffer(data, storage.kind.dtype)
