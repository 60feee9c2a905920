import numpy as np
import pytest

from svod_rcgn.objects.evaluation.average_precision import AveragePrecision
from svod_rcgn.objects.training import saved_course
from svod_rcgn.objects.training.records import DetectorEpoch
from svod_rcgn.objects.training.saved_course import FILE, SavedCourse

COURSE = SavedCourse(("cells", "7"), (DetectorEpoch(1, 2.5, 3.0, AveragePrecision(0.5, 0.25)),), 1)
WEIGHTS = [np.arange(6, dtype=np.float32).reshape(2, 3), np.zeros(0, np.float32)]


def test_what_is_kept_comes_back(tmp_path):
    saved_course.write(tmp_path, COURSE, WEIGHTS)
    course, weights = saved_course.read(tmp_path, COURSE.key)
    assert course == COURSE
    assert all(np.array_equal(one, other) for one, other in zip(weights, WEIGHTS, strict=True))


def test_what_is_of_other_pictures_is_not_taken_up(tmp_path):
    saved_course.write(tmp_path, COURSE, WEIGHTS)
    assert saved_course.read(tmp_path, ("cells", "8")) is None


@pytest.mark.parametrize("damage", [b"", b"no zip at all", None])
def test_what_is_missing_or_damaged_is_as_if_there_was_none(tmp_path, damage):
    saved_course.write(tmp_path, COURSE, WEIGHTS)
    whole = (tmp_path / FILE).read_bytes()
    if damage is None:
        assert saved_course.read(tmp_path / "nowhere", COURSE.key) is None
        damage = whole[: len(whole) // 2]
    (tmp_path / FILE).write_bytes(damage)
    assert saved_course.read(tmp_path, COURSE.key) is None


def test_nothing_is_unpickled(tmp_path):
    np.savez(tmp_path / "evil.npz", about=np.array([{"a": 1}], dtype=object))
    (tmp_path / "evil.npz").rename(tmp_path / FILE)
    assert saved_course.read(tmp_path, COURSE.key) is None
