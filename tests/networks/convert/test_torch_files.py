import os
import pickle
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest

from svod_rcgn.errors import ModelError
from svod_rcgn.networks.convert import torch_files
from svod_rcgn.networks.convert.torch_files import read_tensors
from tests.networks.torch_files import MAGIC, PROTOCOL, write_legacy, write_zip

WRITERS = pytest.mark.parametrize("write", [write_zip, write_legacy])
GENERATOR = np.random.default_rng(3)
TENSORS = {
    "conv.weight": GENERATOR.normal(size=(4, 3, 2, 2)).astype("<f4"),
    "bn.weight": GENERATOR.normal(size=5).astype("<f8"),
    "half": GENERATOR.normal(size=(2, 3)).astype("<f2"),
    "turned": GENERATOR.normal(size=(3, 4)).astype("<f4").T,
    "bn.num_batches_tracked": np.array(7, "<i8"),
    "empty": np.zeros((0, 3), "<f4"),
}


@WRITERS
def test_tensors_come_back_by_name_as_they_were(tmp_path: Path, write):
    found = read_tensors(write(tmp_path / "weights.pt", TENSORS))
    assert list(found) == list(TENSORS)
    for name, tensor in TENSORS.items():
        assert found[name].dtype == np.float32
        np.testing.assert_array_equal(found[name], tensor.astype(np.float32))


@WRITERS
@pytest.mark.parametrize("kept", [0.3, 0.7, 0.99])
def test_a_file_cut_short_is_refused(tmp_path: Path, write, kept):
    path = write(tmp_path / "weights.pt", {"weight": np.ones((40, 40), np.float32)})
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * kept)])
    with pytest.raises(ModelError, match=r"weights\.pt: no tensors can be read from it \(.+\)$"):
        read_tensors(path)


class Evil:
    def __init__(self, mark: Path):
        self.mark = mark

    def __reduce__(self):
        return os.mkdir, (str(self.mark),)


def _zip(path: Path, pickled: bytes, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a/data.pkl", pickled)
        for name, content in members.items():
            archive.writestr(f"a/data/{name}", content)
    return path


def _legacy(path: Path, pickled: bytes) -> Path:
    head = [MAGIC, PROTOCOL, {"little_endian": True}]
    path.write_bytes(b"".join(pickle.dumps(value, 2) for value in head) + pickled)
    return path


@pytest.mark.parametrize("put", [_zip, _legacy])
@pytest.mark.parametrize("protocol", [2, 4])
def test_a_pickle_that_would_run_something_is_refused_before_it_does(tmp_path: Path, put, protocol):
    path = put(tmp_path / "evil.pt", pickle.dumps({"weight": Evil(tmp_path / "mark")}, protocol))
    with pytest.raises(ModelError, match=r"(names (posix|nt)\.mkdir|uses \w+), which no tensor needs"):
        read_tensors(path)
    assert not (tmp_path / "mark").exists()


def _tensor(count: int, offset: int, shape: tuple[int, ...], strides: tuple[int, ...]) -> bytes:
    """The pickle of one tensor that claims what it likes."""

    def numbers(values):
        return b"(" + b"".join(b"J" + struct.pack("<i", value) for value in values) + b"t"

    storage = b"(X\x07\x00\x00\x00storagectorch\nFloatStorage\nX\x01\x00\x00\x000X\x03\x00\x00\x00cpu"
    storage += b"J" + struct.pack("<i", count) + b"tQ"
    call = b"ctorch._utils\n_rebuild_tensor_v2\n(" + storage + b"J" + struct.pack("<i", offset)
    return b"\x80\x02}X\x01\x00\x00\x00w" + call + numbers(shape) + numbers(strides) + b"\x89}tRs."


def test_a_tensor_that_fits_its_numbers_is_taken(tmp_path: Path):
    path = _zip(tmp_path / "a.pt", _tensor(4, 1, (3,), (1,)), **{"0": np.float32([1, 2, 3, 4]).tobytes()})
    assert read_tensors(path)["w"].tolist() == [2, 3, 4]


@pytest.mark.parametrize(
    ("count", "offset", "shape", "strides"),
    [
        (4, 2, (3,), (1,)),
        (4, 0, (2,), (4,)),
        (4, 0, (1_000_000,), (0,)),
        (4, -1, (2,), (1,)),
        (4, 0, (2,), (-1,)),
        (4, 0, (-2, -2), (1, 1)),
        (4, 0, (2, 2), (1,)),
        (5, 0, (2,), (1,)),
        (-4, 0, (2,), (1,)),
        (1 << 30, 0, (1 << 30,), (1,)),
    ],
)
def test_a_tensor_that_claims_more_than_there_is_is_refused(tmp_path: Path, count, offset, shape, strides):
    path = _zip(tmp_path / "a.pt", _tensor(count, offset, shape, strides), **{"0": bytes(16)})
    with pytest.raises(ModelError, match="no tensors can be read from it"):
        read_tensors(path)


def test_many_views_of_the_same_numbers_do_not_fill_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(torch_files, "MAX_BYTES", 4000)
    write_zip(tmp_path / "a.pt", {"one": np.ones(600, np.float16), "two": np.ones(600, np.float16)})
    with pytest.raises(ModelError, match=r"its tensors are larger than 4,000 bytes"):
        read_tensors(tmp_path / "a.pt")


def test_more_numbers_than_may_be_are_refused_before_any_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    read: list[str] = []

    def noted(archive: zipfile.ZipFile, name: str, size: int) -> bytes:
        read.append(name.rpartition("/")[2])
        return member(archive, name, size)

    member = torch_files._member
    monkeypatch.setattr(torch_files, "_member", noted)
    monkeypatch.setattr(torch_files, "MAX_BYTES", 4000)
    write_zip(tmp_path / "loose.pt", {"one": np.ones(900, np.float32), "two": np.ones(900, np.float32)})
    with (
        zipfile.ZipFile(tmp_path / "loose.pt") as loose,
        zipfile.ZipFile(tmp_path / "a.pt", "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for name in loose.namelist():
            packed.writestr(name, loose.read(name))
    with pytest.raises(ModelError, match=r"its tensors are larger than 4,000 bytes"):
        read_tensors(tmp_path / "a.pt")
    assert set(read) <= {"data.pkl", "byteorder"}


def test_a_pickle_that_reserves_memory_is_refused(tmp_path: Path):
    with pytest.raises(ModelError, match="has not made yet"):
        read_tensors(_zip(tmp_path / "a.pt", b"\x80\x02}r\xff\xff\xff\x7f."))


@pytest.mark.parametrize("value", [[1, 2], {}, {"a": 1}, {1: 2}, None])
def test_what_is_no_state_dict_is_refused(tmp_path: Path, value):
    with pytest.raises(ModelError, match="it is not a state_dict"):
        read_tensors(_zip(tmp_path / "a.pt", pickle.dumps(value, 2)))


@pytest.mark.parametrize("content", [b"", b"not a pickle", b"PK\x03\x04", b"\x80\x02."])
def test_any_other_file_is_refused(tmp_path: Path, content: bytes):
    (tmp_path / "a.pt").write_bytes(content)
    with pytest.raises(ModelError, match="no tensors can be read from it"):
        read_tensors(tmp_path / "a.pt")


def test_trouble_that_has_no_words_is_told_by_its_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def wordless(_: Path) -> None:
        raise MemoryError

    monkeypatch.setattr("zipfile.is_zipfile", wordless)
    with pytest.raises(ModelError, match=r"no tensors can be read from it \(MemoryError\)$"):
        read_tensors(write_zip(tmp_path / "a.pt", TENSORS))


def test_numbers_in_big_endian_order_are_refused(tmp_path: Path):
    path = write_legacy(tmp_path / "a.pt", {"w": np.ones(3, np.float32)})
    path.write_bytes(path.read_bytes().replace(b"little_endianq\x02\x88", b"little_endianq\x02\x89"))
    with pytest.raises(ModelError, match="big-endian"):
        read_tensors(path)
