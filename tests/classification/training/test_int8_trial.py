"""Networks of one's own that are put into 8 bits after they were taught."""

import re
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from svod_rcgn.app.classification_wing import ClassificationWing
from svod_rcgn.classification.build import load_classifier
from svod_rcgn.classification.training import int8_trial
from svod_rcgn.classification.training.classifier import TrainingRequest, train_classifier
from svod_rcgn.classification.training.int8_trial import limit_like
from svod_rcgn.commands import precision
from svod_rcgn.networks import read_card
from svod_rcgn.records import Frame
from tests.classification.training.makers import coloured, picture, pictures
from tests.servers import RecordingReporter


def test_by_its_own_limit_as_many_pictures_are_unknown_to_another_network() -> None:
    chance = np.random.default_rng(3)
    near = chance.uniform(0.3, 0.9, 200)
    other = near * 0.9 + chance.normal(0, 0.01, 200)
    for least in (0.1, 0.35, 0.5, 0.89):
        limit = limit_like(least, near, other)
        assert (other < limit).sum() == (near < least).sum()


def test_a_limit_that_refuses_none_moves_as_the_pictures_do() -> None:
    near = np.array([0.5, 0.6, 0.7])
    assert limit_like(0.4, near, near + 0.05) == pytest.approx(0.45)
    assert limit_like(0.4, near, near) == pytest.approx(0.4)


class Taught:
    """A network that was taught from a dataset, beside the real backbone."""

    def __init__(self, dataset, models_dir: Path, datasets_dir: Path) -> None:
        self._dataset, self.models_dir, self._datasets_dir = dataset, models_dir, datasets_dir

    def teach(self, **changes: object) -> Path:
        request = TrainingRequest("colours", self.models_dir, **changes)  # type: ignore[arg-type]
        return train_classifier(self._dataset, request, RecordingReporter()).folder

    def put(self, *, int8: bool, force: bool = False) -> None:
        precision.use_for_own(self.models_dir, self._datasets_dir, int8=int8, force=force)


@pytest.fixture
def taught(dataset, real_models: Path, tmp_path: Path) -> Taught:
    pytest.importorskip("nncf", reason="the extra svod-rcgn[int8] is not installed")
    return Taught(dataset, real_models, tmp_path / "datasets")


RELOAD = "`python -m svod_rcgn.control reload_classifiers` lets a running camera use what has changed"


@pytest.mark.weights
def test_the_version_in_use_counts_in_8_bits_and_then_in_full_and_a_camera_takes_it_at_the_next_reload(
    taught: Taught, dataset, capsys: pytest.CaptureFixture[str]
) -> None:
    dataset.add(pictures("red", "green", "blue", each=20), "the test")
    first, folder = taught.teach(), taught.teach()
    before = [(each / "model.json").read_bytes() for each in (first, folder)]
    backbone = read_card(taught.models_dir / "imagenet")
    wing = ClassificationWing(["colours"], partial(load_classifier, models_dir=taught.models_dir))
    analyzer = wing.analyzer(still=True)

    def seen() -> tuple[set[str], str]:
        """What pictures of red are said to show where anything is said, and by which network."""
        told = {analyzer.analyze(Frame(coloured("red", 90 + n), n, n, "camera"))[0].label for n in range(9)}
        return {label for label in told if label}, wing.current[0].card.precision

    taught.put(int8=True)
    making, made, reload = capsys.readouterr().out.splitlines()
    assert making == "colours, version 2: making it count in 8 bits"
    assert made.startswith("colours, version 2: in 8 bits ")
    assert made.endswith(" that were left out are told as in full")
    assert reload == RELOAD
    assert seen() == ({"red"}, "fp16")
    wing.read_again()()
    assert seen() == ({"red"}, "int8")
    assert (first / "model.json").read_bytes() == before[0]
    assert read_card(taught.models_dir / "imagenet") == backbone
    taught.put(int8=True)
    assert capsys.readouterr().out == ""
    taught.put(int8=False)
    assert capsys.readouterr().out.splitlines() == ["colours, version 2: the full network", RELOAD]
    assert (folder / "model.json").read_bytes() == before[1]
    wing.read_again()()
    assert seen() == ({"red"}, "fp16")
    taught.put(int8=True)
    assert "colours, version 2: the network of 8 bits that was made before" in capsys.readouterr().out
    assert read_card(folder).precision == "int8"


@pytest.mark.weights
def test_what_training_made_in_8_bits_is_used_and_not_made_again(
    taught: Taught, dataset, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    dataset.add(pictures("red", "green", each=4), "the test")
    folder = taught.teach(int8=True)
    trained = (folder / "model.json").read_bytes()
    taught.put(int8=False)
    monkeypatch.delattr(int8_trial, "quantize")
    taught.put(int8=True)
    assert (folder / "model.json").read_bytes() == trained
    assert "made before" in capsys.readouterr().out


@pytest.mark.weights
def test_answers_that_agree_too_little_are_refused_with_a_line(
    taught: Taught, dataset, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    dataset.add(pictures("red", "green", each=24), "the test")
    folder = taught.teach()
    before = {path: path.read_bytes() for path in folder.iterdir()}
    monkeypatch.setattr(int8_trial, "LEAST_AGREEING", 1.01)
    taught.put(int8=True)
    told = capsys.readouterr().out.splitlines()[-1]
    assert told.startswith("colours, version 1: the full network stays: with 8 bits only ")
    assert told.endswith(" have the likeliest class that they have in full")
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize(
    "case",
    [
        (4, "", r"dataset colours: \d pictures that taught it can make the network"),
        (30, "all", r"dataset colours: \d+ pictures that taught it can compare it, and it takes 20"),
    ],
)
@pytest.mark.slow
def test_too_few_pictures_or_shootings_are_a_line_and_the_full_network_stays(
    dataset, models_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], case: tuple[int, str, str]
) -> None:
    each, shooting, told = case
    given = [
        picture(label, n, shooting=shooting and label) for label in ("red", "green") for n in range(each)
    ]
    dataset.add(given, "the test")
    taught = Taught(dataset, models_dir, tmp_path / "datasets")
    folder = taught.teach()
    taught.put(int8=True)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert re.match(f"colours, version 1: the full network stays: {told}", lines[-1]), lines
    assert read_card(folder).precision == "fp16"


def test_a_dataset_that_is_gone_is_a_line_and_the_full_network_stays(
    dataset, models_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dataset.add(pictures("red", "green", each=3), "the test")
    folder = Taught(dataset, models_dir, tmp_path / "elsewhere").teach()
    Taught(dataset, models_dir, tmp_path / "elsewhere").put(int8=True)
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1].startswith("colours, version 1: the full network stays: ")
    assert "colours" in lines[-1].partition("stays: ")[2]
    assert read_card(folder).precision == "fp16"


def test_where_there_are_no_networks_of_ones_own_nothing_is_said(
    models_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder in (models_dir, tmp_path / "none"):
        precision.use_for_own(folder, tmp_path, int8=True, force=True)
        precision.use_for_own(folder, tmp_path, int8=False, force=False)
    assert capsys.readouterr().out == ""
