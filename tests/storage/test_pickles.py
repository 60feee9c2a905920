"""What a hostile pickle may try, and what the reader makes of what it should read."""

import builtins
import os
import pickle
import struct
import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier

from svod_rcgn.errors import InputError
from svod_rcgn.storage.pickles import read_pickle

KNN = "sklearn.neighbors._classification.KNeighborsClassifier"
REBUILD = np.zeros(1).__reduce__()[0]


class Calls:
    """Pickles as a call of `function`, with a state for what it gives where one is told."""

    def __init__(self, function, *args, state=None):
        self.told = (function, args) if state is None else (function, args, state)

    def __reduce__(self):
        return self.told


class Inherited(KNeighborsClassifier):
    """Runs a command when it is unpickled, as a subclass of an allowed class may."""

    def __setstate__(self, state):
        os.system("touch harmed")


def text(value):
    return pickle.SHORT_BINUNICODE + bytes([len(value)]) + value.encode()


def named(module, name):
    return text(module) + text(name) + pickle.STACK_GLOBAL


def program(*parts):
    return pickle.PROTO + b"\x04" + b"".join(parts) + pickle.STOP


TOUCH = ("touch harmed",)
RUNS = {
    "os.system": Calls(os.system, *TOUCH),
    "eval": Calls(eval, "open('harmed', 'w').close()"),
    "exec": Calls(exec, "open('harmed', 'w').close()"),
    "a process": Calls(subprocess.Popen, ["touch", "harmed"]),
    "a path": Calls(Path.touch, Path("harmed")),
    "import": Calls(builtins.__import__, "antigravity"),
    "attributes": Calls(getattr, Path, "touch"),
    "nested": [{"fine": (1, Calls(print, Calls(os.system, *TOUCH)))}],
    "in an allowed class": Calls(KNeighborsClassifier, Calls(os.system, *TOUCH)),
    "in an allowed class's state": Calls(KNeighborsClassifier, state={"p": Calls(os.system, *TOUCH)}),
    "a subclass": Inherited(),
    "another pickle": Calls(pickle.loads, pickle.dumps(Calls(os.system, *TOUCH))),
    "numpy's loader": Calls(np.load, "harmed", "r", True),
    "numpy's eval": Calls(np.ctypeslib.load_library, "harmed", "."),
}


@pytest.fixture
def read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def read(data, limit=1_000_000):
        (tmp_path / "file.pkl").write_bytes(data)
        return read_pickle(tmp_path / "file.pkl", {KNN}, limit)

    return read


@pytest.mark.parametrize("protocol", [0, 1, 2, 3, 4, 5])
@pytest.mark.parametrize("kind", RUNS)
def test_a_pickle_that_would_run_something_is_refused_and_nothing_runs(read, tmp_path, kind, protocol):
    hostile = pickle.dumps(RUNS[kind], protocol)
    modules = set(sys.modules)
    with pytest.raises(InputError, match=r"which a classifier never"):
        read(hostile)
    assert [path.name for path in tmp_path.iterdir()] == ["file.pkl"]
    assert set(sys.modules) == modules


@pytest.mark.parametrize("kind", ["os.system", "eval", "a path", "a subclass"])
def test_the_same_pickles_do_harm_where_they_are_read_without_care(tmp_path, monkeypatch, kind):
    monkeypatch.chdir(tmp_path)
    pickle.loads(pickle.dumps(RUNS[kind]))
    assert (tmp_path / "harmed").exists()


@pytest.mark.parametrize(
    "hostile",
    [
        program(named("sklearn.neighbors._classification", "os.system")),
        program(named("sklearn.neighbors", "_classification.KNeighborsClassifier")),
        program(named("numpy._core", "multiarray.os")),
        program(named("numpy._core.multiarray", "_reconstruct.__globals__")),
        program(b"cos\nsystem\n" + text(TOUCH[0]) + pickle.TUPLE1 + pickle.REDUCE),
        program(b"(" + text(TOUCH[0]) + b"ios\nsystem\n"),
        program(b"\x82\x01"),
        program(b"Psomething\n"),
    ],
)
def test_other_ways_to_name_a_thing_lead_nowhere(read, hostile):
    with pytest.raises(InputError, match="which a classifier never"):
        read(hostile)
    assert not Path("harmed").exists()


def array_of(shape, code, data):
    """An array's pickle that claims what it likes."""
    state = (1, shape, np.dtype(code), False, data)
    return pickle.dumps(Calls(REBUILD, np.ndarray, (0,), b"b", state=state), 4)


HUGE = 10**10
BOMBS = {
    "an array made outright": pickle.dumps(Calls(np.ndarray, (HUGE,), "f8"), 4),
    "an array of a claimed shape": array_of((HUGE,), "f8", b""),
    "an array of negative sizes": array_of((-2, -4), "u1", bytes(8)),
    "an array of objects": array_of((HUGE,), "O", []),
    "an array of wide strings": array_of((1,), f"S{2**30}", b""),
    "zeros": pickle.dumps(Calls(np.zeros, HUGE), 4),
    "a buffer": pickle.dumps(Calls(bytearray, HUGE), 4),
    "a claimed bytearray": b"\x80\x05\x96" + struct.pack("<Q", HUGE) + b".",
    "claimed bytes": b"\x80\x04\x8e" + struct.pack("<Q", HUGE) + b".",
    "a claimed text": b"\x80\x04\x8d" + struct.pack("<Q", HUGE) + b".",
    "a claimed frame": b"\x80\x04\x95" + struct.pack("<Q", 2**62) + b".",
    "a claimed number": b"\x80\x04\x8b" + struct.pack("<i", 2**31 - 1) + b".",
    "a far memo": b"\x80\x04Nr" + struct.pack("<I", 2**31) + b".",
    "a dtype of its own": pickle.dumps(np.dtype([("a", "i4"), ("b", "f8", (1000,))]), 4),
}


@pytest.mark.parametrize("kind", BOMBS)
def test_a_pickle_that_would_fill_the_memory_is_refused_without_filling_it(read, kind):
    tracemalloc.start()
    try:
        with pytest.raises(InputError):
            read(BOMBS[kind])
        assert tracemalloc.get_traced_memory()[1] < 3_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("dtype", ["<f4", ">f4", "f8", "i8", "u1", "?", "f2"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_arrays_of_numbers_come_back_as_they_were_and_can_be_written_again(read, dtype, order):
    before = np.array([[0, 1, 2], [3, 4, 5]], dtype, order=order)
    after = read(pickle.dumps({"a": before, "b": before[0, 1]}, 4))
    assert np.array_equal(after["a"], before)
    assert (after["a"].dtype, after["b"]) == (before.dtype.newbyteorder("="), 1)  # as numpy itself does
    again = pickle.loads(pickle.dumps(after["a"], 4))
    assert type(again) is np.ndarray
    assert np.array_equal(again, before)


def test_of_an_object_its_attributes_remain_and_none_of_its_methods(read):
    knn = KNeighborsClassifier(1).fit([[0.0], [1.0]], [0, 1])
    remains = read(pickle.dumps(knn, 4))
    assert (type(remains).__name__, remains.n_neighbors) == ("KNeighborsClassifier", 1)
    assert remains._fit_X.tolist() == [[0.0], [1.0]]
    assert not isinstance(remains, KNeighborsClassifier)


def test_an_attribute_that_python_itself_would_use_is_refused(read):
    hostile = KNeighborsClassifier(1)
    vars(hostile)["__setstate__"] = np.zeros(1)
    with pytest.raises(InputError, match="an attribute that a classifier never has"):
        read(pickle.dumps(hostile, 4))


@pytest.mark.parametrize("content", [b"", b"garbage", pickle.dumps([1, 2], 4)[:-2]])
def test_a_damaged_pickle_is_one_clear_error(read, content):
    with pytest.raises(InputError, match=r"file\.pkl: .") as caught:
        read(content)
    assert "\n" not in str(caught.value)


def wordless(*_):
    raise MemoryError


def test_trouble_that_has_no_words_is_told_by_its_kind(read, monkeypatch):
    monkeypatch.setattr("pickletools.genops", wordless)
    with pytest.raises(InputError, match=r"file\.pkl: MemoryError$"):
        read(pickle.dumps(1))


def test_a_pickle_over_the_limit_is_refused_unread(read):
    with pytest.raises(InputError, match="larger than 1,000 bytes"):
        read(pickle.dumps("a" * 2000), 1000)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        read_pickle(tmp_path / "nowhere.pkl", {KNN}, 1000)
