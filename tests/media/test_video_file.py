from pathlib import Path

import pytest

from svod_rcgn.errors import InputError
from svod_rcgn.media import video_file
from svod_rcgn.media.video_file import FilmFile
from tests.fakes import BLUE, GREY, RED, picture, read_film


def test_a_film_holds_every_picture_at_the_given_rate(tmp_path: Path):
    film = FilmFile(tmp_path / "film.mp4", 29.97)
    for index in range(30):
        film.write(picture(RED if index < 15 else BLUE), index / 29.97)
    film.close()
    images, rate = read_film(tmp_path / "film.mp4")
    assert rate == pytest.approx(29.97)
    assert [int(image[24, 32].argmax()) for image in images] == [2] * 15 + [0] * 15


def test_a_film_appears_only_when_it_is_whole(tmp_path: Path):
    film = FilmFile(tmp_path / "film.mp4", 10)
    film.write(picture(RED), 0)
    assert not (tmp_path / "film.mp4").exists()
    film.close()
    assert [path.name for path in tmp_path.iterdir()] == ["film.mp4"]


def test_a_link_stays_and_what_it_leads_to_is_replaced(tmp_path: Path):
    (tmp_path / "disk").mkdir()
    (tmp_path / "film.mp4").symlink_to(tmp_path / "disk" / "real.mp4")
    film = FilmFile(tmp_path / "film.mp4", 10)
    film.write(picture(RED), 0)
    film.close()
    assert (tmp_path / "film.mp4").is_symlink()
    assert len(read_film(tmp_path / "disk" / "real.mp4")[0]) == 1


def test_a_size_that_no_film_has_is_told_and_leaves_nothing(tmp_path: Path):
    film = FilmFile(tmp_path / "film.mp4", 10, (100_000, 100_000))
    with pytest.raises(InputError, match="cannot write a film of 100000x100000"):
        film.write(picture(RED), 0)
    film.close()
    assert list(tmp_path.iterdir()) == []


def test_a_film_without_a_picture_leaves_the_old_one(tmp_path: Path):
    (tmp_path / "film.mp4").write_bytes(b"old")
    FilmFile(tmp_path / "film.mp4", 10).close()
    assert (tmp_path / "film.mp4").read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_film_that_was_damaged_while_written_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "film.mp4").write_bytes(b"old")
    film = FilmFile(tmp_path / "film.mp4", 10)
    film.write(picture(RED), 0)
    monkeypatch.setattr(video_file, "_frames_in", lambda path: 0)
    with pytest.raises(InputError, match="could not be written whole"):
        film.close()
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"old"]


def test_a_film_may_be_closed_twice(tmp_path: Path):
    film = FilmFile(tmp_path / "film.mp4", 10)
    film.write(picture(RED), 0)
    film.close()
    film.close()
    assert len(read_film(tmp_path / "film.mp4")[0]) == 1


def test_a_film_that_is_discarded_leaves_nothing_and_the_old_one_as_it_was(tmp_path: Path):
    (tmp_path / "film.mp4").write_bytes(b"old")
    film = FilmFile(tmp_path / "film.mp4", 25.0)
    film.write(picture(RED), 0.0)
    film.discard()
    film.write(picture(RED), 0.04)
    film.close()
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"old"]


def test_pictures_of_another_size_are_set_on_black(tmp_path: Path):
    film = FilmFile(tmp_path / "film.mp4", 10)
    film.write(picture(RED, 64, 48), 0)
    film.write(picture(RED, 20, 48), 0.1)
    film.write(picture(RED, 640, 120), 0.2)
    film.close()
    first, tall, wide = read_film(tmp_path / "film.mp4")[0]
    assert first.shape == tall.shape == wide.shape == (48, 64, 3)
    assert tall[24, 5].max() < 40
    assert tall[24, 32, 2] > 200
    assert wide[5, 32].max() < 40
    assert wide[24, 5, 2] > 200


def test_a_film_may_be_given_its_size(tmp_path: Path):
    film = FilmFile(tmp_path / "film.mp4", 1, (96, 64))
    film.write(picture(RED, 20, 48), 0)
    film.close()
    assert read_film(tmp_path / "film.mp4")[0][0].shape == (64, 96, 3)


@pytest.mark.parametrize("size", [(1, 1), (3, 300), (65, 49)])
def test_pictures_of_odd_sizes_can_be_written(tmp_path: Path, size: tuple[int, int]):
    film = FilmFile(tmp_path / "film.mp4", 10)
    film.write(picture(RED, *size), 0)
    film.close()
    assert len(read_film(tmp_path / "film.mp4")[0]) == 1


def test_a_film_keeps_the_time_of_a_slow_source(tmp_path: Path):
    film = FilmFile(tmp_path / "film.mp4", 10)
    for index in range(5):
        film.write(picture(GREY), 1000 + index / 2)
    film.close()
    assert len(read_film(tmp_path / "film.mp4")[0]) == 21


@pytest.mark.parametrize("times", [(0, 0.1, 40_000, 40_000.1), (5000, 5000.1, 1400, 1400.1)])
def test_a_long_pause_is_cut_and_a_clock_that_is_set_back_stops_no_film(tmp_path: Path, times):
    film = FilmFile(tmp_path / "film.mp4", 10)
    for time in times:
        film.write(picture(GREY), time)
    film.close()
    assert len(read_film(tmp_path / "film.mp4")[0]) == 4


@pytest.mark.parametrize("name", ["film.avi", "film", "film.mp4.txt"])
def test_only_mp4_is_written(tmp_path: Path, name: str):
    with pytest.raises(InputError, match=r"a name that ends in \.mp4"):
        FilmFile(tmp_path / name, 10)


def test_a_place_that_cannot_be_written_is_told_at_once(tmp_path: Path):
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "folder.mp4").mkdir()
    for place in ("missing/film.mp4", "file/film.mp4"):
        with pytest.raises(InputError, match="cannot be written"):
            FilmFile(tmp_path / place, 10)
    with pytest.raises(InputError, match="is a folder"):
        FilmFile(tmp_path / "folder.mp4", 10)


def test_what_comes_after_the_end_is_no_part_of_the_film(tmp_path: Path):
    film = FilmFile(tmp_path / "film.mp4", 10)
    film.write(picture(RED), 0)
    film.close()
    film.write(picture(BLUE), 0.1)
    film.close()
    assert len(read_film(tmp_path / "film.mp4")[0]) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["film.mp4"]
