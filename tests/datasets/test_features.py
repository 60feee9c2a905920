import hashlib
import threading
from dataclasses import replace

import numpy as np
import pytest

from svod_rcgn.datasets import features
from svod_rcgn.datasets.features import FeatureKey, Features
from svod_rcgn.errors import DatasetError
from tests.datasets.makers import new

KEY = FeatureKey("0" * 64, "pooled", "CPU", "bf16", (224, 224), "squash RGB (x-127)/128")
HASHES = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(300)]


def _vector(digest):
    return np.frombuffer(bytes.fromhex(digest), np.uint8).astype(np.float32)


class _Backbone:
    def __init__(self):
        self.asked = []

    def __call__(self, hashes):
        self.asked += hashes
        return np.stack([_vector(each) for each in hashes])


def test_features_are_computed_once_and_given_in_the_order_asked_for(tmp_path):
    backbone = _Backbone()
    kept = Features(tmp_path, KEY)
    rows = kept.of(HASHES[:100], backbone)
    assert backbone.asked == HASHES[:100]
    assert (rows == np.stack([_vector(each) for each in HASHES[:100]])).all()
    again = Features(tmp_path, KEY)
    mixed = [HASHES[5], HASHES[120], HASHES[5], HASHES[3]]
    assert (again.of(mixed, backbone) == np.stack([_vector(each) for each in mixed])).all()
    assert backbone.asked == [*HASHES[:100], HASHES[120]]
    assert len(again) == 101
    assert kept.missing(HASHES[119:122]) == [HASHES[119], HASHES[121]]


@pytest.mark.parametrize(
    "change",
    [{"precision": "f32"}, {"device": "GPU"}, {"backbone": "1" * 64}, {"size": (320, 320)}, {"output": "map"},
     {"preprocessing": "centre crop"}],
)  # fmt: skip
def test_whatever_changes_the_features_changes_their_place(tmp_path, change):
    backbone = _Backbone()
    Features(tmp_path, KEY).of(HASHES[:3], backbone)
    other = Features(tmp_path, replace(KEY, **change))
    assert other.missing(HASHES[:3]) == HASHES[:3]


def test_features_may_have_any_shape_and_half_precision(tmp_path):
    def maps(hashes):
        return np.stack([np.full((7, 4, 4), int(each[:2], 16), np.float16) for each in hashes])

    rows = Features(tmp_path, KEY).of(HASHES[:70], maps)
    assert (rows.shape, rows.dtype) == ((70, 7, 4, 4), np.float16)
    assert [int(row[0, 0, 0]) for row in Features(tmp_path, KEY).of(HASHES[:70], maps)] == [
        int(each[:2], 16) for each in HASHES[:70]
    ]


def test_nothing_asked_for_is_nothing(tmp_path):
    assert len(Features(tmp_path, KEY).of([], _Backbone())) == 0


@pytest.mark.parametrize("torn", range(0, 33, 4))
def test_what_a_dying_process_left_half_written_is_computed_again(tmp_path, torn):
    backbone = _Backbone()
    kept = Features(tmp_path, KEY)
    kept.of(HASHES[:10], backbone)
    for name, keep in (("rows", 9 * 128 + 4 * torn), ("hashes", 9 * 32 + torn)):
        path = kept.folder / name
        path.write_bytes(path.read_bytes()[:keep])
    backbone.asked.clear()
    again = Features(tmp_path, KEY)
    assert (again.of(HASHES[:12], backbone) == np.stack([_vector(each) for each in HASHES[:12]])).all()
    assert backbone.asked == HASHES[9 if torn < 32 else 10 : 12]


def test_what_was_computed_outlives_a_failure_later(tmp_path):
    def fails(hashes):
        if HASHES[130] in hashes:
            raise RuntimeError("no memory")
        return np.stack([_vector(each) for each in hashes])

    with pytest.raises(RuntimeError, match="no memory"):
        Features(tmp_path, KEY).of(HASHES[:200], fails)
    assert len(Features(tmp_path, KEY)) == 128


def test_features_of_another_shape_are_refused(tmp_path):
    Features(tmp_path, KEY).of(HASHES[:3], _Backbone())
    with pytest.raises(DatasetError, match=r"features of shape \(1, 5\)"):
        Features(tmp_path, KEY).of(HASHES[3:4], lambda _: np.zeros((1, 5), np.float32))
    with pytest.raises(DatasetError, match="features of shape"):
        Features(tmp_path, KEY).of(HASHES[3:4], lambda _: np.zeros((1, 32), np.float64))


@pytest.mark.parametrize("content", [b"", b"{}", b'{"key": 3}', b'{"shape": [4], "dtype": "|O"}'])
def test_a_damaged_header_is_told(tmp_path, content):
    kept = Features(tmp_path, KEY)
    kept.of(HASHES[:3], _Backbone())
    (kept.folder / "header.json").write_bytes(content)
    with pytest.raises(DatasetError, match="it is computed again"):
        Features(tmp_path, KEY).of(HASHES[:3], _Backbone())


def test_threads_compute_each_picture_once(tmp_path):
    backbone = _Backbone()
    results = {}

    def ask(name):
        results[name] = Features(tmp_path, KEY).of(HASHES, backbone)

    threads = [threading.Thread(target=ask, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(backbone.asked) == sorted(HASHES)
    assert all((rows == np.stack([_vector(each) for each in HASHES])).all() for rows in results.values())


def test_purged_pictures_leave_no_features(dataset):
    dataset.add([new(1), new(2)], "a")
    hashes = [each.hash for each in dataset.pictures()]
    kept = dataset.features(KEY)
    kept.of(hashes, _Backbone())
    dataset.delete(hashes[:1])
    dataset.purge()
    again = dataset.features(KEY)
    assert again.missing(hashes) == hashes[:1]
    data = (again.folder / "rows").read_bytes() + (again.folder / "hashes").read_bytes()
    assert bytes.fromhex(hashes[0]) not in data
    assert _vector(hashes[0]).tobytes() not in data
    assert (again.of(hashes[1:], _Backbone()) == _vector(hashes[1])).all()
    assert features.FOLDER == "features"
