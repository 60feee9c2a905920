from pathlib import Path

import pytest

from benchmarks import collection
from benchmarks.figures import Figure, Skipped

pytestmark = pytest.mark.weights


def test_all_is_measured_on_a_few_pictures(imagenet_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collection, "MODELS_DIR", imagenet_dir.parent)
    told = list(collection.measure(pictures=200, times=1, seconds=0.1))
    assert all(isinstance(each, Figure) and each.median > 0 for each in told)
    names = [each.name for each in told]
    assert names[:3] == [
        "learn from 200 pictures",
        "live pictures while it learns",
        "open 200 pictures first",
    ]
    assert len(names) == len(set(names))


def test_without_a_backbone_that_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(collection, "MODELS_DIR", tmp_path)
    (told,) = collection.measure()
    assert isinstance(told, Skipped)
