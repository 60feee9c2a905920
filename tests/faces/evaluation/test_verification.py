import numpy as np
import pytest

from svod_rcgn.errors import InputError
from svod_rcgn.faces.evaluation.face_reader import FaceReader
from svod_rcgn.faces.evaluation.verification import read_pairs, verify
from svod_rcgn.storage.images import write_png
from tests.fakes import FakeAligner, FakeDetector, FakeEmbedder, picture

RED, ORANGE, BLUE, BLACK = (0, 0, 220), (0, 110, 220), (220, 0, 0), (0, 0, 0)


def silently(items, title):
    return items


@pytest.fixture
def images(tmp_path):
    """Ann is red, twice; Bob is blue; Cy is blue and orange, whose cosine is 0; Dan has no face."""
    colours = {"Ann": (RED, RED), "Bob": (BLUE, BLUE), "Cy": (BLUE, ORANGE), "Dan": (RED, BLACK)}
    for name, own in colours.items():
        for number, colour in enumerate(own, start=1):
            write_png(tmp_path / "images" / name / f"{name}_{number:04}.png", picture(colour))
    return tmp_path / "images"


def listed(tmp_path, folds, pairs, each=1):
    path = tmp_path / "pairs.txt"
    path.write_text(f"{folds}\t{each}\n" + "".join(f"{pair}\n" for pair in pairs))
    return path


def verified(tmp_path, images, folds):
    pairs = [pair for fold in folds for pair in fold]
    reader = FaceReader(FakeDetector(), FakeAligner(), FakeEmbedder())
    return verify(listed(tmp_path, len(folds), pairs), images, reader, silently)


GOOD = ("Ann\t1\t2", "Ann\t1\tBob\t1")


def test_ten_folds_that_are_easy_are_all_right(tmp_path, images):
    found = verified(tmp_path, images, [GOOD] * 10)
    assert (found.pairs, found.accuracy, found.standard_error) == (20, 1.0, 0.0)
    assert found.folds == [1.0] * 10
    assert found.limits == pytest.approx([0.5] * 10)


def test_pictures_of_any_ending_are_found_and_sidecars_are_not_taken_for_them(tmp_path, images):
    (images / "Ann" / "Ann_0001.png").rename(images / "Ann" / "Ann_0001.JPG")
    (images / "Ann" / "Ann_0001.json").write_text("{}")
    (images / "Ann" / "Ann_0001.1.png").write_bytes(b"")
    (images / "Bob" / "Bob_0001.png").rename(images / "Bob" / "Bob_0001.dat")
    found = verified(tmp_path, images, [GOOD] * 10)
    assert (found.pairs, found.accuracy) == (20, 1.0)


def test_mean_and_standard_error_are_over_the_folds(tmp_path, images):
    hard = ("Cy\t1\t2", "Ann\t1\tBob\t1")  # one person with a cosine of 0
    found = verified(tmp_path, images, [GOOD] * 9 + [hard])
    assert found.folds == [1.0] * 9 + [0.5]
    assert found.accuracy == pytest.approx(0.95)
    assert found.standard_error == pytest.approx(np.std([1.0] * 9 + [0.5], ddof=1) / np.sqrt(10))


def test_the_limit_of_a_fold_is_not_chosen_on_that_fold(tmp_path, images):
    same = (
        "Bob\t1\t2",
        "Bob\t1\tCy\t1",
    )  # two persons with a cosine of 1: the limit of its own would be above
    found = verified(tmp_path, images, [GOOD, same])
    assert found.folds[1] == 0.5
    assert found.limits[1] == pytest.approx(0.5)


@pytest.mark.parametrize("pair", ["Dan\t1\t2", "Dan\t2\tBob\t1"])
def test_a_pair_without_a_face_is_wrong_and_its_picture_is_listed(tmp_path, images, pair):
    kinds = [pair, GOOD[1]] if pair.count("\t") == 2 else [GOOD[0], pair]
    found = verified(tmp_path, images, [GOOD, kinds])
    assert found.folds == [1.0, 0.5]
    assert [miss.picture.rpartition("/")[2] for miss in found.misses] == ["Dan_0002.png"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "first line"),
        ("10\n", "first line"),
        ("ten\t1\n", "first line"),
        ("1\t1\nAnn\t1\t2\nAnn\t1\tBob\t1\n", "at least two folds"),
        ("2\t1\nAnn\t1\t2\n", "expected 4 pairs, as its first line says, found 1"),
        ("2\t1\n" + "Ann\t1\n" * 4, "line 2: expected"),
        ("2\t1\n" + "Ann\t1\t7\n" * 4, "Ann_0007.jpg: no such file"),
        ("2\t1\n" + "../Ann\t1\t2\n" * 4, "is no name of a folder"),
        ("2\t1\n" + "Ann\t1\t../2\n" * 4, "is no name of a folder"),
    ],
)
def test_a_list_that_is_wrong_is_one_clear_line(tmp_path, images, text, told):
    (tmp_path / "pairs.txt").write_text(text)
    with pytest.raises(InputError, match=told) as caught:
        read_pairs(tmp_path / "pairs.txt", images)
    assert "\n" not in str(caught.value)


def test_a_list_that_is_missing_or_no_text_is_one_clear_line(tmp_path, images):
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    for name in ("missing", "binary"):
        with pytest.raises(InputError, match="cannot be read"):
            read_pairs(tmp_path / name, images)
