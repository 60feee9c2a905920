from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from svod_rcgn.errors import InputError
from svod_rcgn.media.walk import Walk
from svod_rcgn.storage.images import PictureFile, write_png


def _flat(level: int, height: int = 12, width: int = 16) -> np.ndarray:
    return np.full((height, width, 3), level, np.uint8)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for index, level in enumerate((0, 255, 255)):
        write_png(tmp_path / f"in {index}" / f"{level}.png", _flat(level))
    write_png(tmp_path / ".hidden" / "0.png", _flat(0))
    return tmp_path


@pytest.fixture
def film(tmp_path: Path) -> Path:
    written = cv2.VideoWriter(str(tmp_path / "a.avi"), cv2.VideoWriter.fourcc(*"MJPG"), 10, (32, 32))
    for index in range(25):
        written.write(_flat(0 if index < 10 else 255, 32, 32))
    written.release()
    return tmp_path / "a.avi"


def test_a_folder_stands_for_all_its_pictures_but_the_hidden_ones(folder: Path) -> None:
    found = list(Walk([folder]).pictures())
    assert [Path(each.name).name for each in found] == ["0.png", "255.png", "255.png"]
    assert [each.image.mean() for each in found] == [0, 255, 255]
    assert {each.time for each in found} == {None}


def test_a_picture_is_turned_as_exif_says(tmp_path: Path) -> None:
    picture = Image.new("RGB", (20, 10))
    exif = Image.Exif()
    exif[274] = 6  # to be turned by 90 degrees
    picture.save(tmp_path / "turned.jpg", exif=exif)
    (seen,) = Walk([tmp_path / "turned.jpg"]).pictures()
    assert seen.image.shape == (20, 10, 3)


def test_what_cannot_be_read_is_left_out_and_counted(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    (folder / "damaged.jpg").write_bytes(b"no picture")
    walk = Walk([folder, PictureFile("standard input", b"")])
    assert len(list(walk.pictures())) == 3
    assert walk.left_out == 2
    assert "damaged.jpg" in caplog.text
    assert "standard input" in caplog.text


def test_of_a_film_a_frame_is_taken_every_so_often(film: Path) -> None:
    found = list(Walk([film], every=1.0).pictures())
    assert [(round(each.time or 0, 1), each.image.mean() > 128) for each in found] == [
        (0.0, False),
        (1.0, True),
        (2.0, True),
    ]


def test_all_frames_of_a_film_are_taken_where_nothing_else_is_said(film: Path) -> None:
    times = [each.time or 0 for each in Walk([film]).pictures()]
    assert len(times) == 25
    assert times == sorted(set(times))


def test_a_folder_without_pictures_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no pictures"):
        list(Walk([tmp_path]).pictures())
