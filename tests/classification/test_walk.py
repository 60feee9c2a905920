from pathlib import Path

import cv2
import pytest
from PIL import Image

from svod_rcgn.classification.settings import ReadingSettings
from svod_rcgn.classification.walk import ClassLooker, Walk, identify
from svod_rcgn.errors import InputError
from svod_rcgn.storage.images import PictureFile, write_png
from tests.classification.fakes import ByBrightness, flat, make_classifier


def _looker(network: ByBrightness | None = None) -> ClassLooker:
    return ClassLooker(make_classifier(network), "3", 1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for index, level in enumerate((0, 255, 255)):
        write_png(tmp_path / f"in {index}" / f"{level}.png", flat(level))
    write_png(tmp_path / ".hidden" / "0.png", flat(0))
    return tmp_path


def test_a_folder_stands_for_all_its_pictures_in_batches(folder: Path) -> None:
    network = ByBrightness()
    found = list(identify(Walk([folder], ReadingSettings(batch=2)), _looker(network)))
    assert [each.answers[0].label for each in found] == ["dark", "bright", "bright"]
    assert [Path(each.picture).name for each in found] == ["0.png", "255.png", "255.png"]
    assert {(each.network, each.version, each.known) for each in found} == {("light", "3", True)}
    assert network.batches == [2, 1]


def test_a_picture_is_turned_as_exif_says(tmp_path: Path) -> None:
    picture = Image.new("RGB", (20, 10))
    exif = Image.Exif()
    exif[274] = 6  # to be turned by 90 degrees
    picture.save(tmp_path / "turned.jpg", exif=exif)
    (seen,) = Walk([tmp_path / "turned.jpg"], ReadingSettings()).pictures()
    assert seen.image.shape == (20, 10, 3)


def test_what_cannot_be_read_is_left_out_and_counted(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    (folder / "damaged.jpg").write_bytes(b"no picture")
    walk = Walk([folder, PictureFile("standard input", b"")], ReadingSettings())
    assert len(list(identify(walk, _looker()))) == 3
    assert walk.left_out == 2
    assert "damaged.jpg" in caplog.text
    assert "standard input" in caplog.text


def test_of_a_film_a_frame_is_looked_at_every_so_often(tmp_path: Path) -> None:
    film = cv2.VideoWriter(str(tmp_path / "a.avi"), cv2.VideoWriter.fourcc(*"MJPG"), 10, (32, 32))
    for index in range(25):
        film.write(flat(0 if index < 10 else 255, 32, 32))
    film.release()
    found = list(identify(Walk([tmp_path / "a.avi"], ReadingSettings(every=1.0)), _looker()))
    assert [(round(each.time or 0, 1), each.answers[0].label) for each in found] == [
        (0.0, "dark"),
        (1.0, "bright"),
        (2.0, "bright"),
    ]
    assert len(list(Walk([tmp_path / "a.avi"], ReadingSettings(every=0)).pictures())) == 25


def test_a_folder_without_pictures_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no pictures"):
        list(Walk([tmp_path], ReadingSettings()).pictures())
