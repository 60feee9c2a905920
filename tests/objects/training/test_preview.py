import cv2
import pytest

from svod_rcgn.errors import InputError
from svod_rcgn.objects.evaluation import boxed_pictures
from svod_rcgn.objects.training import preview
from svod_rcgn.objects.training.augmentation import KINDS
from svod_rcgn.objects.training.input_size import InputSize
from tests.objects.training.makers import pictures


def test_each_kind_of_change_can_be_looked_at(dataset, tmp_path):
    dataset.add(pictures(8), "the test")
    written = preview.write(tmp_path / "seen", boxed_pictures.read(dataset), InputSize(96, 128, 8), 0)
    names = {each.name for each in written}
    assert {f"{kind}-1.png" for kind in KINDS} < names
    assert "together-6.png" in names
    assert all(cv2.imread(str(each)).shape == (96, 128, 3) for each in written)


def test_a_folder_with_something_in_it_is_left_alone(tmp_path):
    preview.check_empty(tmp_path / "new")
    preview.check_empty(tmp_path)
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(InputError, match="give another folder"):
        preview.check_empty(tmp_path)
    with pytest.raises(InputError, match="give another folder"):
        preview.check_empty(tmp_path / "mine.txt")
