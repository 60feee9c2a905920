import csv
import io
import json
import shutil
from pathlib import Path

import cv2
import pytest
from click.testing import CliRunner, Result

from svod_rcgn.commands import video
from svod_rcgn.commands.identify import main
from svod_rcgn.storage.images import encode_png, write_png
from tests.classification.fakes import flat, write_light_network


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A network "light" that tells dark pictures from bright ones by their mean, and knows no grey ones."""
    write_light_network(tmp_path / "models" / "light")
    return tmp_path / "models"


def _identify(models: Path, *words: object, stdin: bytes | None = None) -> Result:
    options = ["--network", "light", "--models_dir", models, *words]
    return CliRunner().invoke(main, list(map(str, options)), input=stdin)


@pytest.fixture
def bright(tmp_path: Path) -> Path:
    write_png(tmp_path / "bright.png", flat(230))
    return tmp_path / "bright.png"


def test_programs_are_told_in_one_document(models: Path, bright: Path) -> None:
    result = _identify(models, "--format", "json", bright)
    assert result.exit_code == 0, result.output
    (told,) = json.loads(result.stdout)
    answers = told.pop("answers")
    assert told == {"picture": str(bright), "network": "light", "version": "3", "known": True}
    assert [(each["class"], each["label"]) for each in answers] == [(1, "bright"), (0, "dark")]
    assert answers[0]["probability"] == pytest.approx(0.902, abs=0.01)


def test_a_table_has_a_line_an_answer(models: Path, bright: Path) -> None:
    result = _identify(models, "--format", "csv", "--top", 1, bright)
    (row,) = csv.DictReader(io.StringIO(result.stdout))
    assert (row["known"], row["rank"], row["class"], row["label"]) == ("true", "1", "1", "bright")


def test_the_likeliest_alone_is_a_line_a_picture(models: Path, bright: Path, tmp_path: Path) -> None:
    write_png(tmp_path / "grey.png", flat(128))
    result = _identify(models, "--top", 1, bright, tmp_path / "grey.png")
    first, second = result.stdout.splitlines()
    assert first == f"{bright}: bright 90.2 %"
    assert second.startswith(f"{tmp_path / 'grey.png'}: nothing I know; the likeliest: ")


def test_no_label_in_a_table_is_a_formula_to_a_spreadsheet(tmp_path: Path, bright: Path) -> None:
    write_light_network(tmp_path / "models" / "light", bright="=1+1")
    result = _identify(tmp_path / "models", "--format", "csv", "--top", 1, bright)
    (row,) = csv.DictReader(io.StringIO(result.stdout))
    assert row["label"] == "'=1+1"


def test_a_picture_comes_on_standard_input(models: Path) -> None:
    result = _identify(models, "-", stdin=encode_png(flat(10)))
    assert result.exit_code == 0, result.output
    assert "dark" in result.output


def test_what_it_does_not_know_it_says(models: Path, tmp_path: Path) -> None:
    write_png(tmp_path / "grey.png", flat(128))
    result = _identify(models, tmp_path / "grey.png")
    assert "nothing I know" in result.output
    (told,) = json.loads(_identify(models, "--format", "json", tmp_path / "grey.png").stdout)
    assert told["known"] is False


@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_a_damaged_picture_is_left_out_and_the_others_are_told(models: Path, bright: Path, form: str) -> None:
    damaged = bright.with_name("damaged.jpg")
    damaged.write_bytes(b"\xff\xd8\xff damaged")
    result = _identify(models, "--format", form, "--top", 1, bright, damaged, bright)
    assert result.exit_code == 1
    assert result.stdout.count({"table": "90.2 %", "json": "bright.png", "csv": "bright.png"}[form]) == 2
    assert "1 of 3 pictures could not be read and was left out" in result.stderr


@pytest.mark.parametrize(
    ("network", "told"),
    [
        ("imagenet", "download_models.py --classes"),
        ("digits", "download_models.py --digits"),
        ("nothing", "those for classification: light"),
        ("../light", "those for classification: light"),
    ],
)
def test_a_network_that_is_not_there_is_told(models: Path, bright: Path, network: str, told: str) -> None:
    result = _identify(models, "--network", network, bright)
    assert result.exit_code == 1
    assert told in result.stderr


def test_a_network_that_is_not_what_its_card_says_is_told(models: Path, bright: Path) -> None:
    labels = models / "light" / "labels.json"
    card = models / "light" / "model.json"
    labels.write_text('[{"label": "dark"}]')
    assert "expected sha256" in _identify(models, bright).stderr
    from svod_rcgn.storage.files import sha256_of

    files = json.loads(card.read_text())
    files["files"]["labels.json"] = sha256_of(labels)
    card.write_text(json.dumps(files))
    assert "1 labels, and no output probability of as many" in _identify(models, bright).stderr


def test_a_path_that_is_not_there_and_two_standard_inputs_are_told(models: Path, tmp_path: Path) -> None:
    assert "nowhere.png: no such file" in _identify(models, tmp_path / "nowhere.png").stderr
    assert _identify(models, "-", "-").exit_code == 2


def _film(path: Path) -> Path:
    film = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10, (64, 48))
    for _ in range(60):
        film.write(flat(250, 48, 64))
    film.release()
    return path


@pytest.mark.slow
def test_a_film_is_watched_without_faces_and_without_anything_learned(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    film = _film(tmp_path / "film.avi")
    monkeypatch.chdir(tmp_path)
    words = ["--video_source", film, "--no_faces", "--classify", "light", "--models_dir", models]
    words += ["--no_window", "--no_history", "--listener_port", 0]
    result = CliRunner().invoke(video.main, list(map(str, words)))
    assert result.exit_code == 0, result.output
    told = result.output + capfd.readouterr().out
    assert "bright" in told
    assert "60 frames" in told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--no_faces"], "nothing to look for"),
        (["--models_dir", "elsewhere"], "give --classify or --detect"),
        (["--classify", "light", "--classify", "light"], "the same network"),
        (["--enrol", "Ann", "--no_faces", "--classify", "light"], "does nothing with --enrol"),
    ],
)
def test_options_that_do_not_go_together_are_told(words: list[str], told: str) -> None:
    result = CliRunner().invoke(video.main, words)
    assert result.exit_code == 2
    assert told in result.output


def test_a_copy_of_a_network_is_found_by_its_folder(models: Path, bright: Path, tmp_path: Path) -> None:
    shutil.copytree(models / "light", tmp_path / "elsewhere" / "lamp")
    result = _identify(models, "--network", tmp_path / "elsewhere" / "lamp", bright)
    assert result.exit_code == 0, result.output
