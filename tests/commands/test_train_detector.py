"""`svod train detector`, and `svod evaluate DATASET --detector NAME`."""

import json
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from svod_rcgn.commands import (
    datasets,
    detect,
    download_classifiers,
    evaluate,
    export_classifiers,
    precision,
    train,
)
from svod_rcgn.datasets.collection import create_dataset, open_dataset
from svod_rcgn.networks import variants
from svod_rcgn.objects.training import int8_detector
from svod_rcgn.storage import images
from tests.classification.training.makers import write_backbone
from tests.objects.training.makers import pictures

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def backbone(tmp_path_factory):
    return write_backbone(tmp_path_factory.mktemp("thin"))


@pytest.fixture
def home(tmp_path, backbone, monkeypatch):
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "imagenet").symlink_to(backbone)
    monkeypatch.chdir(tmp_path)
    for name, first in (("squares", 0), ("later", 100)):
        dataset = create_dataset(Path("data/datasets"), name, "Ada")
        dataset.add(pictures(24, first), "the test")
        dataset.close()
    return tmp_path


def run(command, *words):
    return CliRunner().invoke(command, [str(word) for word in words])


def succeed(command, *words):
    done = run(command, *words)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_a_detector_is_taught_evaluated_compared_and_timed(home):
    told = succeed(train.main, "detector", "squares")
    assert "24 boxes in 24 pictures, fed as " in told
    assert "amber: 12 boxes in 12 pictures; AP@0.5 " in told
    assert "of pictures left out with their shootings: mAP@0.5 " in told
    found = json.loads(succeed(train.main, "detector", "squares", "--format", "json"))
    assert found["version"] == "2"
    assert [each["label"] for each in found["classes"]] == ["amber", "blue"]
    told = succeed(
        evaluate.main, "later", "--detector", "squares", "--against", "squares@1", "--latency", "60000"
    )
    assert "mAP@0.5 " in told
    assert "squares 2 beside squares@1 1: " in told
    assert "the promise of 60000 ms is kept" in told
    found = json.loads(succeed(evaluate.main, "later", "--detector", "squares@1", "--format", "json"))
    assert found["version"] == "1"
    assert set(found["classes"]) == {"amber", "blue"}
    assert 0 < found["map50_95"] <= found["map50"] <= 1
    succeed(evaluate.main, "later", "--detector", "squares", "--latency", "60000")
    report = json.loads(Path("data/evaluation/evaluation.json").read_text())
    assert report["pictures"] == 24
    assert report["latency"]["p50"] <= report["latency"]["p95"] <= report["latency"]["p99"]
    page = Path("data/evaluation/report.html").read_text()
    assert "<bdi>amber</bdi>" in page
    assert "<script" not in page


def test_a_detector_is_published_and_is_the_next_version_where_it_is_fetched(home):
    told = succeed(train.main, "detector", "squares", *["--int8"] * (find_spec("nncf") is not None))
    assert "squares/1 is in use" in told
    published = succeed(
        export_classifiers.main, "corners", "1.0", "--network", "squares", "--catalog", home / "shelf"
    )
    assert "publishing corners 1.0, " in published
    assert b"picture-0.png" in Path("models/squares/1/detector.json").read_bytes()
    assert b"picture-0.png" not in (home / "shelf" / "model-corners-1.0.tar").read_bytes()
    fetch = ("corners", "1.0", "--network", "elsewhere", "--catalog", home / "shelf")
    told = succeed(download_classifiers.main, *fetch)
    assert told.endswith("elsewhere: version 1 is in use, which knows 2 classes\n")
    succeed(download_classifiers.main, *fetch)
    images.write_png(home / "new.png", np.full((240, 320, 3), 90, np.uint8))
    words = ("new.png", "--score", "0.01", "--format", "json", "--network")
    (first,), (fetched,) = (
        json.loads(succeed(detect.main, *words, name)) for name in ("squares", "elsewhere")
    )
    assert fetched["version"] == "2"
    assert fetched["objects"] == first["objects"]
    rolled = succeed(download_classifiers.main, "--rollback", "--network", "elsewhere")
    assert rolled == "elsewhere: version 1 is in use\n"


def test_a_detector_is_not_judged_by_the_pictures_that_taught_it(home):
    succeed(train.main, "detector", "squares")
    done = run(evaluate.main, "squares", "--detector", "squares")
    assert done.exit_code == 1
    assert "all boxes are of shootings that squares learned from" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    with closing(open_dataset(Path("data/datasets"), "squares", "Ada")) as dataset:
        dataset.add(pictures(8, 200), "the test")
    found = json.loads(succeed(evaluate.main, "squares", "--detector", "squares", "--format", "json"))
    assert found["pictures"] == 8
    assert found["notes"] == ["not asked: 24 pictures of shootings that squares learned from"]
    (Path("models/squares/1") / "detector.json").unlink()
    card = Path("models/squares/1/model.json")
    told = json.loads(card.read_text())
    del told["files"]["detector.json"]
    card.write_text(json.dumps(told))
    done = run(evaluate.main, "squares", "--detector", "squares")
    assert "note: nobody knows here which pictures squares learned from" in done.stderr


def test_a_promise_that_is_broken_ends_with_1_and_a_line(home):
    succeed(train.main, "detector", "squares")
    done = run(evaluate.main, "later", "--detector", "squares", "--latency", "0.1")
    assert done.exit_code == 1
    assert "squares takes up to " in done.stderr
    assert "not 0.1" in done.stderr


def test_minutes_bring_pictures_to_look_at_progress_and_a_network(home):
    if find_spec("tensorflow") is None:
        pytest.skip("tensorflow is not installed; run `pip install 'svod-rcgn[train]'`")
    pytest.importorskip("onnx")
    told = succeed(
        train.main, "detector", "squares", "--minutes", "0.8", "--preview", "seen", "--onnx", "squares.onnx"
    )
    assert Path("squares.onnx").stat().st_size > 10_000
    assert "pictures to look at in seen" in told
    assert len(list(Path("seen").glob("*.png"))) == 26
    assert "squares/1 is in use; learning on" in told
    assert "epoch 1: loss " in told
    assert " s left" in told
    done = run(train.main, "detector", "squares", "--onnx", "squares.onnx")
    assert done.exit_code == 1
    assert "squares.onnx: is there already; give another file" in done.stderr
    done = run(train.main, "detector", "squares", "--minutes", "0.1", "--preview", "seen")
    assert done.exit_code == 1
    assert "seen: holds something already; give another folder" in done.stderr


def test_in_8_bits_it_is_found_as_in_full_which_lies_beside(home):
    if find_spec("nncf") is None:
        pytest.skip("NNCF is not installed; run `pip install 'svod-rcgn[int8]'`")
    told = succeed(train.main, "detector", "squares", "--int8")
    assert "in 8 bits it finds " in told
    folder = Path("models/squares/1")
    assert json.loads((folder / "model.json").read_text())["file"] == "network-int8.xml"
    assert (folder / "network.xml").exists()
    evaluated = json.loads(succeed(evaluate.main, "later", "--detector", "squares", "--format", "json"))
    assert evaluated["map50"] > 0
    assert variants.use_full(folder)
    assert json.loads((folder / "model.json").read_text())["file"] == "network.xml"


def test_a_version_that_is_there_is_made_to_count_in_8_bits_and_in_full_again(home, capsys, monkeypatch):
    if find_spec("nncf") is None:
        pytest.skip("NNCF is not installed; run `pip install 'svod-rcgn[int8]'`")
    succeed(train.main, "detector", "squares")
    folder, where = Path("models/squares/1"), (Path("models"), Path("data/datasets"))
    monkeypatch.setattr(int8_detector, "LEAST_ALIKE", 1.1)
    precision.use_for_own(*where, int8=True, force=False)
    assert " are found that are found in full" in capsys.readouterr().out
    assert not variants.in_int8(folder)
    monkeypatch.setattr(int8_detector, "LEAST_ALIKE", 0.0)  # its backbone has random weights
    precision.use_for_own(*where, int8=True, force=False)
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "squares, version 1: making it count in 8 bits"
    assert told[1].startswith("squares, version 1: in 8 bits it finds ")
    assert variants.in_int8(folder)
    precision.use_for_own(*where, int8=False, force=False)
    assert capsys.readouterr().out.splitlines()[0] == "squares, version 1: the full network"
    precision.use_for_own(*where, int8=True, force=False)
    assert "that was made before" in capsys.readouterr().out
    (Path("data/datasets") / "squares").rename("gone")
    precision.use_for_own(*where, int8=True, force=True)
    assert "the full network stays: there is no dataset 'squares'" in capsys.readouterr().out


def test_wrong_usage_and_missing_things_end_in_one_line(home):
    succeed(datasets.main, "create", "empty")
    done = run(train.main, "detector", "empty")
    assert done.exit_code == 1
    assert done.stderr.startswith("error: empty: no picture has a box; ")
    assert run(train.main, "detector", "squares", "--preview", "seen").exit_code == 2
    assert run(train.main, "detector", "squares", "--minutes", "-1").exit_code == 2
    assert run(evaluate.main, "squares").exit_code == 2
    assert run(evaluate.main, "--latency", "5").exit_code == 2
    both = run(evaluate.main, "squares", "--detector", "squares", "--classifier", "squares")
    assert both.exit_code == 2
    assert (
        "give --gallery and --probes, or --pairs and --images, or --classifier or --detector" in both.stderr
    )
    done = run(evaluate.main, "squares", "--detector", "nothing")
    assert done.exit_code == 1
    assert "no network nothing" in done.stderr
