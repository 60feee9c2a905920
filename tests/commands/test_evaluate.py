import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.patience import PATIENCE

ROOT = Path(__file__).parents[2]


def evaluate(*options):
    return subprocess.run(
        [sys.executable, "-m", "svod_rcgn.evaluate", *map(str, options)],
        cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip


@pytest.fixture
def networks(embedding_dir, detection_dir):
    return "--model", embedding_dir, "--detector_dir", detection_dir


@pytest.mark.parametrize(
    "options",
    [
        "",
        "--gallery a",
        "--pairs a",
        "--gallery a --probes b --images c",
        "--classifier a",
        "a",
        "--classifier a b --pairs c",
    ],
)
def test_options_that_do_not_belong_together_are_wrong_usage(options):
    done = evaluate(*options.split())
    assert done.returncode == 2
    assert "give --gallery and --probes, or --pairs and --images, or --classifier" in done.stderr


@pytest.mark.weights
def test_a_gallery_is_judged_and_the_numbers_and_the_curve_are_written(tmp_path, demo_dir, networks):
    for place, source in {
        "gallery/Barack_Obama": "faces/Barack_Obama/obama.jpg",
        "gallery/Joe_Biden": "faces/Joe_Biden/biden.jpg",
        "probes/Barack_Obama": "probes/obama3.jpg",
        "strangers/Eileen_Collins": "probes/astronaut.png",
    }.items():
        (tmp_path / place).mkdir(parents=True)
        shutil.copy(demo_dir / source, tmp_path / place)
    folders = [part for name in ("gallery", "probes", "strangers") for part in (f"--{name}", tmp_path / name)]
    done = evaluate(*folders, "--output", tmp_path / "out", *networks)
    assert done.returncode == 0, done.stderr
    numbers = json.loads((tmp_path / "out" / "evaluation.json").read_text())
    assert (numbers["identified"]["count"], numbers["falsely_named"]["count"]) == (1, 0)
    assert (tmp_path / "out" / "det.png").read_bytes().startswith(b"\x89PNG")
    assert "identified" in done.stdout


@pytest.mark.weights
def test_a_list_of_pairs_is_judged(tmp_path, demo_dir, networks):
    for name, number, source in [
        ("Obama", 1, "faces/Barack_Obama/obama.jpg"),
        ("Obama", 2, "faces/Barack_Obama/obama2.jpg"),
        ("Biden", 1, "faces/Joe_Biden/biden.jpg"),
    ]:
        folder = tmp_path / "images" / name
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(demo_dir / source, folder / f"{name}_{number:04}.jpg")
    (tmp_path / "pairs.txt").write_text("2\t1\n" + "Obama\t1\t2\nObama\t1\tBiden\t1\n" * 2)
    done = evaluate(
        "--pairs", tmp_path / "pairs.txt", "--images", tmp_path / "images", "--output", tmp_path, *networks
    )
    assert done.returncode == 0, done.stderr
    assert "accuracy 100.00% ± 0.00% (mean and standard error of 2 folds, 4 pairs)" in done.stdout
