import json
from pathlib import Path

import numpy as np

from benchmarks import classes
from benchmarks.figures import Figure, Skipped
from svod_rcgn.storage.images import write_png
from tests.classification.fakes import flat, write_light_network


def test_answers_are_counted_with_their_interval_and_strangers_by_folder(tmp_path: Path) -> None:
    write_light_network(tmp_path / "models" / "light")
    truth = {"dark.png": 0, "bright.png": 1, "wrong.png": 0}
    for (name, _), level in zip(truth.items(), (5, 250, 250), strict=True):
        write_png(tmp_path / "pictures" / name, flat(level))
    told = {name: {"class": number} for name, number in truth.items()}
    (tmp_path / "pictures" / "truth.json").write_text(json.dumps(told), encoding="utf-8")
    write_png(tmp_path / "greys" / "grey.png", flat(128))
    found = classes.measure_classes(tmp_path / "pictures", [tmp_path / "greys"], "light", tmp_path / "models")
    shares = {each.name: each.median for each in found if isinstance(each, Figure)}
    assert shares == {
        "first answer right": 66.7,
        "one of five right": 100.0,
        "called known": 100.0,
        "let in: greys": 0.0,
    }


def test_digits_that_are_not_installed_are_said_to_be_missing(tmp_path: Path) -> None:
    (told,) = classes.measure_digits(tmp_path)
    assert isinstance(told, Skipped)
    assert "--digits" in told.reason


def test_a_sheet_is_light_with_dark_ink_in_the_middle() -> None:
    digit = np.zeros((28, 28), np.uint8)
    digit[8:20, 12:16] = 255
    sheet = classes.sheet_of(digit)
    middle = sheet.shape[0] // 2
    assert sheet.shape == (170, 170, 3)
    assert sheet[0, 0].tolist() == [235, 235, 235]
    assert sheet[middle, middle].max() < 40
