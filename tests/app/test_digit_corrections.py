"""Drawings that were corrected are kept by sittings, and taken out again."""

from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from svod_rcgn.app.digit_corrections import DigitCorrections
from svod_rcgn.classification.records import Answer, Digit, Identified
from svod_rcgn.datasets.collection import Dataset, open_dataset
from svod_rcgn.errors import InputError
from svod_rcgn.records import Box


class OneDigit:
    """Finds one digit on every picture."""

    def identify(self, network: str, picture: object) -> Identified:
        answers = (Answer(2, "2", 0.9),)
        digit = Digit(Box(8, 8, 24, 24), True, answers)
        return Identified("a drawing", network, "1", True, answers, None, "2", (digit,), None)


class Corrected:
    """Corrections, and the clock that they go by."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now = 0.0
        self.corrections = DigitCorrections(OneDigit(), folder, lambda: self.now)  # type: ignore[arg-type]
        self._generator = np.random.default_rng(0)

    def add(self, number: str = "7") -> int:
        image = self._generator.integers(0, 255, (32, 32, 3), np.uint8)
        return self.corrections.add(image, number, "Ada")

    def dataset(self) -> Dataset:
        return open_dataset(self.folder, "digits", "a test")

    def sittings(self) -> list[str]:
        with closing(self.dataset()) as dataset:
            return [each.shooting for each in dataset.pictures()]


@pytest.fixture
def corrected(tmp_path: Path) -> Corrected:
    return Corrected(tmp_path)


def test_a_long_pause_begins_another_sitting(corrected: Corrected) -> None:
    corrected.add()
    with closing(corrected.dataset()) as dataset:
        begun = dataset.pictures()[0].added
    corrected.now = begun + 60
    corrected.add()
    corrected.now = begun + 3600
    corrected.add()
    first, second, third = corrected.sittings()
    assert first == second != third


def test_a_number_of_another_length_is_refused_and_nothing_is_kept(corrected: Corrected) -> None:
    with pytest.raises(InputError, match="1 digit was found, and 42 has 2"):
        corrected.add("42")
    assert not (corrected.folder / "digits").exists()


def test_a_drawing_is_taken_out_and_comes_back_by_undoing_it(corrected: Corrected) -> None:
    corrected.add()
    with closing(corrected.dataset()) as dataset:
        (digest,) = dataset.hashes()
    path = corrected.corrections.picture(digest)
    assert path is not None
    assert corrected.corrections.take_back(digest, "Grace")
    assert not corrected.corrections.take_back(digest, "Grace")
    with closing(corrected.dataset()) as dataset:
        assert dataset.hashes() == []
        assert dataset.log()[-1].who == "Grace"
        dataset.undo()
        assert dataset.hashes() == [digest]
    assert path.is_file()


def test_where_nothing_was_corrected_there_is_nothing_to_take_out(corrected: Corrected) -> None:
    assert corrected.corrections.picture("0" * 64) is None
    assert not corrected.corrections.take_back("0" * 64, "Ada")
    assert not (corrected.folder / "digits").exists()
