"""What many tests share: where the real networks, the demo faces and the shared pictures lie."""

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from svod_rcgn.classification.settings import DIGITS, IMAGENET, MODELS_DIR
from svod_rcgn.faces.networks.catalogue import PAIRS, SECOND_EMBEDDINGS
from svod_rcgn.faces.settings import BACKGROUND_DIR, DETECTOR_DIRS, Paths
from svod_rcgn.objects.settings import COCO
from tests.servers import RecordingReporter, Server

ROOT = Path(__file__).parents[1]


def pytest_configure() -> None:
    """Before anything is imported."""
    # Matrices are small here: threads would wait for each other for longer than they work.
    for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):  # read when numpy is imported
        os.environ.setdefault(variable, "1")
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # A shell starts what runs in its background deaf to Ctrl-C, and commands inherit that from the tests.
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What runs the real networks, or measures on many pictures, is slow."""
    for item in items:
        if item.get_closest_marker("weights") or item.get_closest_marker("shared"):
            item.add_marker("slow")


def _installed(path: Path, option: str = "--demo") -> Path:
    if not path.is_dir():
        pytest.skip(f"{path.name} is not installed; run `python download_models.py {option}`")
    return path


@pytest.fixture(scope="session")
def embedding_dir() -> Path:
    return _installed(ROOT / Paths().embedding_dir)


@pytest.fixture(scope="session")
def detection_dir() -> Path:
    return _installed(ROOT / Paths().detection_dir)


@pytest.fixture(scope="session")
def mtcnn_dir() -> Path:
    return _installed(ROOT / DETECTOR_DIRS["mtcnn"], "--detector mtcnn")


@pytest.fixture(scope="session", params=sorted(SECOND_EMBEDDINGS))
def second_embedding_dir(request: pytest.FixtureRequest) -> Path:
    return _installed(
        ROOT / Paths().embedding_dir.parent / request.param, f"--second_embedding {request.param}"
    )


@pytest.fixture(scope="session", params=sorted(PAIRS))
def pair_dir(request: pytest.FixtureRequest) -> Path:
    return _installed(
        ROOT / Paths().embedding_dir.parent / request.param, f"--second_embedding {request.param}"
    )


@pytest.fixture(scope="session")
def background_dir() -> Path:
    return _installed(ROOT / BACKGROUND_DIR)


@pytest.fixture(scope="session")
def imagenet_dir() -> Path:
    return _installed(ROOT / MODELS_DIR / IMAGENET, "--classes")


@pytest.fixture(scope="session")
def coco_dir() -> Path:
    return _installed(ROOT / MODELS_DIR / COCO, "--objects")


@pytest.fixture(scope="session")
def digits_dir() -> Path:
    return _installed(ROOT / MODELS_DIR / DIGITS, "--digits")


@pytest.fixture(scope="session")
def demo_dir() -> Path:
    return _installed(ROOT / Paths().demo_dir)


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    folder = Path(os.environ.get("SVOD_SHARED", ROOT.parent / "shared"))
    if not (folder / "faces").is_dir():
        pytest.skip(f"no pictures to measure on at {folder.name}/; set SVOD_SHARED to their folder")
    return folder


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """A training draws no report, which takes most of its time where people are few."""
    monkeypatch.setattr("svod_rcgn.faces.training.report.page.render", lambda *_: "<!doctype html>")


@pytest.fixture
def reporter() -> RecordingReporter:
    return RecordingReporter()


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()
