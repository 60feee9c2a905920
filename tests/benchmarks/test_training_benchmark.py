from pathlib import Path

import cv2
import numpy as np
import pytest

from benchmarks import training
from benchmarks.figures import Skipped
from benchmarks.finetuning import _cut, _halfway, _Tail, fine_tune
from svod_rcgn.classification.training.views import Backbone
from svod_rcgn.networks.runtime import shared_core
from tests.classification.training.makers import coloured

pytestmark = pytest.mark.weights


@pytest.fixture(autouse=True)
def _at_home(imagenet_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "MODELS_DIR", imagenet_dir.parent)


@pytest.fixture
def sets(tmp_path: Path) -> Path:
    for name, labels in {"warm": ("red", "violet"), "cold": ("green", "blue")}.items():
        for part, first in (("train", 0), ("test", 100)):
            for label in labels:
                folder = tmp_path / "sets" / name / part / label
                folder.mkdir(parents=True)
                for number in range(5):
                    cv2.imwrite(str(folder / f"{number}.png"), coloured(label, first + number))
    return tmp_path / "sets"


def test_costs_are_measured(demo_dir: Path) -> None:
    swapped, new = training.measure_costs(demo_dir / "demo.mp4", pictures=30, times=2)
    assert swapped.name == "press to swapped, 30 pictures"
    assert len(swapped.samples) == 2
    assert 0 < new.median < 10_000


def test_without_a_backbone_that_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(training, "MODELS_DIR", tmp_path)
    (told,) = training.measure_costs(tmp_path / "film.mp4")
    assert isinstance(told, Skipped)


def test_each_set_is_taught_and_asked_by_every_way_and_strangers_are_let_in_or_not(sets: Path) -> None:
    told = {each.name: each for each in training.measure_sets(sets, sizes=(4,))}
    for name, stranger in (("warm", "cold"), ("cold", "warm")):
        assert told[f"{name}, 4 a class"].median >= 80
        assert told[f"{name}, 4 a class, 5 nearest pictures"].median >= 50
        assert 0 <= told[f"{name}, 4 a class, {stranger} let in at 95 % kept"].median <= 100
        assert f"{name}, 4 a class, fine-tuned" in told


def test_what_is_fine_tuned_begins_as_the_backbone(imagenet_dir: Path) -> None:
    torch = pytest.importorskip("torch", reason="the extra svod-rcgn[bench] is not installed")
    backbone = Backbone(imagenet_dir)
    model = shared_core().read_model(backbone.file)
    images = [cv2.resize(coloured(label, 1), (224, 224)) for label in ("red", "blue")]
    with torch.no_grad():
        cut = _cut(model)
        found = _Tail(model, cut)(torch.from_numpy(_halfway(model, cut, backbone, images))).numpy()
    wanted = backbone.embed(images).astype(np.float32)
    assert (found * wanted).sum() / np.linalg.norm(found) / np.linalg.norm(wanted) > 0.98
    shown = [coloured(label, number) for label in ("red", "blue") for number in range(4)]
    tuned = fine_tune(backbone, (shown, [0] * 4 + [1] * 4), (shown, [0] * 4 + [1] * 4))
    assert tuned.accuracy > 0.8
