"""prepare.py and video.py with other networks than those that are set by default."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np
import pytest

from svod_rcgn.faces import build
from svod_rcgn.storage import images
from tests.fakes import write_film
from tests.patience import PATIENCE

pytestmark = [pytest.mark.weights, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
SIDE = 400


def run(folder, script, *options):
    done = subprocess.run(
        [sys.executable, ROOT / script, *map(str, options)],
        cwd=folder, capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done


def watch(folder, *options):
    alone = "--no_window", "--no_history", "--listener_port", 0
    return run(folder, "video.py", "--video_source", "film.mp4", *alone, *options)


def film(path, image):
    """Six seconds of one picture."""
    return write_film(path, [image] * 30, rate=5)


def portrait(demo_dir, name):
    """The upper part of a picture, a square."""
    image = images.read_picture(demo_dir / name)
    side = min(image.shape[:2])
    return cv2.resize(image[:side, :side], (SIDE, SIDE), interpolation=cv2.INTER_AREA)


def recipes(folder):
    index = json.loads((folder / "data" / "aligned" / "index.json").read_text())
    return {picture["recipe"] for picture in index["pictures"]}


@pytest.fixture
def people(tmp_path, demo_dir):
    """A folder with the demo's people and a film of one of them."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "faces").symlink_to(demo_dir / "faces")
    film(tmp_path / "film.mp4", portrait(demo_dir, "probes/obama3.jpg"))
    return tmp_path


def test_the_other_detector_learns_and_finds(people, embedding_dir, mtcnn_dir):
    networks = "--model", embedding_dir, "--detector", mtcnn_dir
    assert "2 persons learned" in run(people, "prepare.py", *networks).stdout
    done = watch(people, *networks)
    assert done.stdout.splitlines()[-1].endswith("  Barack Obama")
    assert done.stderr == ""


def test_another_embedding_learns_and_finds_alone_and_takes_no_crops_of_the_first(
    people, embedding_dir, detection_dir, second_embedding_dir
):
    first, second = (
        ("--model", each, "--detector", detection_dir) for each in (embedding_dir, second_embedding_dir)
    )
    assert "2 persons learned" in run(people, "prepare.py", *first).stdout
    (before,) = recipes(people)
    done = run(people, "prepare.py", *second)
    assert "Aligning: 3\n" in done.stderr
    assert "2 persons learned" in done.stdout
    assert recipes(people).isdisjoint({before})
    done = watch(people, *second)
    assert done.stdout.splitlines()[-1].endswith("  Barack Obama")
    assert done.stderr == ""


def test_the_default_network_removes_backgrounds(people, embedding_dir, detection_dir, background_dir):
    networks = "--model", embedding_dir, "--detector", detection_dir
    removal = "--bg_remove_path", background_dir
    assert "2 persons learned" in run(people, "prepare.py", *networks, *removal).stdout
    assert "Aligning: 0\n" in run(people, "prepare.py", *networks, *removal).stderr
    (without,) = recipes(people)
    done = watch(people, *networks, *removal)
    assert done.stdout.splitlines()[-1].endswith("  Barack Obama")
    assert done.stderr == ""
    told = watch(people, *networks).stderr
    assert "trained on pictures with the background removed, and here it is kept; give prepare.py" in told
    assert "Aligning: 3\n" in run(people, "prepare.py", *networks).stderr
    assert recipes(people) == {without.partition(" without background ")[0]}
    told = watch(people, *networks, *removal).stderr
    assert "trained on pictures with the background kept, and here it is removed" in told


@pytest.fixture(scope="session")
def keras_networks(tmp_path_factory):
    if find_spec("tensorflow") is None:
        pytest.skip("tensorflow is not installed; run `pip install 'svod-rcgn[tensorflow]'`")
    folder = tmp_path_factory.mktemp("keras")
    quiet = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}
    made = subprocess.run(
        [sys.executable, ROOT / "tests" / "networks" / "keras_model.py", folder],
        env=quiet, capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    return folder


@pytest.mark.parametrize("kind", ["saved", "tflite", "frozen"])
def test_what_keras_made_removes_the_right_half_in_each_format(keras_networks, kind):
    image = np.full((90, 120, 3), 200, np.uint8)
    removed = build.build_background(keras_networks / kind, "CPU").remove(image)
    assert (removed[:, :59] == 200).all()
    assert not removed[:, 61:].any()


def test_a_saved_model_of_keras_decides_who_is_learned_and_found(
    tmp_path, demo_dir, embedding_dir, detection_dir, keras_networks
):
    biden, obama = (
        portrait(demo_dir, f"faces/{name}.jpg") for name in ("Joe_Biden/biden", "Barack_Obama/obama2")
    )
    both = np.hstack([biden, obama])
    images.write_png(tmp_path / "data/faces/Joe_Biden/both.png", both)
    images.write_png(tmp_path / "data/faces/Barack_Obama/alone.png", np.hstack([obama, obama * 0]))
    film(tmp_path / "film.mp4", both)
    networks = "--model", embedding_dir, "--detector", detection_dir
    refused = run(tmp_path, "prepare.py", *networks)
    assert ("1 person learned" in refused.stdout, "2 faces" in refused.stdout) == (True, True)
    removal = "--bg_remove_path", keras_networks / "saved"
    assert "2 persons learned" in run(tmp_path, "prepare.py", *networks, *removal).stdout
    seen = [line.split("  ")[-1] for line in watch(tmp_path, *networks, *removal).stdout.splitlines()]
    assert "Joe Biden" in seen
    assert "Barack Obama" not in seen
    with_both = watch(tmp_path, *networks).stdout
    assert ("Joe Biden" in with_both, "Barack Obama" in with_both) == (True, True)
