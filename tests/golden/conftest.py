"""Folders that commands are run in; what is made there by one test is used by others, and left as it is."""

import pytest

from tests.golden import failures, learning
from tests.golden.homes import Home


@pytest.fixture(scope="session")
def taught(tmp_path_factory, embedding_dir, detection_dir, background_dir, demo_dir):
    """A home where the demo's people are learned."""
    home = Home(tmp_path_factory.mktemp("golden") / "taught")
    learning.teach(home, demo_dir)
    return home


@pytest.fixture(scope="session")
def troubled(tmp_path_factory):
    """A home where little is as it should be."""
    home = Home(tmp_path_factory.mktemp("golden") / "troubled")
    failures.bring_trouble(home)
    return home
