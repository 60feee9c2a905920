import os
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner

from svod_rcgn.commands import demo
from svod_rcgn.commands.demo import Shot, View, compose
from svod_rcgn.errors import InputError
from svod_rcgn.storage.images import write_png

RED, BLUE = (0, 0, 255), (255, 0, 0)
STILL = View(0.5, 0.5, 1.0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two pictures; of the first, the left half is red and the right half blue."""
    first = np.full((300, 400, 3), RED, np.uint8)
    first[:, 200:] = BLUE
    write_png(tmp_path / "first.png", first)
    write_png(tmp_path / "second.png", np.full((400, 300, 3), BLUE, np.uint8))
    return tmp_path


def _read(path: Path) -> list[np.ndarray]:
    film, frames = cv2.VideoCapture(str(path)), []
    assert film.get(cv2.CAP_PROP_FPS) == 25
    while True:
        more, frame = film.read()
        if not more:
            film.release()
            return frames
        frames.append(frame)


def test_the_shots_follow_each_other_and_the_camera_moves(folder: Path) -> None:
    shots = (
        Shot("first.png", 0.4, View(0.25, 0.4, 0.5), View(0.75, 0.4, 0.5)),
        Shot("second.png", 0.2, STILL, STILL),
    )
    compose(folder / "film.mp4", folder, shots)
    frames = _read(folder / "film.mp4")
    assert len(frames) == 15
    assert frames[0].shape == (360, 640, 3)
    for index, colour in ((0, RED), (9, BLUE), (14, BLUE)):
        np.testing.assert_allclose(frames[index].mean((0, 1)), colour, atol=12)


def test_a_view_over_the_border_is_moved_inside(folder: Path) -> None:
    compose(folder / "film.mp4", folder, (Shot("second.png", 0.04, View(0, 0, 1), View(0, 0, 1)),))
    assert len(_read(folder / "film.mp4")) == 1


def test_the_same_pictures_make_the_same_film(folder: Path) -> None:
    for name in ("one.mp4", "two.mp4"):
        compose(folder / name, folder, (Shot("first.png", 0.2, STILL, STILL),))
    assert (folder / "one.mp4").read_bytes() == (folder / "two.mp4").read_bytes()


def test_a_picture_that_cannot_be_read_leaves_no_film(folder: Path) -> None:
    (folder / "second.png").write_bytes(b"no picture")
    before = set(folder.iterdir())
    with pytest.raises(InputError, match=r"second\.png"):
        compose(
            folder / "film.mp4",
            folder,
            tuple(Shot(n, 0.1, STILL, STILL) for n in ("first.png", "second.png")),
        )
    assert set(folder.iterdir()) == before


def test_the_film_is_made_once_and_again_when_a_picture_is_newer(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "SHOTS", (Shot("first.png", 0.2, STILL, STILL),))
    run = lambda: CliRunner().invoke(demo.main, ["--demo_dir", str(folder)])  # noqa: E731
    os.utime(folder / "first.png", (1, 1))
    assert run().output.endswith("0.2 seconds\n")
    assert run().output.endswith("nothing to do\n")
    later = (folder / demo.FILM).stat().st_mtime + 1
    os.utime(folder / "first.png", (later, later))
    assert run().output.endswith("0.2 seconds\n")


def test_missing_pictures_say_how_to_get_them(tmp_path: Path) -> None:
    result = CliRunner().invoke(demo.main, ["--demo_dir", str(tmp_path)])
    assert result.exit_code == 1
    assert "no such file; run `python download_models.py --demo`" in result.output
