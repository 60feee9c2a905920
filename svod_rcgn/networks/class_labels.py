"""What the classes of a network are called."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import InputError, ModelError
from ..storage import files
from ..storage.folders import current_of
from .card import MEND, ModelCard

FILE = "labels.json"


@dataclass(frozen=True, slots=True)
class ClassLabel:
    """One class of a network.

    `wordnet` is the number of the word in WordNet, by which names in other languages and broader terms can be
    found. `limit` is the probability, 0..1, from which the class counts where classes are independent.
    """

    label: str
    wordnet: str | None = None
    limit: float | None = None


def read_labels(directory: Path, card: ModelCard) -> tuple[ClassLabel, ...]:
    """The classes of a network in their order.

    Raises:
        ModelError: The card names no file with them, or the file is damaged, empty, or two have one label.
    """
    if card.labels is None:
        raise ModelError(f"{directory}: the card names no file with labels; {MEND}")
    path = current_of(directory) / card.labels
    try:
        labels = files.read_record(path, tuple[ClassLabel, ...])
    except InputError as error:
        raise ModelError(f"{error}; {MEND}") from error
    if not labels or len({each.label for each in labels}) < len(labels):
        raise ModelError(f"{path}: {'two classes have one label' if labels else 'holds no labels'}; {MEND}")
    return labels


def in_several(labellings: Sequence[Sequence[ClassLabel]]) -> frozenset[str]:
    """The labels that more than one of several networks have."""
    counts = Counter(each.label for labels in labellings for each in labels)
    return frozenset(label for label, times in counts.items() if times > 1)


def called(label: str, network: str, several: frozenset[str]) -> str:
    """A label, with its network's name before it where it is one of several networks'."""
    return f"{network}: {label}" if label in several else label


def write_labels(folder: Path, labels: tuple[ClassLabel, ...]) -> None:
    """Write the classes of a network beside it, as FILE."""
    files.write_record(folder / FILE, labels)
