"""Arrays in .npz files, read so that a file's claims cannot fill the memory."""

import math
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from ..errors import InputError

Arrays: TypeAlias = dict[str, np.ndarray[Any, Any]]


def read_arrays(path: Path, kinds: Mapping[str, str]) -> Arrays:
    """Read arrays of numbers, as `numpy.savez` writes them.

    Args:
        path: The .npz file.
        kinds: The wanted names, and what numpy calls the kind of their numbers: "f" or "i".

    Raises:
        InputError: It is missing or damaged, an array is missing or of another kind, or claims to be
            larger than its file.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return {name: _read(archive, f"{name}.npy", kind) for name, kind in kinds.items()}
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file") from error
    except (zipfile.BadZipFile, OSError, ValueError, KeyError, EOFError, RuntimeError) as error:
        raise InputError(f"{path}: damaged") from error


def _read(archive: zipfile.ZipFile, name: str, kind: str) -> np.ndarray[Any, Any]:
    info = archive.getinfo(name)
    if info.compress_type != zipfile.ZIP_STORED:
        raise ValueError(f"{name} is compressed")
    with archive.open(info) as file:
        version = np.lib.format.read_magic(file)
        read_header = {
            (1, 0): np.lib.format.read_array_header_1_0,
            (2, 0): np.lib.format.read_array_header_2_0,
        }
        shape, is_fortran, dtype = read_header[version](file)
        if dtype.kind != kind or math.prod(shape) * dtype.itemsize != info.file_size - file.tell():
            raise ValueError(f"{name} claims another kind or size than it has")
        return np.frombuffer(file.read(), dtype).reshape(shape, order="F" if is_fortran else "C")
