import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def prepare(folder, *options):
    return subprocess.run(
        [sys.executable, ROOT / "prepare.py", *map(str, options)],
        cwd=folder, capture_output=True, text=True, timeout=120, check=False,
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
        "classifier-svm.pkl", "classifier-knn.pkl", "gallery.npz", "meta.json", "previews",
    }  # fmt: skip


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


def test_help_imports_nothing_heavy(tmp_path):
    code = (
        "import sys; from svod_rcgn.commands import prepare\n"
        "heavy = {'numpy', 'cv2', 'openvino', 'sklearn', 'PIL', 'rich'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
