from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from svod_rcgn.app.objects_wing import ObjectsWing
from svod_rcgn.commands import video
from svod_rcgn.errors import ModelError
from svod_rcgn.history.database import FILE
from svod_rcgn.objects.stages.detect import ObjectDetector
from svod_rcgn.records import OBJECT, Frame
from tests.objects.fakes import make_detector, scene, write_network
from tests.objects.test_scan import write_film


def test_networks_are_read_again_all_or_none() -> None:
    damaged = set()

    def load(name: str) -> ObjectDetector:
        if name in damaged:
            raise ModelError(f"{name}: damaged")
        return make_detector(name=name)

    wing = ObjectsWing(["yard", "door"], load)
    before = wing.current
    damaged.add("door")
    with pytest.raises(ModelError, match="door: damaged"):
        wing.read_again()
    assert wing.current == before
    damaged.clear()
    put_in_use = wing.read_again()
    assert wing.current == before
    put_in_use()
    assert all(one is not other for one, other in zip(wing.current, before, strict=True))
    frame = Frame(scene(("red", 22, 22)), 0, 0.0, "camera")
    assert [each.label for each in wing.analyzer(still=True).analyze(frame)] == ["yard: red", "door: red"]
    assert wing.kind == OBJECT


@pytest.fixture
def models(tmp_path: Path) -> Path:
    write_network(tmp_path / "models" / "dots")
    return tmp_path / "models"


def _video(models: Path, *words: object) -> list[str]:
    options = ["--no_faces", "--detect", "dots", "--models_dir", models, "--no_window", "--listener_port", 0]
    return list(map(str, [*options, *words]))


@pytest.mark.slow
def test_a_film_is_watched_for_objects_and_what_came_of_it_is_recorded(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    film = write_film(tmp_path / "film.avi", leap=0, frames=150)
    monkeypatch.chdir(tmp_path)
    words = _video(models, "--video_source", film, "--history_dir", tmp_path / "kept", "--output", "out.mp4")
    result = CliRunner().invoke(video.main, words)
    assert result.exit_code == 0, result.output
    told = result.output + capfd.readouterr().out
    assert told.count("red 1") == 2  # announced, and summed up
    assert (tmp_path / "kept" / FILE).exists()
    assert list((tmp_path / "kept").rglob("*.jpg"))
    assert (tmp_path / "out.mp4").stat().st_size > 0


@pytest.mark.slow
def test_classes_that_are_not_asked_for_are_not_told(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = write_film(tmp_path / "film.avi", leap=0, frames=150)
    monkeypatch.chdir(tmp_path)
    words = _video(models, "--video_source", film, "--no_history", "--detect_classes", "green,blue")
    result = CliRunner().invoke(video.main, words)
    assert result.exit_code == 0, result.output
    assert "nothing was recognised" in result.output


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("--detect", "dots"), 2, "two --detect are the same network"),
        (("--detect_classes", "green,rd"), 1, "dots: no class rd; did you mean red?"),
        (("--detect_classes", ","), 2, "an empty name"),
    ],
)
def test_options_that_cannot_be_are_told(
    models: Path, tmp_path: Path, words: tuple[str, ...], code: int, told: str
) -> None:
    film = write_film(tmp_path / "film.avi", frames=2)
    result = CliRunner().invoke(video.main, _video(models, "--video_source", film, "--no_history", *words))
    assert result.exit_code == code
    assert told in result.output


def test_classes_without_a_network_are_told() -> None:
    result = CliRunner().invoke(video.main, ["--detect_classes", "person"])
    assert result.exit_code == 2
    assert "--detect_classes is for --detect NAME" in result.output


def test_pictures_that_have_nothing_in_common_have_no_numbers() -> None:
    analyzer = ObjectsWing(["dots"], lambda name: make_detector(name=name)).analyzer(still=True)
    frames = [
        Frame(image, 0, 0.0, "folder") for image in (scene(("red", 22, 22)), np.zeros((9, 9, 3), np.uint8))
    ]
    assert [[each.track for each in analyzer.analyze(frame)] for frame in frames] == [[None], []]
