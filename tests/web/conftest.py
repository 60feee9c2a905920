import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from svod_rcgn.commands.demo import FILM, SHOTS, compose
from svod_rcgn.faces import prepare
from svod_rcgn.faces.settings import Paths
from tests.web.site import Site, serving


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One for all tests of a module, since a server takes longer to start and end than to answer."""
    with serving(tmp_path_factory.mktemp("site")) as running:
        yield running


@pytest.fixture(scope="session")
def demo_dir(
    tmp_path_factory: pytest.TempPathFactory, demo_dir: Path, embedding_dir: Path, detection_dir: Path
) -> Path:
    """The demo as `make demo` leaves it: its people are learned, and its film is composed."""
    made = tmp_path_factory.mktemp("learned") / "demo"
    made.mkdir()
    for name in ("faces", "probes"):
        shutil.copytree(demo_dir / name, made / name)
    places = (made / name for name in ("faces", "aligned", "classifiers"))
    paths = Paths(*places, embedding_dir=embedding_dir, detection_dir=detection_dir)
    prepare.prepare(paths, "CPU", lambda items, _: items)
    compose(made / FILM, made, SHOTS)
    return made
