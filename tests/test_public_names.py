"""What a program of one's own can take from the package."""

import doctest
import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

import svod_rcgn
from svod_rcgn.app.actions import Actions
from svod_rcgn.cameras.supervisor import CameraSupervisor
from svod_rcgn.commands import demo
from svod_rcgn.control.client import SVODClient
from svod_rcgn.control.server import ControlServer
from svod_rcgn.control.settings import ControlSettings
from svod_rcgn.faces.prepare import prepare
from svod_rcgn.faces.recogniser import ClassifierStatus
from svod_rcgn.faces.settings import Paths
from svod_rcgn.retry import RetrySettings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def _loaded(code: str) -> set[str]:
    told = subprocess.run(
        [sys.executable, "-c", f"import sys; {code}; print(*sys.modules)"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return set(told.stdout.split())


def test_importing_the_package_loads_none_of_it():
    assert {name for name in _loaded("import svod_rcgn") if name.startswith("svod_rcgn.")} == set()


def test_asking_for_the_client_loads_no_network():
    assert not {"numpy", "openvino", "cv2"} & _loaded("import svod_rcgn; svod_rcgn.SVODClient")


@pytest.mark.parametrize("name", svod_rcgn.__all__)
def test_every_public_name_is_there_and_says_what_it_is(name: str):
    assert getattr(svod_rcgn, name).__doc__
    assert name in dir(svod_rcgn)


def test_another_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'open_recognizer'"):
        svod_rcgn.open_recognizer  # noqa: B018


@pytest.fixture(scope="module")
def home(tmp_path_factory, demo_dir, embedding_dir) -> Path:
    """Somewhere with networks, the demo's film and pictures, and what was learned of them."""
    folder = tmp_path_factory.mktemp("home")
    made = folder / "data" / "demo"
    made.mkdir(parents=True)
    (folder / "models").symlink_to(embedding_dir.parent)
    for name in ("faces", "probes"):
        (made / name).symlink_to(demo_dir / name)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr("svod_rcgn.faces.training.report.page.render", lambda *_: "<!doctype html>")
        paths = Paths(
            input_dir=made / "faces", aligned_dir=made / "aligned", classifiers_dir=made / "classifiers"
        )
        prepare(paths, "CPU", lambda items, title: items)
        assert CliRunner().invoke(demo.main, []).exit_code == 0
    return folder


@pytest.fixture
def camera(monkeypatch) -> Iterator[None]:
    """Where a client that names no port finds a process that answers."""
    reloaded = ClassifierStatus("2026-01-01", {"Barack Obama": 2})
    actions = Actions(CameraSupervisor([], RetrySettings()), lambda: reloaded, lambda: reloaded, tuple)
    server = ControlServer(ControlSettings(port=0), actions.by_name())
    server.start()
    defaults = inspect.signature(SVODClient.__init__).parameters
    values = {name: each.default for name, each in defaults.items() if name != "self"}
    monkeypatch.setattr(SVODClient.__init__, "__defaults__", (*{**values, "port": server.port}.values(),))
    yield
    server.close()


def _examples(name: str) -> list[doctest.DocTest]:
    """Those of a public name and of what belongs to it."""
    found = doctest.DocTestFinder().find(getattr(svod_rcgn, name), name)
    return [test for test in found if test.examples]


@pytest.mark.parametrize("name", svod_rcgn.__all__)
def test_every_public_name_shows_how_it_is_used(name: str):
    assert _examples(name)[0].name == name


@pytest.mark.weights
@pytest.mark.usefixtures("camera")
def test_the_examples_of_the_docstrings_come_out_as_they_are_written(
    home: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(home)
    of_the_package = doctest.DocTestParser().get_doctest(svod_rcgn.__doc__, {}, "svod_rcgn", None, None)
    for test in [of_the_package, *(test for name in svod_rcgn.__all__ for test in _examples(name))]:
        told: list[str] = []
        assert doctest.DocTestRunner().run(test, out=told.append).failed == 0, "".join(told)


@pytest.mark.weights
def test_the_lines_for_python_in_the_readme_run(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    section = README.partition("### From Python")[2].partition("\n#")[0]
    (code,) = re.findall(r"^```python\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
    meant = {"data/classifiers": "classifiers", "visitor.jpg": "probes/obama3.jpg", "film.mp4": "demo.mp4"}
    (tmp_path / "data").mkdir()
    (tmp_path / "models").symlink_to(home / "models")
    for written, there in meant.items():
        (tmp_path / written).symlink_to(home / "data" / "demo" / there)
    monkeypatch.chdir(tmp_path)
    exec(code, {})
    picture, *frames = capsys.readouterr().out.splitlines()
    assert picture.startswith("Barack Obama ")
    assert len(frames) == 350
    assert any("'Barack Obama'" in line for line in frames)


USED = """
import svod_rcgn
recogniser = svod_rcgn.open_recogniser("data/classifiers")
for frame, faces in recogniser.watch(0):
    reveal_type((frame.time, faces[0].label))
svod_rcgn.open_recognizer
"""


@pytest.mark.slow
def test_whoever_checks_types_sees_the_public_names_and_no_others(tmp_path: Path):
    (tmp_path / "used.py").write_text(USED)
    told = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", "", "--cache-dir", tmp_path / "cache", "--strict",
         "--follow-imports", "silent", tmp_path / "used.py"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    ).stdout  # fmt: skip
    assert 'Revealed type is "tuple[float, str | None]"' in told
    assert 'Module has no attribute "open_recognizer"' in told
    assert told.count(": error:") == 1
