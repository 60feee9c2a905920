"""What the classes of a network are called."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from ..errors import InputError, ModelError
from ..storage import files
from ..storage.folders import current_of
from .card import MEND, ModelCard

FILE = "labels.json"
_MOST_DIGITS = 9  # of the number of a class


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


def place_of(wanted: str, labels: Sequence[ClassLabel], network: str) -> int:
    """The number of a class of a network by its label, in small or capital letters, or by its number.

    Raises:
        InputError: There is none; the message names those that are nearest.
    """
    exact = [each.label for each in labels]
    names = [each.casefold() for each in exact]
    for name, known in ((wanted, exact), (wanted.casefold(), names)):
        if name in known:
            return known.index(name)
    if wanted.isdecimal() and len(wanted) <= _MOST_DIGITS and int(wanted) < len(labels):
        return int(wanted)
    near = get_close_matches(wanted.casefold(), names, 3)
    told = [exact[names.index(each)] for each in near] or exact[:3]
    raise InputError(
        f"{network} has no class {wanted}; of its {len(labels)} those that are nearest: {', '.join(told)}"
    )


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
