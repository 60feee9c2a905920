import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner, Result

from svod_rcgn.classification.catalogue import NUMBER
from svod_rcgn.commands.explain import main
from svod_rcgn.storage.images import encode_png, read_picture
from tests.classification.mapped import spotted, write_network, write_spotted


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_network(tmp_path / "models" / "colours")
    return tmp_path / "models"


@pytest.fixture
def red(tmp_path: Path) -> Path:
    return write_spotted(tmp_path / "red.png")


def _explain(models: Path, *words: object, network: str = "colours", stdin: bytes | None = None) -> Result:
    options = ["--network", network, "--models_dir", models, *words]
    return CliRunner().invoke(main, list(map(str, options)), input=stdin)


def _one_line(result: Result) -> str:
    assert result.exit_code == 1, result.output
    (line,) = result.stderr.splitlines()
    assert line.startswith("error: ")
    return line


def test_it_says_what_was_found_and_writes_the_picture_under_its_map(models: Path, red: Path) -> None:
    before = red.read_bytes()
    result = _explain(models, red)
    assert result.exit_code == 0, result.output
    written = Path("data/explained/red-red-map.png")
    for told in (
        f"{red}: red 8",
        "at the top right",
        "by a shuffled head's map",
        "better than",
        str(written),
    ):
        assert told in result.stdout
    assert read_picture(written).shape == read_picture(red).shape
    assert red.read_bytes() == before


def test_programs_are_told_in_one_document(models: Path, red: Path) -> None:
    result = _explain(models, "--format", "json", "--class", "blue", red, red)
    assert result.exit_code == 0, result.output
    first, second = json.loads(result.stdout)
    assert (first["label"], first["class"], first["method"], first["version"]) == ("blue", 0, "map", "2")
    assert first["probability"] < 0.5
    assert set(first["control"]) == {"kind", "deletion", "insertion", "draws", "beaten"}
    assert set(first["evidence"]) == {"middle", "edge", "area", "place"}
    for name in ("flat", "unstable", "no_better"):
        assert first[name] in (True, False)
    assert (first["output"], second["output"]) == (
        "data/explained/red-blue-map.png",
        "data/explained/red-blue-map-2.png",
    )
    assert Path(second["output"]).is_file()


@pytest.mark.parametrize("method", ["occlusion", "rise", "shap"])
def test_parts_are_hidden_for_a_time(models: Path, red: Path, method: str) -> None:
    result = _explain(models, "--method", method, "--seconds", 0.2, "--format", "json", red)
    assert result.exit_code == 0, result.output
    (told,) = json.loads(result.stdout)
    assert told["method"] == method
    assert told["looks"] > 10
    assert told["control"]["kind"] == "random map"
    assert told["deletion"] < told["insertion"]
    assert told["output"].endswith(f"red-red-{method}.png")


def test_what_cannot_be_trusted_is_said(models: Path, tmp_path: Path) -> None:
    (tmp_path / "blank.png").write_bytes(encode_png(np.full((40, 40, 3), (20, 20, 200), np.uint8)))
    result = _explain(models, tmp_path / "blank.png")
    assert result.exit_code == 0, result.output
    assert "the map is flat: no part of the picture stands out" in result.stdout
    (told,) = json.loads(_explain(models, "--format", "json", tmp_path / "blank.png").stdout)
    assert told["flat"] is True
    assert any("flat" in each for each in told["warnings"])


def test_a_map_can_be_had_without_scores(models: Path, red: Path) -> None:
    (told,) = json.loads(_explain(models, "--no_scores", "--format", "json", red).stdout)
    assert (told["deletion"], told["insertion"], told["control"], told["no_better"]) == (None,) * 4
    assert told["evidence"]["place"] == "top right"


def test_a_picture_on_standard_input_and_the_frames_of_a_film_are_taken(models: Path, tmp_path: Path) -> None:
    film = cv2.VideoWriter(str(tmp_path / "film.avi"), cv2.VideoWriter.fourcc(*"MJPG"), 10, (96, 64))
    for _ in range(25):
        film.write(spotted())
    film.release()
    result = _explain(
        models,
        "--format",
        "json",
        "-",
        tmp_path / "film.avi",
        "--output",
        "maps",
        stdin=encode_png(spotted()),
    )
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert [each.get("time") for each in told] == [None, 0.0, 1.0, 2.0]
    assert [Path(each["output"]).name for each in told] == [
        "standard_input-red-map.png",
        *(f"film-{second}.000s-red-map.png" for second in range(3)),
    ]
    assert len(list(Path("maps").iterdir())) == 4


def test_a_damaged_picture_is_left_out_and_the_others_are_told(models: Path, red: Path) -> None:
    damaged = red.with_name("damaged.jpg")
    damaged.write_bytes(b"\xff\xd8\xff damaged")
    result = _explain(models, "--format", "json", red, damaged, red)
    assert result.exit_code == 1
    assert len(json.loads(result.stdout)) == 2
    assert "1 of 3 pictures could not be read and was left out" in result.stderr


def test_the_file_may_be_named_but_nothing_is_written_over(models: Path, red: Path) -> None:
    assert _explain(models, red, "--output", "why.png").exit_code == 0
    assert Path("why.png").is_file()
    before = red.read_bytes()
    assert "nothing is written over it" in _one_line(_explain(models, red, "--output", red))
    assert red.read_bytes() == before


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["red.png", "red.png", "--output", "why.png"], "one file for several pictures"),
        ([".", "--output", "why.png"], "one file for several pictures"),
        (["red.png", "--output", "why.jpg"], "ends in .png"),
        (["red.png", "--class", "purple"], "colours has no class purple"),
        (["nowhere.png"], "no such file"),
        (["red.png", "--network", "nothing"], "those for classification and objects: colours"),
        (["red.png", "--network", "imagenet"], "download_models.py --classes"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(models: Path, red: Path, words: list[str], told: str) -> None:
    assert told in _one_line(_explain(models, *words))
    assert not Path("data").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--seconds", "2"], "--seconds is for --method occlusion"),
        (["--method", "rise", "--seconds", "0"], "0.0"),
        (["--method", "guess"], "guess"),
        (["-", "-"], "give - once"),
    ],
)
def test_options_that_do_not_go_together_are_refused(
    models: Path, red: Path, words: list[str], told: str
) -> None:
    result = _explain(models, red, *words)
    assert result.exit_code == 2
    assert told in result.stderr


def test_digits_and_networks_without_a_map_say_so_in_a_line(models: Path, red: Path) -> None:
    write_network(models / "digits", output=NUMBER)
    assert "reads ink that was cut out" in _one_line(_explain(models, red, network="digits"))
    write_network(models / "closed", mapped=None)
    assert "give --method occlusion, rise or shap" in _one_line(_explain(models, red, network="closed"))
    assert _explain(models, red, "--method", "shap", "--seconds", 0.1, network="closed").exit_code == 0


def test_names_of_any_kind_become_files(models: Path, tmp_path: Path) -> None:
    write_network(models / "odd", labels=("a/b", "..", "con: <ж>" + "x" * 150))
    long = write_spotted(tmp_path / ("ж" * 120 + ".png"), channel=0)
    result = _explain(models, long, "--format", "json", network="odd")
    assert result.exit_code == 0, result.output
    (told,) = json.loads(result.stdout)
    written = Path(told["output"])
    assert written.is_file()
    assert written.parent == Path("data/explained")
    result = _explain(models, write_spotted(tmp_path / "p.png"), network="odd")
    assert result.exit_code == 0, result.output
