import io
import tracemalloc
import zipfile

import numpy as np
import pytest

from svod_rcgn.errors import InputError
from svod_rcgn.storage.arrays import read_arrays

KINDS = {"a": "f"}


def npz_of(path, header, data=b"", method=zipfile.ZIP_STORED):
    """A file whose array claims what it likes."""
    buffer = io.BytesIO()
    np.lib.format.write_array_header_1_0(buffer, {"fortran_order": False, **header})
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("a.npy", buffer.getvalue() + data)


@pytest.mark.parametrize("order", ["C", "F"])
def test_arrays_come_back_as_they_were_saved(tmp_path, order):
    before = np.arange(6, dtype=np.float32).reshape(2, 3, order=order)
    np.savez(tmp_path / "a.npz", a=before, b=np.arange(2))
    found = read_arrays(tmp_path / "a.npz", {"a": "f", "b": "i"})
    assert np.array_equal(found["a"], before)
    assert found["b"].tolist() == [0, 1]


@pytest.mark.parametrize(
    ("header", "data", "method"),
    [
        ({"shape": (10**10,), "descr": "<f8"}, b"", zipfile.ZIP_STORED),
        ({"shape": (-1, -8), "descr": "<f4"}, bytes(32), zipfile.ZIP_STORED),
        ({"shape": (2,), "descr": "<i4"}, bytes(8), zipfile.ZIP_STORED),
        ({"shape": (2,), "descr": "|O"}, bytes(16), zipfile.ZIP_STORED),
        ({"shape": (10**7,), "descr": "<f4"}, bytes(4 * 10**7), zipfile.ZIP_DEFLATED),
    ],
)
def test_an_array_that_claims_what_it_is_not_is_refused_without_filling_the_memory(
    tmp_path, header, data, method
):
    npz_of(tmp_path / "a.npz", header, data, method)
    tracemalloc.start()
    try:
        with pytest.raises(InputError, match=r"a\.npz: damaged"):
            read_arrays(tmp_path / "a.npz", KINDS)
        assert tracemalloc.get_traced_memory()[1] < 3_000_000
    finally:
        tracemalloc.stop()


def test_a_missing_array_a_damaged_and_a_missing_file_are_told(tmp_path):
    np.savez(tmp_path / "a.npz", b=np.zeros(1))
    with pytest.raises(InputError, match="damaged"):
        read_arrays(tmp_path / "a.npz", KINDS)
    (tmp_path / "a.npz").write_bytes(b"PK garbage")
    with pytest.raises(InputError, match="damaged"):
        read_arrays(tmp_path / "a.npz", KINDS)
    with pytest.raises(InputError, match="no such file"):
        read_arrays(tmp_path / "nowhere.npz", KINDS)
