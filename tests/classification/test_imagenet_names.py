from pathlib import Path

import pytest

from svod_rcgn.classification.imagenet_names import class_labels
from svod_rcgn.errors import ModelError

SYNSETS = "n01\nn02\nn03\nn04\nn05\nn06\n"
LEMMAS = (
    "n09\tnothing\nn01\ttench, Tinca tinca\nn02\tcrane\nn03\tcrane\n"
    "n04\tCardigan, Welsh corgi\nn05\tcardigan\nn06\tgoldfish\n"
)


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    (tmp_path / "synsets.txt").write_text(SYNSETS)
    (tmp_path / "lemmas.txt").write_text(LEMMAS)
    return tmp_path / "synsets.txt", tmp_path / "lemmas.txt"


def test_each_class_has_a_word_of_its_own(files: tuple[Path, Path]) -> None:
    labels = class_labels(*files)
    assert [each.label for each in labels] == [
        "tench",
        "crane (n02)",
        "crane (n03)",
        "Cardigan, Welsh corgi",
        "cardigan",
        "goldfish",
    ]
    assert [each.wordnet for each in labels] == SYNSETS.split()


def test_a_class_without_words_is_told(files: tuple[Path, Path]) -> None:
    files[0].write_text(SYNSETS + "n77\n")
    with pytest.raises(ModelError, match="no words for n77"):
        class_labels(*files)
