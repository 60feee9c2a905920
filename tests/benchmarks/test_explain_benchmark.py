from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks import explain
from svod_rcgn.classification import build
from svod_rcgn.classification.stages.fit import fitted
from tests.classification.mapped import spotted, write_network, write_spotted


def test_each_way_has_its_figures(tmp_path: Path) -> None:
    write_network(tmp_path / "colours")
    classifier = build.load_classifier("colours", tmp_path)
    images = [fitted(spotted(channel), classifier.card) for channel in range(3)]
    ways = dict(explain.findings(classifier, tmp_path, ["map", "occlusion"], [0.05, 0.1]))
    assert list(ways) == ["map", "occlusion, 0.05 s", "occlusion, 0.1 s"]
    for name, find in ways.items():
        measured = explain.measure(classifier, name, find, images)
        assert len(measured.judged) == len(measured.looks) == len(measured.busy) == 3
        assert all(0 <= each.faithfulness.deletion <= 1 for each in measured.judged)
        first, *_, deletion, _, _, beaten, agreement, poor = explain.row(measured)
        assert first == name
        assert "±" in deletion
        assert 0 <= float(beaten) <= 1
        assert -1 <= float(agreement) <= 1
        assert len(poor.split("/")) == 3


def test_what_is_not_installed_is_told_and_the_rest_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "shap", None)
    write_network(tmp_path / "models" / "colours")
    (tmp_path / "pictures").mkdir()
    for number in range(5):
        write_spotted(tmp_path / "pictures" / f"{number}.png", number % 3)
    words = ["--pictures", tmp_path / "pictures", "--models_dir", tmp_path / "models", "--network", "colours"]
    words += ["--way", "package", "--way", "map", "--count", 2]
    result = CliRunner().invoke(explain.main, list(map(str, words)))
    assert result.exit_code == 0, result.output
    assert "not measured" in result.output
    assert "map" in result.output


def test_pictures_are_chosen_evenly(tmp_path: Path) -> None:
    for number in range(9):
        write_spotted(tmp_path / f"{number}.png")
    assert [path.stem for path in explain.pictures_of(tmp_path, 3)] == ["0", "4", "8"]
    assert len(explain.pictures_of(tmp_path, 100)) == 9
