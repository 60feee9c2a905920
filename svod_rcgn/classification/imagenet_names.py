"""The names of ImageNet's classes, put together from the files that list them."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from ..errors import ModelError
from ..networks.class_labels import ClassLabel, write_labels
from ..networks.entries import ModelEntry
from ..networks.install import convert_entry
from .catalogue import LEMMAS, SYNSETS


def make_imagenet(entry: ModelEntry, scratch: Path, fresh: Path) -> None:
    """Fill a folder with the network, its labels and its card; see `install.convert_entry`.

    Raises:
        ModelError: A file is another one than expected.
    """
    write_labels(fresh, class_labels(scratch / SYNSETS.path, scratch / LEMMAS.path))
    convert_entry(entry, scratch, fresh)


def class_labels(synsets: Path, lemmas: Path) -> tuple[ClassLabel, ...]:
    """Each class's first word; where two have the same, as many more as tell them apart, or the number.

    Args:
        synsets: A WordNet number a line, in the order of the classes.
        lemmas: A WordNet number a line, and behind a tab its words with commas between.

    Raises:
        ModelError: A number has no words.
    """
    numbers = synsets.read_text(encoding="utf-8").split()
    lines = (line.partition("\t") for line in lemmas.read_text(encoding="utf-8").splitlines())
    words = {number: text.split(", ") for number, _, text in lines}
    for number in numbers:
        if number not in words:
            raise ModelError(f"{lemmas.name}: no words for {number}")
    labels = _told_apart([words[number] for number in numbers], numbers)
    return tuple(ClassLabel(label, number) for label, number in zip(labels, numbers, strict=True))


def _told_apart(words: Sequence[Sequence[str]], numbers: Sequence[str]) -> list[str]:
    labels = [each[0] for each in words]
    for shown in (2, 3):
        alike = _alike(labels)
        labels = [
            ", ".join(each[:shown]) if label.lower() in alike else label
            for label, each in zip(labels, words, strict=True)
        ]
    alike = _alike(labels)
    return [
        f"{label} ({number})" if label.lower() in alike else label
        for label, number in zip(labels, numbers, strict=True)
    ]


def _alike(labels: Sequence[str]) -> set[str]:
    return {label for label, times in Counter(label.lower() for label in labels).items() if times > 1}
