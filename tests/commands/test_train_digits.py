"""`svod train digits`, and `svod models` over what it learned."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from svod_rcgn.classification.training import digits_again
from svod_rcgn.commands import models, train
from tests.classification.drawn import QUICK, dataset_of, ones, own_models


@pytest.fixture
def home(tmp_path: Path, digits_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    own_models(digits_dir, tmp_path)
    dataset_of(tmp_path / "data", *ones(2)).close()
    monkeypatch.setattr(digits_again.learn_again, "__defaults__", (QUICK,))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(command: object, *words: str) -> Result:
    return CliRunner().invoke(command, words)  # type: ignore[arg-type]


@pytest.mark.weights
def test_people_are_told_what_it_is_worth_and_how_to_go_back(home: Path) -> None:
    done = run(train.main, "digits")
    assert done.exit_code == 0, done.output
    assert "leaving sittings out, 1 of 2" in done.stdout
    assert "digits, version 2: 4 drawings of 2 sittings in " in done.stdout
    assert "of 500 digits" in done.stdout
    assert "drawings left out with their sittings: " in done.stdout
    assert "models roll_back digits" in done.stdout
    assert "with 4 drawings" in run(models.main, "info", "models/digits").stdout
    assert run(models.main, "roll_back", "digits").stdout == "digits: version 1 is in use\n"
    assert "with 4 drawings" not in run(models.main, "info", "models/digits").stdout
    assert run(models.main, "use", "digits@2").stdout == "digits: version 2 is in use\n"


@pytest.mark.weights
def test_programs_are_told_the_same(home: Path) -> None:
    done = run(train.main, "digits", "digits", "--format", "json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["name"], told["version"], told["sittings"]) == ("digits", "2", 2)
    assert told["left_out"]["drawings"] == 4
    low, high = told["left_out"]["interval"]
    assert low < told["left_out"]["accuracy"] <= high
    assert told["held_out"]["digits"] == 500
    assert told["drawings"]["1"] == 4


def test_what_lacks_is_said_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    none = run(train.main, "digits")
    assert (none.exit_code, none.stderr.count("\n")) == (1, 1)
    assert "no dataset 'digits'" in none.stderr
    dataset_of(tmp_path / "data", *ones(1)).close()
    lacking = run(train.main, "digits")
    assert (lacking.exit_code, lacking.stderr.count("\n")) == (1, 1)
    assert "download_models.py --digits" in lacking.stderr
