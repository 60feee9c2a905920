import json
from pathlib import Path

import pytest

from benchmarks import detect
from benchmarks.figures import Skipped
from svod_rcgn.storage.images import write_png
from tests.objects.fakes import scene, write_network


@pytest.fixture
def models(tmp_path: Path) -> Path:
    write_network(tmp_path / "models" / "dots")
    return tmp_path / "models"


def test_what_is_found_is_told_as_coco_has_results(models: Path, tmp_path: Path) -> None:
    write_png(tmp_path / "pictures" / "one.png", scene(("red", 22, 22), ("blue", 46, 46)))
    write_png(tmp_path / "pictures" / "none.png", scene())
    truth = {
        "images": [{"id": 7, "file_name": "one.png"}, {"id": 9, "file_name": "sub/none.png"}],
        "categories": [{"id": 3, "name": "red"}, {"id": 5, "name": "cat"}],
    }
    (tmp_path / "instances.json").write_text(json.dumps(truth))
    told = detect.found_on(tmp_path, models, "dots")
    best = max(told, key=lambda each: each["score"])
    assert {(each["image_id"], each["category_id"]) for each in told} == {(7, 3)}
    assert best["bbox"] == pytest.approx([10, 10, 20, 20])


def test_without_what_gives_the_precision_that_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(detect, "find_spec", lambda name: None)
    (told,) = detect.measure_precision(tmp_path, tmp_path, "dots")
    assert told == Skipped(detect.PART, "average precision", "faster-coco-eval is not installed")


def test_the_whole_is_timed_beside_the_bare_network(models: Path) -> None:
    whole, bare, beside = detect.measure_time([scene(("red", 22, 22))] * 2, models, "dots", passes=3)
    assert len(whole.samples) == len(bare.samples) == 6
    assert beside.median == pytest.approx(whole.median / bare.median)
    assert beside.limit is not None


def test_a_network_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch, models: Path) -> None:
    monkeypatch.setattr(detect, "MODELS_DIR", models)
    assert detect.missing("dots") is None
    assert detect.missing("cats") is not None
