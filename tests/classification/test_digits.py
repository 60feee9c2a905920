"""Reading digits, by the network that download_models.py trains, and on digits that it never saw."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from svod_rcgn.classification import build
from svod_rcgn.classification.digits.learn import HELD_OUT, REPORT, Report
from svod_rcgn.classification.digits.negatives import LETTERS
from svod_rcgn.classification.digits.read import EMPTY, NO_DIGIT
from svod_rcgn.classification.look import Looker
from svod_rcgn.media.walk import Picture
from svod_rcgn.storage import files
from svod_rcgn.storage.images import read_picture
from tests.classification.digit_bank import BANK, Sheet, written

pytestmark = pytest.mark.weights
STRANGE = "CFKNRWafmtvx#@"


@pytest.fixture(scope="module")
def reader(digits_dir: Path) -> Looker:
    return build.load_looker(digits_dir.name, digits_dir.parent, "CPU", 3)


@pytest.fixture(scope="module")
def held_out(digits_dir: Path) -> tuple[np.ndarray, np.ndarray]:
    with np.load(digits_dir / HELD_OUT) as kept:
        return kept["pictures"], kept["labels"]


def _read(reader: Looker, picture: np.ndarray) -> str | None:
    (found,) = reader.look([Picture("a picture", picture)])
    return found.number


def test_nearly_all_digits_held_out_were_told(digits_dir: Path) -> None:
    report = files.read_record(digits_dir / REPORT, Report)
    assert report.accuracy.trials == 500
    assert report.accuracy.share >= 0.98  # 99 % of 500 is 495, give or take 5


def test_digits_held_out_are_read_from_pictures_as_they_were_told(reader: Looker, held_out) -> None:
    pictures, labels = held_out
    grey = [cv2.cvtColor(each, cv2.COLOR_GRAY2BGR) for each in pictures]
    found = reader.look([Picture("", each) for each in grey])
    assert np.mean([each.number == str(label) for each, label in zip(found, labels, strict=True)]) >= 0.96
    wrong = [each.number not in (None, str(label)) for each, label in zip(found, labels, strict=True)]
    assert np.mean(wrong) <= 0.015


@pytest.mark.parametrize("name", BANK)
def test_digits_are_read_however_they_are_written(reader: Looker, held_out, name: str) -> None:
    pictures, labels = held_out
    chosen = np.random.default_rng(7).permutation(len(labels))[:60]
    sheets = [Picture("", written([pictures[each]], BANK[name])) for each in chosen]
    found = reader.look(sheets)
    right = [each.number == str(labels[number]) for each, number in zip(found, chosen, strict=True)]
    assert np.mean(right) >= 0.9


@pytest.mark.parametrize("name", ["plain", "light on dark", "ruled", "shaded", "off centre", "a photograph"])
def test_a_row_of_digits_is_read_from_left_to_right(reader: Looker, held_out, name: str) -> None:
    pictures, labels = held_out
    generator = np.random.default_rng(11)
    right = []
    for count in (2, 3, 4, 5) * 5:
        chosen = generator.integers(0, len(labels), count)
        number = "".join(str(labels[each]) for each in chosen)
        right.append(_read(reader, written(pictures[chosen], BANK[name])) == number)
    assert np.mean(right) >= 0.75


def test_a_picture_without_ink_is_empty(reader: Looker) -> None:
    generator = np.random.default_rng(5)
    blank = [np.full((60, 80, 3), level, np.uint8) for level in (0, 128, 255)]
    grain = [np.clip(generator.normal(200, 6, (150, 200, 3)), 0, 255).astype(np.uint8)]
    shaded = [written([], Sheet(shade=100, noise=4)), written([], Sheet(rule=34, noise=3))]
    tiny = [np.zeros((1, 1, 3), np.uint8), np.full((2, 900, 3), 255, np.uint8)]
    found = reader.look([Picture("", each) for each in [*blank, *grain, *shaded, *tiny]])
    assert {(each.number, each.known, each.problem) for each in found} == {(None, False, EMPTY)}


def test_what_is_no_digit_is_not_read_as_one(reader: Looker) -> None:
    assert not set(STRANGE) & set(LETTERS)  # those were learned from
    found = reader.look([Picture("", _letter(letter)) for letter in STRANGE])
    refused = [each for each in found if each.number is None]
    assert len(refused) >= 0.6 * len(STRANGE)
    assert {each.problem for each in refused} == {NO_DIGIT}


def _letter(letter: str) -> np.ndarray:
    sheet = np.full((160, 160, 3), 240, np.uint8)
    cv2.putText(sheet, letter, (40, 120), cv2.FONT_HERSHEY_SIMPLEX, 3.5, (20, 20, 20), 8)
    return sheet


def test_where_each_digit_stands_is_told_in_pixels_of_the_picture(reader: Looker, held_out) -> None:
    pictures, labels = held_out
    sheet = BANK["large"]
    number = [int(np.flatnonzero(labels == digit)[0]) for digit in (3, 8)]
    (found,) = reader.look([Picture("", written(pictures[number], sheet))])
    assert found.number == "38"
    first, second = (each.box for each in found.digits)
    assert sheet.margin <= first.left < first.right <= sheet.margin + sheet.size
    assert second.left >= sheet.margin + sheet.spread
    assert first.height > 0.5 * sheet.size
    assert [each.label for each in found.answers] == ["3", "8"]


def test_a_photograph_of_something_else_is_no_digit(reader: Looker, demo_dir: Path) -> None:
    photographs = [read_picture(path) for path in sorted((demo_dir / "probes").iterdir())]
    found = reader.look([Picture("", each) for each in photographs])
    assert {(each.number, each.problem) for each in found} == {(None, NO_DIGIT)}
