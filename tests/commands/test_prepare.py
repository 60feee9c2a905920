import contextlib
import json
import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from svod_rcgn.commands.prepare import main
from svod_rcgn.faces import prepare as faces_prepare
from svod_rcgn.faces.enrolment import AlignedIndex
from svod_rcgn.faces.gallery import store
from svod_rcgn.faces.settings import PrepareSettings, TrainingSettings
from svod_rcgn.networks import fingerprint, read_card
from svod_rcgn.storage import images
from svod_rcgn.storage.folders import discard, leftovers_of, locked
from tests.patience import PATIENCE, wait_for

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


def prepare(folder, *options):
    return subprocess.run(
        [sys.executable, ROOT / "prepare.py", *map(str, options)],
        cwd=folder, capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip


@pytest.fixture
def networks(embedding_dir, detection_dir):
    return "--model", embedding_dir, "--detector_dir", detection_dir


@pytest.mark.weights
def test_one_person_with_one_picture_is_learned_from_the_default_folders(tmp_path, demo_dir, networks):
    person = tmp_path / "data" / "faces" / "Joe_Biden"
    person.mkdir(parents=True)
    (person / "me.jpg").write_bytes((demo_dir / "faces" / "Joe_Biden" / "biden.jpg").read_bytes())
    (person / "broken.jpg").write_bytes(b"")
    done = prepare(tmp_path, *networks)
    assert (done.returncode, done.stderr) == (0, "Reading: 2\nAligning: 2\nEmbedding: 1\n")
    assert "Joe_Biden" in done.stdout
    assert "broken.jpg: cannot be read as a picture" in " ".join(done.stdout.split())
    assert {path.name for path in (tmp_path / "data" / "classifiers").iterdir()} == {
        "classifier-svm.pkl", "classifier-knn.pkl", "gallery.npz", "meta.json", "previews", "report.html",
        "report.json",
    }  # fmt: skip


@pytest.mark.weights
def test_a_training_that_knows_somebody_worse_is_told_and_refused_on_demand(tmp_path, demo_dir, networks):
    shutil.copytree(demo_dir / "faces", tmp_path / "data" / "faces")
    assert prepare(tmp_path, *networks).returncode == 0
    folder = tmp_path / "data" / "classifiers"
    shutil.copy(tmp_path / "data/faces/Joe_Biden/biden.jpg", tmp_path / "data/faces/Barack_Obama/wrong.jpg")
    before = (folder / "meta.json").read_bytes()
    refused = prepare(tmp_path, "--refuse_worse", "--keep_low_quality", *networks)
    assert refused.returncode == 1
    assert not list((tmp_path / "data" / "aligned").rglob("wrong*"))
    assert "error: data/classifiers: kept as it was; Barack Obama: worse: " in refused.stderr
    assert (folder / "meta.json").read_bytes() == before
    told = prepare(tmp_path, "--keep_low_quality", *networks)
    assert told.returncode == 0
    assert "Barack Obama: worse: " in told.stdout
    assert (folder / "meta.json").read_bytes() != before


@pytest.mark.weights
def test_copies_and_pictures_of_somebody_else_are_set_aside_with_the_reason(tmp_path, demo_dir, networks):
    faces = tmp_path / "data" / "faces"
    shutil.copytree(demo_dir / "faces", faces)
    shutil.copy(faces / "Joe_Biden/biden.jpg", faces / "Barack_Obama/wrong.jpg")
    mirrored = np.ascontiguousarray(images.read_picture(faces / "Joe_Biden/biden.jpg")[:, ::-1])
    images.write_png(faces / "Joe_Biden" / "mirrored.png", mirrored)
    said = " ".join(prepare(tmp_path, *networks).stdout.split())
    assert "wrong.jpg: looks more like Joe_Biden" in said
    assert "mirrored.png: nearly the same as biden.jpg" in said
    report = json.loads((tmp_path / "data/classifiers/report.json").read_text())
    assert [suspect["source"] for suspect in report["suspects"]] == ["Barack_Obama/wrong.jpg"]


@pytest.mark.weights
def test_an_empty_input_folder_is_one_clear_line(tmp_path, networks):
    (tmp_path / "data" / "faces").mkdir(parents=True)
    done = prepare(tmp_path, *networks)
    assert done.returncode == 1
    assert done.stderr == "error: data/faces: no pictures of persons; put them into data/faces/PERSON/\n"


def test_missing_networks_are_one_clear_line(tmp_path):
    done = prepare(tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("error: models/")
    assert "python download_models.py" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.fixture
def faces(tmp_path, demo_dir):
    """The demo's faces in the default folder."""
    shutil.copytree(demo_dir / "faces", tmp_path / "data" / "faces")
    return tmp_path / "data" / "faces"


@pytest.mark.weights
def test_the_limit_says_how_many_pictures_remain_and_skipped_training_how_many_are_aligned(
    tmp_path, faces, networks
):
    count = len(list(faces.glob("*/*")))
    done = prepare(tmp_path, *networks, "--align_images_limit", 1, "--skip_training")
    assert done.stdout.splitlines()[-2:] == [
        f"{count - 1} pictures remain to be aligned; run again to go on",
        "1 picture is aligned; training was skipped",
    ]


@pytest.mark.weights
def test_the_same_is_learned_however_many_work(tmp_path, faces, networks):
    made = []
    for workers in (1, 3):
        folders = (
            "--aligned_dir",
            tmp_path / f"aligned{workers}",
            "--classifiers_dir",
            tmp_path / f"c{workers}",
        )
        assert prepare(tmp_path, *networks, *folders, "--workers", workers).returncode == 0
        files = ("index.json", "embeddings.npz")
        made.append([(tmp_path / f"aligned{workers}" / name).read_bytes() for name in files])
    assert made[0] == made[1]


def test_to_skip_both_is_wrong_usage(tmp_path):
    done = prepare(tmp_path, "--skip_alignment", "--skip-training")
    assert done.returncode == 2
    assert "leave nothing to do" in done.stderr


@pytest.mark.parametrize(
    ("words", "settings"),
    [
        ([], PrepareSettings()),
        (["--complementary"], PrepareSettings(complementary_align=True, complementary_train=True)),
        (
            ["--complementary_train", "--false_accept_rate", "0.1", "--keep_low_quality", "--clarified"],
            PrepareSettings(TrainingSettings(0.1, True), complementary_train=True, clarified=True),
        ),
        (
            ["--complementary_align", "--align_images_limit", "3", "--skip_training", "--wait", "5"],
            PrepareSettings(complementary_align=True, limit=3, skip_training=True, wait=5),
        ),
        (
            ["--skip_alignment", "--workers", "2", "--ray", "auto", "--refuse_worse"],
            PrepareSettings(skip_alignment=True, workers=2, ray="auto", refuse_worse=True),
        ),
    ],
)
def test_a_run_is_as_the_options_say(words, settings, monkeypatch):
    result = faces_prepare.PrepareResult(AlignedIndex(16), [], 0)
    seen = []
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    monkeypatch.setattr(faces_prepare, "prepare", lambda *given: seen.append(given) or result)
    assert CliRunner().invoke(main, [*words, "--listener_port", "0"]).exit_code == 0
    assert seen[0][3] == settings


def begun(folder, *options):
    """A run that is in the middle of its work."""
    return subprocess.Popen(
        [sys.executable, ROOT / "prepare.py", *map(str, options)],
        cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.mark.weights
def test_a_killed_run_leaves_classifiers_that_load_and_a_lock_that_is_free(
    tmp_path, faces, networks, embedding_dir
):
    model = fingerprint(read_card(embedding_dir))
    started = time.monotonic()
    assert prepare(tmp_path, *networks).returncode == 0
    length = time.monotonic() - started
    for share in random.Random(0).choices([n / 20 for n in range(21)], k=6):
        discard(tmp_path / "data" / "aligned")  # so that there is work to do
        run = begun(tmp_path, *networks, "--wait", PATIENCE)
        with contextlib.suppress(subprocess.TimeoutExpired):
            run.wait(length * share)
        run.kill()
        run.wait()
        known = store.load(tmp_path / "data" / "classifiers", model).persons
        assert {person.folder for person in known} == {path.name for path in faces.iterdir()}
    assert prepare(tmp_path, *networks).returncode == 0
    assert not leftovers_of(tmp_path / "data" / "aligned")


@pytest.mark.weights
def test_a_second_run_is_told_who_works_here_or_waits(tmp_path, faces, networks):
    with locked(tmp_path / "data" / "classifiers"):
        done = prepare(tmp_path, *networks)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"error: data/classifiers: process {os.getpid()}, since 2")
    with locked(tmp_path / "data" / "classifiers"):
        waiting = begun(tmp_path, *networks, "--wait", PATIENCE)
        wait_for((tmp_path / "data" / ".aligned.holder").exists)  # it has the one folder, and wants the other
        assert waiting.poll() is None
    assert waiting.wait(PATIENCE) == 0


def test_help_imports_nothing_heavy(tmp_path):
    code = (
        "import sys; from svod_rcgn.commands import prepare\n"
        "heavy = {'numpy', 'cv2', 'openvino', 'sklearn', 'PIL', 'rich'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
