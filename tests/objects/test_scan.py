from pathlib import Path

import cv2

from svod_rcgn.media.walk import Walk
from svod_rcgn.objects.scan import Scanner
from svod_rcgn.storage.images import write_png
from tests.objects.fakes import make_detector, scene


def write_film(path: Path, *, leap: int = 2, frames: int = 25) -> Path:
    """A red dot that moves to the right."""
    film = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 25, (64, 64))
    for index in range(frames):
        film.write(scene(("red", 12 + leap * index % 40, 30)))
    film.release()
    return path


def _scan(*paths: Path) -> list:
    detector = make_detector()
    return [found for _, found in Scanner(detector, detector).scan(Walk(paths))]


def test_pictures_are_told_with_size_network_version_and_limits(tmp_path: Path) -> None:
    write_png(tmp_path / "a.png", scene(("red", 22, 22), height=60, width=50))
    (found,) = _scan(tmp_path / "a.png")
    assert (found.width, found.height, found.network, found.version) == (50, 60, "dots", "3")
    assert (found.frame, found.time, found.limits.score) == (None, None, 0.5)
    assert [each.label for each in found.objects] == ["red"]


def test_a_thing_keeps_its_number_through_a_film(tmp_path: Path) -> None:
    found = _scan(write_film(tmp_path / "a.avi", leap=1))
    assert [each.frame for each in found] == list(range(25))
    assert {each.track for frame in found for each in frame.objects} == {1}
    assert all(len(frame.objects) == 1 for frame in found)


def test_numbers_begin_anew_with_each_film(tmp_path: Path) -> None:
    films = [write_film(tmp_path / name, frames=3) for name in ("a.avi", "b.avi")]
    found = _scan(*films)
    assert [each.frame for each in found] == [0, 1, 2] * 2
    assert {each.track for frame in found for each in frame.objects} == {1}
