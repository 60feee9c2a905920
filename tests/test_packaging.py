"""What is built and installed: sdist, wheel, console commands, and the text of the image."""

import re
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from email.message import Message
from email.parser import Parser
from fnmatch import fnmatch
from pathlib import Path

import pytest

from svod_rcgn.faces.settings import Paths
from tests.patience import PATIENCE

ROOT = Path(__file__).parents[1]
SCRIPTS = [f"{name}.py" for name in (
    "download_classifiers", "download_models", "export_classifiers", "fill_meta", "prepare", "video",
)]  # fmt: skip
FOLDERS = ("svod_rcgn", "tests", "benchmarks", "docs")
TEXTS = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "data/README.md", "models/README.md")
BUILDING = ("setup.py", "pyproject.toml", "MANIFEST.in", "Makefile", "Dockerfile", ".dockerignore")
# What lies about where somebody works, and is nobody else's business.
PRIVATE = (
    "data/faces/Ada/ada.jpg",
    "data/events.db",
    "models/own/own.bin",
    ".env",
    "tests/__pycache__/x.pyc",
)


def files_below(folder: Path) -> set[str]:
    paths = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return {path.relative_to(folder).as_posix() for path in paths}


def build(what: str, tree: Path, target: Path) -> Path:
    """Build as pip does, without anything being fetched."""
    code = f"from setuptools import build_meta; build_meta.build_{what}({str(target)!r})"
    done = subprocess.run(
        [sys.executable, "-W", "error::DeprecationWarning", "-c", code],
        cwd=tree, capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (built,) = (path for path in target.iterdir() if path.suffix == (".whl" if what == "wheel" else ".gz"))
    return built


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout that somebody has worked in."""
    tree = tmp_path_factory.mktemp("checkout")
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, tree / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for name in (*SCRIPTS, *TEXTS, *BUILDING):
        (tree / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tree / name)
    for name in PRIVATE:
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text("private")
    return tree


@pytest.fixture(scope="module")
def sdist(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sdist of that checkout, unpacked."""
    folder = tmp_path_factory.mktemp("sdist")
    with tarfile.open(build("sdist", tree, folder)) as archive:
        for member in archive.getmembers():
            assert not Path(member.name).is_absolute()
            assert ".." not in Path(member.name).parts
        archive.extractall(folder)
    (unpacked,) = (path for path in folder.iterdir() if path.is_dir())
    return unpacked


@pytest.fixture(scope="module")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the sdist as whoever packages it for a system does."""
    return build("wheel", sdist, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return Parser().parsestr(archive.read(name).decode())


def test_the_sdist_holds_all_of_the_project_and_nothing_private(sdist: Path, tree: Path):
    ours = {f"{folder}/{name}" for folder in FOLDERS for name in files_below(ROOT / folder)}
    made = {"PKG-INFO", "setup.cfg"}
    found = {name for name in files_below(sdist) if not name.startswith("svod_rcgn.egg-info/")}
    assert found == ours | made | {*SCRIPTS, *TEXTS, *BUILDING}


def test_the_wheel_holds_the_package_and_its_licence(wheel: Path):
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
        licences = [name for name in archive.namelist() if name.endswith("/licenses/LICENSE")]
    assert names == {f"svod_rcgn/{name}" for name in files_below(ROOT / "svod_rcgn")}
    assert len(licences) == 1


def test_the_metadata_say_what_it_runs_on(metadata: Message):
    assert (metadata["Name"], metadata["License-Expression"]) == ("svod-rcgn", "MIT")
    assert metadata["Requires-Python"] == ">=3.10"
    pythons = [value.rpartition(" ")[2] for value in metadata.get_all("Classifier", []) if ":: 3." in value]
    assert pythons == ["3.10", "3.11", "3.12", "3.13"]
    assert metadata.get_payload().startswith("# svod-rcgn")


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment that has the wheel, and borrows what it depends on."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    (packages,) = folder.glob("lib/python*/site-packages")
    (packages / "borrowed.pth").write_text("\n".join(path for path in sys.path if "site-packages" in path))
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", folder / "bin/python", "install",
         "--quiet", "--no-index", "--no-deps", "--ignore-installed", wheel],
        check=True, timeout=PATIENCE,
    )  # fmt: skip
    return folder / "bin"


def run(*words: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    line = [str(word) for word in words]
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(cwd), "LANG": "C.UTF-8"}
    return subprocess.run(
        line, cwd=cwd, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
    )


LOAD_ALL = """
from importlib.metadata import distribution
import click, svod_rcgn
for each in distribution("svod-rcgn").entry_points:
    assert isinstance(each.load(), click.Command), each
    print(each.name, svod_rcgn.__file__)
"""


@pytest.mark.slow
def test_every_command_is_installed_and_loads_from_what_was_installed(installed: Path, tmp_path: Path):
    told = run(installed / "python", "-c", LOAD_ALL, cwd=tmp_path)
    assert (told.returncode, told.stderr) == (0, "")
    names, files = zip(*(line.split() for line in told.stdout.splitlines()), strict=True)
    assert {name.replace("-", "_")[5:] + ".py" for name in names} >= set(SCRIPTS)
    assert all(Path(file).is_relative_to(installed.parent) for file in files)
    assert sorted(path.name for path in installed.glob("svod*")) == sorted(names)


@pytest.mark.slow
def test_an_installed_command_runs_anywhere_and_names_its_like(installed: Path, tmp_path: Path):
    told = run(installed / "svod-video", "--no_window", "--video_source", tmp_path, cwd=tmp_path)
    assert told.returncode == 1
    assert told.stderr.count("\n") == 1
    assert run(installed / "svod-video", "--version", cwd=tmp_path).stdout.startswith("svod-rcgn 0.")
    lost = run(installed / "svod-events", cwd=tmp_path)
    assert "`svod-video` records visits" in lost.stderr
    assert "`svod video` records visits" in run(installed / "svod", "events", cwd=tmp_path).stderr
    assert "  video  " in run(installed / "svod", "--help", cwd=tmp_path).stdout


@pytest.mark.slow
def test_a_root_script_runs_from_any_folder(tmp_path: Path):
    told = run(sys.executable, ROOT / "prepare.py", cwd=tmp_path)
    assert told.returncode == 1
    assert told.stderr.startswith("error: ")
    assert not list(tmp_path.glob("svod*"))


INSTRUCTION = re.compile(r"^([A-Z]+) ((?:.*\\\n)*.*)$", re.MULTILINE)


@pytest.fixture(scope="module")
def image() -> list[tuple[str, str]]:
    """The instructions of the Dockerfile with their words."""
    text = (ROOT / "Dockerfile").read_text()
    return [(name, re.sub(r"\\\n\s*", "", words)) for name, words in INSTRUCTION.findall(text)]


def last_stage(image: list[tuple[str, str]]) -> list[tuple[str, str]]:
    begin = max(place for place, (name, _) in enumerate(image) if name == "FROM")
    return image[begin:]


def test_the_image_has_a_python_that_the_package_takes(image: list[tuple[str, str]], metadata: Message):
    bases = [words.split()[0] for name, words in image if name == "FROM"]
    assert len(bases) == 2
    for base in bases:
        name, tag = base.split(":")
        assert name == "python"
        assert f"Programming Language :: Python :: {tag.removesuffix('-slim')}" in metadata.get_all(
            "Classifier"
        )


def test_the_image_runs_as_a_user_without_rights(image: list[tuple[str, str]]):
    steps = last_stage(image)
    names = [name for name, _ in steps]
    (user,) = (words for name, words in steps if name == "USER")
    assert any(name == "RUN" and f"useradd --create-home --uid 1000 {user}" in words for name, words in steps)
    assert names.index("USER") > max(place for place, name in enumerate(names) if name == "RUN")
    assert names.index("USER") < names.index("CMD")


def test_the_image_keeps_data_and_networks_in_volumes_that_its_user_owns(image: list[tuple[str, str]]):
    steps = dict(last_stage(image))
    folder = Path(steps["WORKDIR"])
    kept = [Path(path) for path in re.findall(r'"(.*?)"', steps["VOLUME"])]
    for path in (
        Paths().input_dir,
        Paths().classifiers_dir,
        Paths().history_dir / "x",
        Paths().embedding_dir,
    ):
        assert any((folder / path).is_relative_to(volume) for volume in kept), path
    owned = next(words for name, words in image if name == "RUN" and "--owner svod" in words)
    assert all(str(volume) in owned.split() for volume in kept)


def test_the_image_has_the_libraries_of_the_system_that_opencv_needs(image: list[tuple[str, str]]):
    needed = re.search(
        r"apt-get install ((?:lib\w+[\w.-]* ?)+)", (ROOT / "svod_rcgn/commands/base.py").read_text()
    )
    assert needed
    commands = "\n".join(words for name, words in last_stage(image) if name == "RUN")
    assert all(library in commands for library in needed[1].split())


def test_the_image_is_built_from_files_that_are_sent_to_its_builder(image: list[tuple[str, str]]):
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    sent = [line[1:] for line in lines if line.startswith("!")]
    assert "*" in lines
    taken = [word for name, words in image if name == "COPY" for word in words.split()[:-1]]
    assert taken
    for name in taken:
        assert (ROOT / name).exists(), name
        assert any(fnmatch(name, pattern) for pattern in sent), name


def test_the_image_starts_a_command_that_is_installed(image: list[tuple[str, str]], wheel: Path):
    words = re.findall(r'"(.*?)"', dict(last_stage(image))["CMD"])
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith("entry_points.txt"))
        assert f"{words[0]} = svod_rcgn.commands.video:main" in archive.read(name).decode()
    assert "--no_window" in words
