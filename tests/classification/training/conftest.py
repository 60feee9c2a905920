"""A thin backbone, made once, and a dataset to learn from."""

import shutil
from pathlib import Path

import pytest

from svod_rcgn.datasets.collection import create_dataset
from tests.classification.training.makers import write_backbone


@pytest.fixture(scope="session")
def thin_backbone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_backbone(tmp_path_factory.mktemp("thin"))


@pytest.fixture
def models_dir(thin_backbone: Path, tmp_path: Path) -> Path:
    shutil.copytree(thin_backbone, tmp_path / "models" / "imagenet")
    return tmp_path / "models"


@pytest.fixture
def dataset(tmp_path: Path):
    opened = create_dataset(tmp_path / "datasets", "colours", "Ada")
    yield opened
    opened.close()


@pytest.fixture
def real_models(imagenet_dir: Path, tmp_path: Path) -> Path:
    """A folder of networks with the real backbone, for what random weights cannot tell."""
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "imagenet").symlink_to(imagenet_dir)
    return tmp_path / "real"
