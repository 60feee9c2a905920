"""A recogniser on a thin backbone with random weights, which tells colours."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from svod_rcgn.teach.recognisers import Recognisers
from svod_rcgn.teach.settings import TeachPlaces
from svod_rcgn.teach.taught_recogniser import Recogniser
from tests.classification.training.makers import write_backbone


@pytest.fixture(scope="session")
def thin_backbone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_backbone(tmp_path_factory.mktemp("thin"))


@pytest.fixture
def places(thin_backbone: Path, tmp_path: Path) -> TeachPlaces:
    shutil.copytree(thin_backbone, tmp_path / "models" / "imagenet")
    return TeachPlaces(tmp_path / "datasets", tmp_path / "models", "imagenet")


@pytest.fixture
def recogniser(places: TeachPlaces) -> Iterator[Recogniser]:
    with closing(Recognisers(places)) as all_of_them:
        yield all_of_them.create("colours", "Ada")
