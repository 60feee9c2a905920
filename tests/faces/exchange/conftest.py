from pathlib import Path

import pytest

from tests.faces.exchange.releases import write_card, write_set


@pytest.fixture
def model(tmp_path: Path) -> str:
    return write_card(tmp_path / "network")


@pytest.fixture
def classifiers(tmp_path: Path, model: str) -> Path:
    write_set(tmp_path / "classifiers", model, 3, 2)
    return tmp_path / "classifiers"


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    return tmp_path / "catalog"
