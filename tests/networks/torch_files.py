"""Files as torch.save writes them, without torch: the format of today and the one before torch 1.6."""

import io
import pickle
import sys
import zipfile
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import numpy as np

MAGIC, PROTOCOL = 0x1950A86A20F9469CFC6C, 1001
STORAGES = {"<f4": "FloatStorage", "<f8": "DoubleStorage", "<f2": "HalfStorage", "<i8": "LongStorage"}


class _Storage:
    def __init__(self, key, array):
        self.key, self.array = key, array


class _Tensor:
    """Pickled as torch pickles a tensor: a call of a function of torch's, with a storage elsewhere."""

    def __init__(self, key, array):
        self.storage, self.array = _Storage(key, array), array

    def __reduce__(self):
        steps = tuple(step // self.array.itemsize for step in self.array.strides)
        rebuild = sys.modules["torch._utils"]._rebuild_tensor_v2
        return rebuild, (self.storage, 0, self.array.shape, steps, False, OrderedDict())


class _Pickler(pickle.Pickler):
    def __init__(self, file, is_legacy):
        super().__init__(file, 2)
        self._is_legacy = is_legacy

    def persistent_id(self, obj):
        if not isinstance(obj, _Storage):
            return None
        kind = getattr(sys.modules["torch"], STORAGES[obj.array.dtype.str])
        return ("storage", kind, obj.key, "cpu", obj.array.size, *([None] if self._is_legacy else []))


@contextmanager
def _torch():
    """Modules with torch's names, as far as a pickle mentions them."""
    torch, utils = ModuleType("torch"), ModuleType("torch._utils")
    for name in STORAGES.values():
        setattr(torch, name, type(name, (), {"__module__": "torch"}))

    def _rebuild_tensor_v2():
        raise AssertionError("nobody may call what a pickle names")

    _rebuild_tensor_v2.__module__, _rebuild_tensor_v2.__qualname__ = "torch._utils", "_rebuild_tensor_v2"
    utils._rebuild_tensor_v2 = _rebuild_tensor_v2
    names = {"torch": torch, "torch._utils": utils}
    before = {name: sys.modules.pop(name, None) for name in names}
    sys.modules.update(names)
    try:
        yield
    finally:
        for name, module in before.items():
            sys.modules.pop(name)
            if module is not None:
                sys.modules[name] = module


def _state_dict(tensors: Mapping[str, np.ndarray]) -> OrderedDict:
    named = {name: _Tensor(str(key), array) for key, (name, array) in enumerate(tensors.items())}
    state = OrderedDict(named)
    state._metadata = OrderedDict({"": {"version": 1}})
    return state


def _pickled(value, *, is_legacy: bool) -> bytes:
    buffer = io.BytesIO()
    with _torch():
        _Pickler(buffer, is_legacy).dump(value)
    return buffer.getvalue()


def write_zip(path: Path, tensors: Mapping[str, np.ndarray]) -> Path:
    """As torch 1.6 and later write it."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("weights/data.pkl", _pickled(_state_dict(tensors), is_legacy=False))
        archive.writestr("weights/byteorder", "little")
        for key, array in enumerate(tensors.values()):
            archive.writestr(f"weights/data/{key}", array.tobytes("A"))
        archive.writestr("weights/version", "3\n")
    return path


def write_legacy(path: Path, tensors: Mapping[str, np.ndarray]) -> Path:
    """As torch before 1.6 writes it."""
    sizes = {"short": 2, "int": 4, "long": 4}
    system = {"protocol_version": PROTOCOL, "little_endian": True, "type_sizes": sizes}
    keys = [str(key) for key in range(len(tensors))]
    with path.open("wb") as file:
        for value in (MAGIC, PROTOCOL, system, _state_dict(tensors), keys):
            file.write(_pickled(value, is_legacy=True))
        for array in tensors.values():
            file.write(array.size.to_bytes(8, "little") + array.tobytes("A"))
    return path
