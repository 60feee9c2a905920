import math
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image as Pillow

from svod_rcgn.errors import InputError
from svod_rcgn.media.sources import Film, Health, Pictures, open_source
from svod_rcgn.storage.images import write_png
from tests.fakes import BLUE, GREY, RED, FakeCapture, picture, write_film


@pytest.fixture(autouse=True)
def _quiet():
    level = cv2.utils.logging.getLogLevel()
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    yield
    cv2.utils.logging.setLogLevel(level)


def _times(source) -> list[float]:
    return [frame.time for frame in source.frames()]


def test_a_film_gives_its_frames_in_order_with_its_own_time(tmp_path: Path):
    path = write_film(tmp_path / "film.mp4", [picture(RED)] * 4 + [picture(BLUE)] * 4, rate=20)
    source = open_source(str(path))
    frames = list(source.frames())
    assert [frame.index for frame in frames] == list(range(8))
    assert [frame.time for frame in frames] == pytest.approx([index / 20 for index in range(8)])
    assert frames[0].image[24, 32].argmax() == 2
    assert frames[-1].image[24, 32].argmax() == 0
    assert (source.live, source.still, source.frames_per_second, source.frame_count) == (False, False, 20, 8)
    assert {frame.source for frame in frames} == {str(path)}


@pytest.mark.parametrize("name", ["50% off.mp4", "picture%03d.mp4", "Фильм, été.mp4"])
def test_a_film_may_have_any_name(tmp_path: Path, name: str):
    write_film(tmp_path / "film.mp4", [picture(RED)] * 3).rename(tmp_path / name)
    assert len(_times(open_source(str(tmp_path / name)))) == 3


def test_a_film_cut_short_is_read_as_far_as_it_goes(tmp_path: Path):
    noise = np.random.default_rng(7).integers(0, 255, (25, 48, 64, 3), np.uint8)
    path = write_film(tmp_path / "film.avi", noise, codec="MJPG")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert 5 < len(_times(open_source(str(path)))) < 25


@pytest.mark.parametrize("content", [b"", b"no film at all" * 500])
def test_what_is_no_film_is_told_at_once(tmp_path: Path, content: bytes):
    path = tmp_path / "broken.mp4"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"broken\.mp4: cannot be read as a film"):
        open_source(str(path))


def test_a_film_without_one_readable_frame_is_an_error_and_is_released():
    capture = FakeCapture([], count=100)
    with pytest.raises(InputError, match="no frame of this film can be read"):
        list(Film(capture, "film.mp4").frames())
    assert capture.released


@pytest.mark.parametrize("rate", [0, -1, math.nan, math.inf, 90_000])
def test_a_frame_rate_that_cannot_be_is_replaced(rate: float):
    source = Film(FakeCapture([0, 0, 0], rate=rate), "film.mp4")
    assert source.frames_per_second == 25
    assert _times(source) == pytest.approx([0, 0.04, 0.08])


@pytest.mark.parametrize("count", [0, -1, math.nan, math.inf, -9.2e18])
def test_a_frame_count_that_cannot_be_is_not_known(count: float):
    assert Film(FakeCapture([0], count=count), "film.mp4").frame_count is None


@pytest.mark.parametrize(
    "stamps",
    [
        [0, 0, 0, 0],  # none
        [-5, -4.9, -4.8, -4.7],  # below zero
        [0, math.nan, 0.1, 0.2],
        [0, 1e12, 1e12 + 0.1, 1e12 + 0.2],  # a jump ahead
        [7, 7.1, 0, 0.1],  # two films in one
        [0, math.inf, -math.inf, 0.1],
    ],
)
def test_time_goes_on_evenly_where_stamps_are_damaged(stamps: list[float]):
    assert _times(Film(FakeCapture(stamps, rate=10), "film.mp4")) == pytest.approx(
        [0, 0.1, 0.2, 0.3], abs=1e-3
    )


def test_frames_of_uneven_length_keep_their_time():
    assert _times(Film(FakeCapture([0, 0.5, 0.6, 7.6], rate=10), "film.mp4")) == pytest.approx(
        [0, 0.5, 0.6, 7.6]
    )


def test_whatever_the_stamps_are_time_runs_forward():
    stamps = [math.sin(index * 7) * 10 ** (index % 9) for index in range(500)]
    times = _times(Film(FakeCapture(stamps, rate=30), "film.mp4"))
    assert all(math.isfinite(later) and later > earlier for earlier, later in pairwise(times))


def test_a_film_is_never_waited_for():
    source = Film(FakeCapture([0, 1]), "film.mp4")
    source.stop()
    assert (_times(source), source.health) == ([0, 1], Health())


def test_a_film_that_is_left_in_the_middle_is_released():
    capture = FakeCapture([0, 1, 2])
    frames = Film(capture, "film.mp4").frames()
    next(frames)
    frames.close()
    assert capture.released


def test_pictures_of_a_folder_come_sorted_one_a_second(tmp_path: Path):
    for name, colour in (("b.png", BLUE), ("a.png", RED), ("c.png", GREY)):
        write_png(tmp_path / name, picture(colour))
    (tmp_path / "notes.txt").write_text("no picture")
    (tmp_path / ".hidden.png").write_bytes(b"left by a file manager")
    source = open_source(str(tmp_path))
    frames = list(source.frames())
    assert [tuple(frame.image[0, 0]) for frame in frames] == [RED, BLUE, GREY]
    assert [frame.time for frame in frames] == [0, 1, 2]
    assert (source.live, source.still, source.frames_per_second, source.frame_count) == (False, True, 1, 3)


def test_a_damaged_picture_is_reported_and_left_out(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    (tmp_path / "a.png").write_bytes(b"")
    write_png(tmp_path / "b.png", picture(RED))
    assert [(frame.index, frame.time) for frame in open_source(str(tmp_path)).frames()] == [(0, 0)]
    assert "left out" in caplog.text
    assert "a.png" in caplog.text


def test_a_folder_of_nothing_but_damaged_pictures_is_an_error(tmp_path: Path):
    (tmp_path / "a.png").write_bytes(b"")
    (tmp_path / "b.jpg").write_bytes(b"garbage")
    with pytest.raises(InputError, match="none of its 2 pictures can be read"):
        list(open_source(str(tmp_path)).frames())


def _saved(path: Path, kind: str, frames: int = 1) -> None:
    first, *later = (Pillow.new("RGB", (64, 48), colour) for colour in ("red", "blue", "lime")[:frames])
    first.save(path, kind, **({"save_all": True, "append_images": later} if later else {}))


def test_one_file_is_a_picture_or_a_film_by_what_it_is(tmp_path: Path):
    write_film(tmp_path / "film.mp4", [picture(RED)] * 3).rename(tmp_path / "film.jpg")
    for name, kind in {"me.mp4": "PNG", "me": "JPEG", "ME.JPEG": "AVIF", "still.gif": "GIF"}.items():
        _saved(tmp_path / name, kind)
        source = open_source(str(tmp_path / name))
        assert (source.still, len(_times(source))) == (True, 1)
    _saved(tmp_path / "moves.gif", "GIF", frames=3)
    for name in ("film.jpg", "moves.gif"):
        source = open_source(str(tmp_path / name))
        assert (source.still, len(_times(source))) == (False, 3)


def test_a_page_named_like_a_picture_is_told_by_what_it_is(tmp_path: Path):
    (tmp_path / "me.jpg").write_bytes(b"<html>")
    with pytest.raises(InputError, match=r"me\.jpg: cannot be read as a picture: it is a web page"):
        open_source(str(tmp_path / "me.jpg"))


def test_a_folder_shows_the_pictures_of_any_ending_that_are_not_hidden(tmp_path: Path):
    _saved(tmp_path / "1", "PNG")
    _saved(tmp_path / "2.dat", "WEBP", frames=3)
    _saved(tmp_path / ".3.png", "PNG")
    for name in ("1.json", "Thumbs.db", "notes.txt"):
        (tmp_path / name).write_bytes(b"beside")
    source = open_source(str(tmp_path))
    assert source.frame_count == len(_times(source)) == 2


def test_a_folder_without_pictures_is_an_error(tmp_path: Path):
    with pytest.raises(InputError, match="holds no pictures"):
        open_source(str(tmp_path))


def test_a_single_damaged_picture_is_told_at_once(tmp_path: Path):
    (tmp_path / "me.JPG").write_bytes(b"")
    with pytest.raises(InputError, match=r"me\.JPG: cannot be read as a picture"):
        open_source(str(tmp_path / "me.JPG"))


def test_a_single_picture_is_one_frame(tmp_path: Path):
    write_png(tmp_path / "me.png", picture(RED))
    source = open_source(str(tmp_path / "me.png"))
    assert isinstance(source, Pictures)
    assert [frame.time for frame in source.frames()] == [0]
