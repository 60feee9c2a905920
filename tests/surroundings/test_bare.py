"""What cron, systemd and containers leave of an environment: next to nothing, and no home."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.fakes import RED, RED_PERSON, picture, write_film
from tests.patience import PATIENCE

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
BARE: dict[str, str] = {}
HOMELESS = {"HOME": "/nowhere", "XDG_CACHE_HOME": "/nowhere/cache"}
VIDEO = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from svod_rcgn.commands.video import main
from svod_rcgn.faces import build
from svod_rcgn.faces.gallery import store
from tests.fakes import fake_meta, fake_analyzers

build.build_analyzers = lambda *_: fake_analyzers()
store.read_meta = fake_meta
main()
"""


def _run(folder: Path, environment: dict[str, str], *words: object) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, *map(str, words)]
    return subprocess.run(
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )


@pytest.mark.parametrize("environment", [BARE, HOMELESS], ids=["bare", "homeless"])
def test_a_film_is_watched(tmp_path: Path, environment: dict[str, str]):
    film = write_film(tmp_path / "film.mp4", [picture(RED)] * 60)
    ended = _run(tmp_path, environment, "-c", VIDEO, "--video_source", film, "--listener_port", "0")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert f"{RED_PERSON}  in 100 % of the frames" in ended.stdout
    assert (tmp_path / "data" / "events.db").is_file()


@pytest.mark.weights
@pytest.mark.parametrize("environment", [BARE, HOMELESS], ids=["bare", "homeless"])
def test_people_are_learned(
    tmp_path: Path, environment: dict[str, str], demo_dir: Path, embedding_dir: Path, detection_dir: Path
):
    networks = ("--model", embedding_dir, "--detector_dir", detection_dir)
    words = ("--input_dir", demo_dir / "faces", *networks, "--listener_port", "0")
    ended = _run(tmp_path, environment, ROOT / "prepare.py", *words)
    assert ended.returncode == 0, ended.stderr
    assert "Traceback" not in ended.stderr
    assert (tmp_path / "data" / "classifiers" / "report.html").is_file()
