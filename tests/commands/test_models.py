import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from svod_rcgn.commands.models import main
from svod_rcgn.networks import fingerprint, read_card
from svod_rcgn.storage import images
from tests.faces.exchange.releases import write_card
from tests.fakes import write_film
from tests.networks.onnx_files import export_facenet
from tests.patience import PATIENCE

ROOT = Path(__file__).parents[2]


def _run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def test_list_shows_each_network_and_what_is_wrong_with_it(tmp_path: Path) -> None:
    write_card(tmp_path / "whole")
    write_card(tmp_path / "damaged")
    (tmp_path / "damaged" / "network.xml").write_bytes(b"x")
    write_card(tmp_path / ".whole.previous")
    result = _run("list", "--models_dir", tmp_path)
    assert result.exit_code == 0, result.output
    told = "".join(result.output.replace("│", " ").split())
    assert "Tiny" in told
    assert "expectedsha256" in told
    assert "previous" not in told


@pytest.mark.parametrize(
    ("program", "fetch"),
    [("models.py", "`python download_models.py"), ("svod-models", "`svod-download-models")],
)
def test_list_names_what_mends_a_network_as_it_was_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, fetch: str
) -> None:
    write_card(tmp_path / "damaged")
    (tmp_path / "damaged" / "network.xml").unlink()
    monkeypatch.setattr("sys.argv", [program])
    told = _run("list", "--models_dir", tmp_path).output
    assert fetch.replace(" ", "") in "".join(told.replace("│", " ").split())


def test_info_shows_every_field_of_the_card_and_the_fingerprint(tmp_path: Path) -> None:
    print_ = write_card(tmp_path / "whole")
    result = _run("info", tmp_path / "whole")
    assert result.exit_code == 0, result.output
    for name in json.loads((tmp_path / "whole" / "model.json").read_text()):
        assert f" {name} " in result.output
    assert print_ in result.output


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--mean", "1,2"), "'1,2' is neither one number nor three"),
        (("--scale", "big"), "'big' is neither one number nor three"),
        (
            ("--alignment", "tight"),
            "'tight' is neither a margin, nor arcface, nor arcface-centerface, nor 10 numbers",
        ),
        (("--colour", "HSV"), "'HSV' is not one of"),
        (("--task", "detection"), "'detection' is not"),
    ],
)
def test_an_option_that_says_nothing_is_wrong_usage(words: tuple[str, ...], message: str) -> None:
    result = _run("add", "any.onnx", *words)
    assert result.exit_code == 2
    assert message in result.output


@pytest.mark.parametrize(
    "words", [("info", "absent"), ("list", "--models_dir", "absent"), ("add", "absent.onnx")]
)
def test_what_is_not_there_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words) -> None:
    monkeypatch.chdir(tmp_path)
    result = _run(*words)
    assert (result.exit_code, result.output.count("\n")) == (1, 1)
    assert result.output.startswith("error: ")


@pytest.mark.slow
@pytest.mark.weights
def test_people_are_learned_again_with_a_network_of_ones_own_and_found_in_a_film(
    tmp_path: Path, embedding_dir: Path, detection_dir: Path, demo_dir: Path
) -> None:
    def command(*words: object, status: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, *map(str, words), "--detector_dir", str(detection_dir)],
            cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE, check=False,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        assert done.returncode == status, done.stderr
        return done.stdout + done.stderr

    def look(model: Path, status: int = 0) -> str:
        quiet = ("--no_window", "--no_history", "--listener_port", 0)
        return command(ROOT / "video.py", "--video_source", film, "--model", model, *quiet, status=status)

    shutil.copytree(demo_dir / "faces", tmp_path / "data" / "faces")
    portrait = images.read_picture(demo_dir / "probes" / "obama3.jpg")[::2, ::2]
    film = write_film(tmp_path / "film.mp4", [portrait] * 70)
    source = export_facenet(embedding_dir / "facenet.xml", tmp_path / "own.onnx")
    own = tmp_path / "models" / "own"

    command(ROOT / "prepare.py", "--model", embedding_dir)
    assert "Barack Obama" in look(embedding_dir)
    added = command("-m", "svod_rcgn.models", "add", source, "--alignment", "arcface", "--demo_dir", demo_dir)
    assert "chosen of 8: RGB, mean 127.5, scale 128, template arcface" in added
    refused = look(own, status=1)
    assert "trained with another network" in refused
    assert "run `python prepare.py" in refused
    crops = {path.name for path in (tmp_path / "data" / "aligned").rglob("*.png")}
    command(ROOT / "prepare.py", "--model", own)
    assert crops.isdisjoint(path.name for path in (tmp_path / "data" / "aligned").rglob("*.png"))
    meta = json.loads((tmp_path / "data" / "classifiers" / "meta.json").read_text())
    assert meta["model"] == fingerprint(read_card(own))
    assert "Barack Obama" in look(own)
    assert "trained with another network" in look(embedding_dir, status=1)
