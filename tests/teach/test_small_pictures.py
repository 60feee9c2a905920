"""Small pictures are made once and kept as far as there is room."""

from pathlib import Path

import pytest

from svod_rcgn.teach.small_pictures import SmallPictures
from tests.datasets.makers import noise, png


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(4):
        (tmp_path / f"{number}").write_bytes(png(noise(number)))
    return tmp_path


class Asked:
    """Where pictures lie, and how often that was asked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.times = 0

    def file(self, digest: str) -> Path | None:
        self.times += 1
        path = self.folder / digest
        return path if path.exists() else None


def test_a_picture_is_made_small_once_for_each_side(folder: Path):
    asked = Asked(folder)
    small = SmallPictures(asked.file)
    first = small.of("0", 64)
    assert first == small.of("0", 64)
    assert asked.times == 1
    assert small.of("0", 32) != first
    assert asked.times == 2
    assert small.of("9", 64) is None


def test_the_one_that_was_not_asked_for_longest_goes_where_there_is_no_room(folder: Path):
    asked = Asked(folder)
    sizes = [len(SmallPictures(asked.file).of(str(number), 64) or b"") for number in range(3)]
    small = SmallPictures(asked.file, most=sum(sizes[:2]) + min(sizes) // 2)
    for digest in ("0", "1", "0", "2"):
        small.of(digest, 64)
    before = asked.times
    small.of("2", 64)
    assert asked.times == before
    small.of("1", 64)
    assert asked.times == before + 1
