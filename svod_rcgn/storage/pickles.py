"""Pickles from elsewhere: read so that they can neither run anything nor fill the memory.

A pickle is a program for a small machine that may name any function of any library. Here its program is
looked through before it runs; it may name the classes allowed and no function at all, and the arrays
that it makes must have the bytes that they claim. Of an object only its attributes come back: its class
is never made, so that neither its code nor its library is needed.
"""

import io
import math
import pickle
import pickletools
import re
from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import InputError

# What scikit-learn's classifiers need of protocol 4. What is left out names things in other ways, or
# reserves memory for a length that is only claimed, as PUT and BYTEARRAY8 do.
_NEEDED = (
    "PROTO FRAME STOP MARK MEMOIZE BINGET LONG_BINGET NONE NEWTRUE NEWFALSE BININT BININT1 BININT2 LONG1 "
    "BINFLOAT SHORT_BINUNICODE BINUNICODE SHORT_BINBYTES BINBYTES BINBYTES8 EMPTY_TUPLE TUPLE TUPLE1 TUPLE2 "
    "TUPLE3 EMPTY_LIST APPEND APPENDS EMPTY_DICT SETITEM SETITEMS STACK_GLOBAL NEWOBJ REDUCE BUILD"
)
_OPCODES = frozenset(_NEEDED.split())
_CODE = re.compile("b1|[iuf][1248]")
_BYTE_ORDERS = frozenset("<>|=")


class Remains:
    """What a pickled object of an allowed class held: its attributes, without its methods."""

    def __setstate__(self, state: dict[str, Any]) -> None:
        if not all(name.isidentifier() and not name.startswith("__") for name in state):
            raise pickle.UnpicklingError("holds an attribute that a classifier never has")
        vars(self).update(state)

    def __reduce__(self) -> Any:
        raise TypeError(f"what remains of {type(self).__name__} cannot be pickled again")


def read_pickle(path: Path, allowed: Collection[str], max_bytes: int) -> Any:
    """Read a pickle that can make nothing but plain data, numbers' arrays and `Remains` of classes allowed.

    Args:
        path: The file.
        allowed: "module.name" of each class that it may hold; what remains of it is of type "name".
        max_bytes: A larger file is refused unread.

    Raises:
        InputError: The file is missing, too large, not a pickle, or holds something else.
    """
    try:
        data = path.read_bytes() if path.stat().st_size <= max_bytes else None
    except OSError as error:
        raise InputError(f"{path}: no such file") from error
    if data is None:
        raise InputError(f"{path}: larger than {max_bytes:,} bytes")
    try:
        _check_program(data)
        return _Unpickler(io.BytesIO(data), allowed).load()
    except Exception as error:  # a damaged pickle may raise anything at all
        raise InputError(f"{path}: {str(error) or type(error).__name__}") from error


def _check_program(data: bytes) -> None:
    for opcode, _, _ in pickletools.genops(data):
        if opcode.name not in _OPCODES:
            raise pickle.UnpicklingError(f"uses {opcode.name}, which a classifier never does")


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, allowed: Collection[str]) -> None:
        super().__init__(file)
        self._allowed = {full: type(full.rpartition(".")[2], (Remains,), {}) for full in allowed}

    def find_class(self, module: str, name: str) -> Any:
        full = f"{module}.{name}"
        if full in _STAND_INS:
            return _STAND_INS[full]
        if full not in self._allowed or "." in name:
            raise pickle.UnpicklingError(f"names {full}, which a classifier never holds")
        return self._allowed[full]


class _Kind:
    """Stands for a numpy dtype of plain numbers, whose own way of being read trusts what it reads."""

    __slots__ = ("dtype",)

    def __init__(self, code: str, _align: bool = False, _copy: bool = False) -> None:
        if not _CODE.fullmatch(code):
            raise pickle.UnpicklingError(f"holds an array of {code!r}, which a classifier never does")
        self.dtype = np.dtype(code)

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        order = state[1]
        if order not in _BYTE_ORDERS:
            raise pickle.UnpicklingError("holds an array in an unknown order of bytes")
        self.dtype = self.dtype.newbyteorder(order)


class _Array(np.ndarray[Any, Any]):
    """An array that takes no more memory than the bytes that come with it."""

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        version, shape, kind, is_fortran, data = state
        sizes = all(type(size) is int and size >= 0 for size in shape)
        if type(data) is not bytes or not sizes or math.prod(shape) * kind.dtype.itemsize != len(data):
            raise pickle.UnpicklingError("holds an array that claims another size than it has")
        super().__setstate__((version, shape, kind.dtype, bool(is_fortran), data))  # type: ignore[arg-type]

    def __reduce__(self) -> Any:
        return self.view(np.ndarray).__reduce__()  # written again, it is an array like any other


def _new_array(*_claims: Any) -> _Array:
    """An empty array, as numpy pickles all its arrays; what follows gives it its shape and its bytes."""
    array: _Array = np.ndarray.__new__(_Array, (0,), np.uint8)
    return array


def _new_scalar(kind: _Kind, data: bytes) -> Any:
    (value,) = np.frombuffer(data, kind.dtype)
    return value


_STAND_INS: dict[str, Any] = {
    "numpy.ndarray": None,  # only an argument of _reconstruct, which has no use for it here
    "numpy.dtype": _Kind,
    "numpy.core.multiarray._reconstruct": _new_array,  # before numpy 2
    "numpy._core.multiarray._reconstruct": _new_array,
    "numpy.core.multiarray.scalar": _new_scalar,
    "numpy._core.multiarray.scalar": _new_scalar,
}
