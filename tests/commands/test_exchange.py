"""The commands that publish and fetch classifiers and photographs, run as they are, against real servers."""

import functools
import hashlib
import http.server
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.faces.exchange.releases import S3, files, s3_server, write_card, write_set
from tests.patience import PATIENCE
from tests.storage.test_archives import tar_of, zip_of

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
SECRET = "nobody-may-read-this"


@pytest.fixture(scope="module")
def s3():
    pytest.importorskip("s3fs", reason="the extra svod-rcgn[s3] is not installed")
    pytest.importorskip("moto", reason="the extra svod-rcgn[test] is not installed")
    with s3_server() as running:
        yield running


class _QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture
def web(tmp_path):
    """A folder, and the address under which a real server offers it."""
    folder = tmp_path / "web"
    folder.mkdir()
    handler = functools.partial(_QuietHandler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield folder, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


class Home:
    """A folder to run commands in, as a user does, each in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.model = write_card(folder / "models" / "facenet_pretrained_openvino_cpu")
        self.classifiers = folder / "data" / "classifiers"

    def run(self, script: str, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        foreign = {"SVOD_CATALOG", "WORKSPACE_NAME"}
        own = {name: value for name, value in os.environ.items() if name not in foreign}
        done = subprocess.run(
            [sys.executable, "-W", "error", str(ROOT / script), *words],
            cwd=self.folder, env=own | environment,
            capture_output=True, text=True, timeout=PATIENCE, check=False,
        )  # fmt: skip
        assert SECRET not in done.stdout + done.stderr
        return done

    def succeed(self, script: str, *words: str, **environment: str) -> str:
        done = self.run(script, *words, **environment)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    def fail(self, script: str, *words: str, **environment: str) -> str:
        done = self.run(script, *words, **environment)
        assert done.returncode == 1, done.stdout
        assert done.stderr.startswith("error: ")
        assert done.stderr.count("\n") == 1
        return done.stderr


@pytest.fixture
def home(tmp_path):
    made = Home(tmp_path / "home")
    write_set(made.classifiers, made.model, 3, 2)
    return made


@pytest.fixture
def other(tmp_path):
    """Another machine with the same network."""
    made = Home(tmp_path / "other")
    write_set(made.classifiers, made.model, 4)
    return made


def test_classifiers_go_through_s3_from_one_machine_to_another(s3: S3, home: Home, other: Home) -> None:
    catalog = "s3://models/one"
    assert home.succeed("export_classifiers.py", "office", "1.0", "--catalog", catalog) == (
        "publishing office 1.0, 7 files\npublished as s3://models/one/model-office-1.0.tar\n"
    )
    assert s3.names() == ["one/model-office-1.0.tar"]
    assert "is there already" in home.fail("export_classifiers.py", "office", "1.0", SVOD_CATALOG=catalog)
    home.succeed("export_classifiers.py", "office", "1.0", "--force", SVOD_CATALOG=catalog)
    listed = home.succeed("export_classifiers.py", "--list", "--catalog", catalog)
    assert "office" in listed
    assert "1.0" in listed
    before = files(other.classifiers)
    told = other.succeed("download_classifiers.py", "office", "1.0", "--catalog", catalog)
    assert told.startswith("fetching s3://models/one/model-office-1.0.tar\noffice 1.0, trained 2")
    assert told.endswith("2 persons; the classifiers are in data/classifiers\n")
    assert files(other.classifiers).items() >= files(home.classifiers).items()
    other.succeed("download_classifiers.py", "--rollback")
    assert files(other.classifiers) == before
    other.succeed("download_classifiers.py", "s3://models/one/model-office-1.0.tar")
    assert files(other.classifiers).items() >= files(home.classifiers).items()


def test_trouble_with_s3_is_one_line(s3: S3, other: Home) -> None:
    assert "no such file" in other.fail("download_classifiers.py", "s3://models/nowhere.tar")
    assert "s3://nowhere" in other.fail(
        "export_classifiers.py", "office", "1.0", "--catalog", "s3://nowhere/x"
    )
    away = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_MAX_ATTEMPTS": "1"}
    assert "s3://models/a.tar: " in other.fail("download_classifiers.py", "s3://models/a.tar", **away)
    debugged = other.run("download_classifiers.py", "s3://models/a.tar", "--debug", **away)
    assert "Traceback" in debugged.stderr


def test_classifiers_come_from_a_web_server(home: Home, other: Home, web) -> None:
    folder, address = web
    home.succeed("export_classifiers.py", "office", "1.0", "--catalog", str(folder))
    archive = folder / "model-office-1.0.tar"
    sha256 = hashlib.sha256(archive.read_bytes()).hexdigest()
    other.succeed("download_classifiers.py", f"{address}/{archive.name}", "--sha256", sha256)
    assert files(other.classifiers).items() >= files(home.classifiers).items()
    other.succeed("download_classifiers.py", "office", "1.0", "--catalog", address)
    assert "404" in other.fail("download_classifiers.py", "office", "2.0", "--catalog", address)


def test_a_set_that_does_not_fit_this_machine_is_one_line_with_the_way_out(
    home: Home, tmp_path: Path
) -> None:
    home.succeed("export_classifiers.py", "office", "1.0", "--catalog", str(tmp_path / "catalog"))
    stranger = Home(tmp_path / "stranger")
    write_card(tmp_path / "network", "another network")
    told = stranger.fail(
        "download_classifiers.py", str(tmp_path / "catalog" / "model-office-1.0.tar"),
        "--model", str(tmp_path / "network"),
    )  # fmt: skip
    assert "trained with another network" in told
    assert "train it again where its pictures are" in told
    assert not stranger.classifiers.exists()


def test_without_a_catalogue_one_line_says_what_to_set(home: Home) -> None:
    for words in (("office", "1.0"), ("--list",)):
        told = home.fail("export_classifiers.py", *words, PATH="")
        assert told.startswith("error: no catalogue: give --catalog or set SVOD_CATALOG")
    assert "set SVOD_CATALOG" in home.fail("download_classifiers.py", "office", "1.0")


def test_kdataset_is_used_where_it_is_installed_and_no_catalogue_is_given(home: Home, tmp_path: Path) -> None:
    program = tmp_path / "bin" / "kdataset"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\necho "$@" > "$TOLD"; ls >> "$TOLD"\n')
    program.chmod(0o755)
    path, told = f"{program.parent}:{os.environ['PATH']}", tmp_path / "told"
    failed = home.fail("export_classifiers.py", "office", "1.0", PATH=path)
    assert "set WORKSPACE_NAME, or give --catalog" in failed
    home.succeed("export_classifiers.py", "office", "1.0", PATH=path, WORKSPACE_NAME="lab", TOLD=str(told))
    words, *held = told.read_text().splitlines()
    assert words == "push lab office:1.0 --type model --create"
    assert set(held) >= {"manifest.json", "meta.json", "previews"}
    told.unlink()
    home.succeed("export_classifiers.py", "office", "1.0", "--catalog", "catalog", PATH=path, TOLD=str(told))
    assert not told.exists()


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("export_classifiers.py", ["office"]),
        ("download_classifiers.py", []),
        ("download_classifiers.py", ["a", "b", "c"]),
        ("download_classifiers.py", ["a.tar", "--rollback"]),
        ("download_classifiers.py", ["a.tar", "--sha256", "12"]),
        ("prepare.py", ["--clear_input_dir"]),
        ("prepare.py", ["--sha256", "0" * 64]),
        ("prepare.py", ["--model-name", "office"]),
        ("prepare.py", ["--model-name", "a", "--model-version", "1", "--catalog", "c", "--skip_training"]),
    ],
)
def test_wrong_usage_ends_with_2(home: Home, script: str, words: list[str]) -> None:
    assert home.run(script, *words).returncode == 2


def test_a_version_that_is_taken_is_told_before_anything_is_learned(home: Home) -> None:
    home.succeed("export_classifiers.py", "office", "1.0", "--catalog", "catalog")
    told = home.fail("prepare.py", "--model-name", "office", "--model-version", "1.0", "--catalog", "catalog")
    assert "is there already" in told


def test_a_hostile_archive_is_one_line_and_writes_nothing(home: Home, web) -> None:
    folder, address = web
    tar_of(folder / "faces.tar.gz", ("A/1.jpg", b"x"), ("../evil.jpg", b"x"))
    told = home.fail("prepare.py", "--download", f"{address}/faces.tar.gz")
    assert told.endswith("'../evil.jpg' is a path that leads out of the archive; nothing was unpacked\n")
    zip_of(folder / "bomb.zip", ("A/1.jpg", bytes(2_000_000)))
    for words in ([], ["--max_unpacked_ratio", "1e6", "--max_unpacked_gb", "0.001"]):
        told = home.fail("prepare.py", "--download", f"{address}/bomb.zip", *words)
        assert "'A/1.jpg': over " in told
    assert not (home.folder / "data" / "faces").exists()
    assert not list(home.folder.rglob("evil*"))


@pytest.mark.weights
def test_photographs_come_from_s3_and_the_web_are_learned_and_published(
    s3: S3, web, tmp_path, demo_dir, embedding_dir, detection_dir
) -> None:
    folder, address = web
    home = Home(tmp_path / "home")
    networks = "--model", str(embedding_dir), "--detector_dir", str(detection_dir)
    pictures = {path: path.read_bytes() for path in (demo_dir / "faces").glob("*/*")}
    members = [(f"faces/{path.parent.name}/{path.name}", content) for path, content in pictures.items()]
    s3.put("faces.tar", tar_of(tmp_path / "faces.tar", *members, mode="w").read_bytes())
    (home.folder / "data" / "faces" / "Barack_Obama").mkdir(parents=True)
    (home.folder / "people.csv").write_text("Name,Position\nObama Barack,President\n")
    told = home.succeed("fill_meta.py", "data/faces", "people.csv", "--column_data", "name=0", "position=1")
    assert "Barack_Obama: name: 'Obama Barack'; position: 'President'" in told
    done = home.run("prepare.py", "--download", "s3://models/faces.tar", *networks)
    assert done.returncode == 0, done.stderr
    learned = json.loads((home.classifiers / "meta.json").read_text())["persons"]
    assert [person["fields"].get("position") for person in learned] == ["President", None]
    assert "data/faces: 3 files of 2 persons added, 0 were there already" in done.stdout
    assert "2 persons learned" in done.stdout
    archive = zip_of(folder / "faces.zip", *members[:1])
    sha256 = hashlib.sha256(archive.read_bytes()).hexdigest()
    done = home.run(
        "prepare.py", "--download", f"{address}/faces.zip", "--sha256", sha256, "--clear_input_dir",
        *networks, "--model-name", "office", "--model-version", "1.0", "--catalog", "s3://models/two",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "1 person learned" in done.stdout
    assert done.stdout.endswith("published as s3://models/two/model-office-1.0.tar\n")
    assert len(files(home.folder / "data" / "faces")) == 1
    assert len(files(home.folder / "data" / ".faces.previous")) == 4
    assert "two/model-office-1.0.tar" in s3.names()
