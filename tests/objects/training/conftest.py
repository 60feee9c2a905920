"""A thin backbone, made once, and a dataset of squares."""

import shutil

import pytest

from svod_rcgn.datasets.collection import create_dataset
from tests.classification.training.makers import write_backbone


@pytest.fixture(scope="session")
def thin_backbone(tmp_path_factory):
    return write_backbone(tmp_path_factory.mktemp("thin"))


@pytest.fixture
def models_dir(thin_backbone, tmp_path):
    shutil.copytree(thin_backbone, tmp_path / "models" / "imagenet")
    return tmp_path / "models"


@pytest.fixture
def dataset(tmp_path):
    opened = create_dataset(tmp_path / "datasets", "squares", "Ada")
    yield opened
    opened.close()
