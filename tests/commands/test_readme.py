"""The README's lines about the life of the data, run as they are written, in the order of the page."""

import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from svod_rcgn.storage.images import write_png
from tests.classification.training.makers import coloured
from tests.commands.test_exchange import s3, web  # noqa: F401 - fixtures
from tests.faces.exchange.releases import S3, files
from tests.patience import PATIENCE
from tests.storage.test_archives import tar_of

pytestmark = [pytest.mark.weights, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SCRIPTS = r"(?:prepare|fill_meta|export_classifiers|download_classifiers)\.py"
TAUGHT = re.compile(r"^\$ svod ((?:datasets|train|identify|explain|models) .*\binsects\b.*)$", re.MULTILINE)
FOUND = re.compile(r"^\$ (svod detect|python video\.py) (.*data/demo/.*)$", re.MULTILINE)
OURS = re.compile(rf"^\$ python ({SCRIPTS}.*|-m svod_rcgn\.people.*)$", re.MULTILINE)
# These want networks that the section round them tells how to bring; test_networks.py runs them.
ELSEWHERE = re.compile(r"--(detector|bg_remove_path|model) ")


def lines() -> Iterator[str]:
    return (line for line in OURS.findall(README) if not ELSEWHERE.search(line))


@pytest.fixture
def home(tmp_path: Path, embedding_dir: Path, detection_dir: Path, demo_dir: Path) -> Path:
    """Where somebody works who has come as far as `python prepare.py`."""
    folder = tmp_path / "home"
    for network in (embedding_dir, detection_dir):
        (folder / "models").mkdir(parents=True, exist_ok=True)
        (folder / "models" / network.name).symlink_to(network)
    shutil.copytree(demo_dir / "faces", folder / "data" / "faces")
    (folder / "people.csv").write_text("Name,Position,Company\nOBAMA BARACK,President,USA\n")
    return folder


def test_every_line_does_what_is_said_beside_it(s3: S3, web, home: Path, tmp_path: Path) -> None:  # noqa: F811
    served, address = web
    pictures = [
        (f"{path.parent.name}/new-{path.name}", path.read_bytes())
        for path in sorted((home / "data/faces").glob("*/*"))
    ]
    archive = tar_of(served / "faces.tar.gz", *pictures, mode="w:gz")
    s3.put("faces.tar", tar_of(tmp_path / "faces.tar", *pictures, mode="w").read_bytes())
    meant = {
        "https://example.org/models": f"{address}/models",
        "https://example.org": address,
        "s3://bucket": "s3://models",
        "/srv/models": str(served / "models"),
        "HEX": hashlib.sha256(archive.read_bytes()).hexdigest(),
    }
    told = {}
    for line in lines():
        words = shlex.split(line)
        for written, real in meant.items():
            words = [word.replace(written, real) for word in words]
        script = [str(ROOT / words[0]), *words[1:]] if words[0].endswith(".py") else words
        done = subprocess.run(
            [sys.executable, *script],
            cwd=home, env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True, text=True, timeout=PATIENCE, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{line}: {done.stderr}"
        told[line] = done.stdout
    assert {line.split()[0] for line in told} == {
        "prepare.py", "fill_meta.py", "export_classifiers.py", "download_classifiers.py", "-m",
    }  # fmt: skip
    assert "Barack_Obama: name: 'OBAMA BARACK'; position: 'President'" in "".join(told.values())
    assert (served / "models" / "model-office-1.0.tar").is_file()
    assert files(home / "data" / "faces").keys() == {name for name, _ in pictures}
    persons = json.loads((home / "data" / "classifiers" / "meta.json").read_text())["persons"]
    assert [person["folder"] for person in persons] == ["Barack_Obama", "Joe_Biden"]


@pytest.fixture
def photos(tmp_path: Path, imagenet_dir: Path) -> Path:
    """Where somebody works who has photos of two kinds of insects, drawn here, and the network of classes."""
    folder = tmp_path / "photos"
    for name, label in (("ants", "red"), ("bees", "blue")):
        (folder / name).mkdir(parents=True)
        for number in range(30):
            write_png(folder / name / f"{number}.png", coloured(label, number))
    write_png(folder / "new.jpg", coloured("blue", 99))
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "imagenet").symlink_to(imagenet_dir)
    return tmp_path


def test_two_classes_are_taught_and_told_by_the_lines_of_the_page(photos: Path) -> None:
    written = TAUGHT.findall(README)
    told = []
    for line in written[:5]:
        done = subprocess.run(
            [sys.executable, "-m", "svod_rcgn", *shlex.split(line)],
            cwd=photos, env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True, text=True, timeout=PATIENCE, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{line}: {done.stderr}"
        told.append(done.stdout)
    assert [line.split()[0] for line in written[:5]] == [
        "datasets",
        "datasets",
        "datasets",
        "train",
        "identify",
    ]
    assert told[1:3] == ["30 pictures added\n"] * 2
    assert "insects, version 1: 2 classes of 60 pictures in " in told[3]
    assert re.fullmatch(r"photos/new\.jpg: bee [0-9.]+ %\n", told[4])


def test_objects_are_found_and_followed_by_the_lines_of_the_page(
    tmp_path: Path, coco_dir: Path, demo_dir: Path, embedding_dir: Path, detection_dir: Path
) -> None:
    for given in (coco_dir, embedding_dir, detection_dir, demo_dir):
        place = tmp_path / ("data" if given == demo_dir else "models") / given.name
        place.parent.mkdir(exist_ok=True)
        place.symlink_to(given)
    script = {"svod detect": ["-m", "svod_rcgn", "detect"], "python video.py": [str(ROOT / "video.py")]}
    told = []
    for name, words in FOUND.findall(README):
        done = subprocess.run(
            [sys.executable, *script[name], *shlex.split(words)],
            cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True, text=True, timeout=PATIENCE, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{words}: {done.stderr}"
        told.append(done.stdout)
    film, portraits, watched = told
    assert "person 1" in film
    assert "person" in portraits
    assert sorted(path.name for path in (tmp_path / "data/found").iterdir()) == [
        "astronaut.png",
        "obama3.png",
    ]
    assert "Barack Obama  in 100 % of the frames" in watched
    assert "person 1 " not in watched  # it is he
