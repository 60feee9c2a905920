"""A dataset to write into."""

import pytest

from svod_rcgn.datasets.collection import create_dataset


@pytest.fixture
def dataset(tmp_path):
    opened = create_dataset(tmp_path / "datasets", "things", "Ada")
    yield opened
    opened.close()
