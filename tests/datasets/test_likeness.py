import cv2
import numpy as np
import pytest

from svod_rcgn.datasets import likeness
from svod_rcgn.datasets.likeness import NEARLY_SAME, Looks, look_of
from svod_rcgn.datasets.news import News
from tests.datasets.makers import new, noise


def _photo(number, width=320, height=240):
    return cv2.GaussianBlur(noise(number, width, height), (0, 0), 0.7)


def _looks(images):
    looks = Looks.empty()
    for image in images:
        looks.add(look_of(image))
    return looks


@pytest.mark.parametrize("number", range(12))
def test_a_picture_made_smaller_brighter_and_packed_hard_is_found_again(number):
    photo = _photo(number)
    small = cv2.convertScaleAbs(
        cv2.resize(photo, (192, 144), interpolation=cv2.INTER_AREA), alpha=1.1, beta=5
    )
    packed = cv2.imdecode(cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 60])[1], cv2.IMREAD_COLOR)
    assert _looks(map(_photo, range(12))).like(look_of(packed)) == [number]


def test_other_pictures_are_not_alike():
    looks = _looks(map(_photo, range(40)))
    assert [looks.like(look_of(_photo(number))) for number in range(40)] == [[number] for number in range(40)]


def test_flat_pictures_are_alike_and_like_nothing_else():
    flat = np.full((100, 100, 3), 128, np.uint8)
    looks = _looks([flat, _photo(1)])
    assert looks.like(look_of(flat)) == [0]
    assert looks.like(look_of(_photo(1))) == [1]


def test_pictures_of_few_pixels_are_alike_to_none():
    digit = cv2.resize(noise(1), (28, 28))
    looks = _looks([digit, noise(1)])
    assert looks.like(look_of(digit)) == []
    assert looks.like(look_of(noise(1))) == [1]


def test_bits_are_counted_alike_by_old_numpy(monkeypatch):
    differing = np.random.default_rng(1).integers(0, 256, (50, likeness.GRADIENT_BYTES), np.uint8)
    expected = np.unpackbits(differing, axis=1).sum(axis=1)
    assert (likeness._popcount(differing) == expected).all()
    monkeypatch.delattr(np, "bitwise_count", raising=False)
    assert (likeness._popcount(differing) == expected).all()


def test_blur_is_seen_whatever_the_size_and_not_in_small_pictures():
    for width in (320, 1280):
        sharp = noise(1, width, width)
        assert not look_of(sharp).is_blurred
        assert look_of(cv2.GaussianBlur(sharp, (0, 0), width * 8 / 256)).is_blurred
    assert not look_of(np.zeros((28, 28, 3), np.uint8)).is_blurred


def test_near_doubles_are_noted_as_they_come(dataset):
    dataset.add([new(1, width=320, height=240), new(2, width=320, height=240)], "a")
    dataset.add([new(1, width=640, height=480, name="larger.png")], "b")
    dataset.add([new(3, width=320, height=240)], "c")
    ((one, other),) = dataset.near_doubles()
    names = {each.hash: each.name for each in dataset.pictures()}
    assert (names[one], names[other]) == ("picture-1.png", "larger.png")


def test_a_failed_adding_leaves_no_look_behind(dataset, monkeypatch):
    def fails(*_):
        raise RuntimeError("halfway")

    dataset.add([new(1)], "a")
    with monkeypatch.context() as patch:
        patch.setattr(dataset._journal, "append", fails)
        with pytest.raises(RuntimeError, match="halfway"):
            dataset.add([new(2), new(3)], "b")
    dataset.add([new(4)], "c")
    dataset.add([new(2, width=192, height=160, name="again.png")], "d")
    assert dataset.near_doubles() == []


def test_only_news_is_kept_of_a_stream():
    still = [
        np.clip(_photo(1) + np.random.default_rng(each).integers(0, 4), 0, 255).astype(np.uint8)
        for each in range(20)
    ]
    blurred = [cv2.GaussianBlur(_photo(2), (0, 0), 12)] * 5
    news = News()
    kept = list(news.of([*still, *blurred, *map(_photo, range(3, 8)), *still]))
    assert len(kept) == 6
    assert str(news) == "50 seen, 6 kept"


@pytest.mark.shared
def test_different_photographs_are_hardly_ever_taken_for_one(shared_dir):
    paths = sorted((shared_dir / "classes" / "flowers5").rglob("*.jpg"))
    images = [cv2.imread(str(path)) for path in paths]
    looks = _looks(images)
    pairs = sum(len(looks.like(look_of(image), NEARLY_SAME)) - 1 for image in images)
    assert len(images) >= 400
    assert pairs == 0


@pytest.mark.shared
def test_sharp_photographs_are_hardly_ever_called_blurred_and_blurred_ones_mostly(shared_dir):
    paths = sorted((shared_dir / "imagenet").rglob("*.jpg"))
    images = [cv2.imread(str(path)) for path in paths]
    blurred = [cv2.GaussianBlur(image, (0, 0), 3 * max(image.shape) / 256) for image in images[:80]]
    assert sum(look_of(image).is_blurred for image in images) <= 0.02 * len(images)
    assert sum(look_of(image).is_blurred for image in blurred) >= 0.95 * len(blurred)
