"""What a program of one's own can take from the package."""

import doctest
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import svod_rcgn
from svod_rcgn.app import face_recogniser
from svod_rcgn.commands import demo
from svod_rcgn.faces.prepare import prepare
from svod_rcgn.faces.settings import Paths

ROOT = Path(__file__).parents[1]


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


@pytest.fixture
def folder(tmp_path, monkeypatch, demo_dir, embedding_dir, detection_dir, undrawn) -> Path:
    """Somewhere with networks, the demo's film and pictures, and what was learned of them."""
    (tmp_path / "models").symlink_to(embedding_dir.parent)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "demo").mkdir()
    for name in ("faces", "probes"):
        (tmp_path / "data" / "demo" / name).symlink_to(demo_dir / name)
    monkeypatch.chdir(tmp_path)
    made = Path("data/demo")
    paths = Paths(
        input_dir=made / "faces", aligned_dir=made / "aligned", classifiers_dir=made / "classifiers"
    )
    prepare(paths, "CPU", lambda items, title: items)
    assert CliRunner().invoke(demo.main, []).exit_code == 0
    return tmp_path


@pytest.mark.weights
def test_the_examples_of_the_docstrings_come_out_as_they_are_written(folder: Path):
    assert Path.cwd() == folder
    examples = 0
    for module in (svod_rcgn, face_recogniser):
        for test in doctest.DocTestFinder().find(module, module.__name__):
            failed, tried = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test)
            assert failed == 0
            examples += tried
    assert examples > 8
