"""Pictures whose left-out answer contradicts what is said of them, and the commands that would mend that."""

import shlex
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..records import TrainingRecord
from .answers import Decision, decisions, probability_of

_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Suspect:
    """A picture and a tag that is doubted.

    `shows` are its classes, and `answer` says what the network takes it for, with how sure it was, 0..1:
    `label`, or not that where it `denies` a class that is shown.
    `likely` says that it was as sure as it is of pictures that do show that (Northcutt, Jiang and Chuang,
    "Confident learning: estimating uncertainty in dataset labels", 2021). `mend` are the commands that would
    make the tags say what the network does.
    """

    picture: str
    name: str
    shows: tuple[str, ...]
    answer: str
    probability: float
    likely: bool
    mend: tuple[str, ...]
    label: str
    denies: bool = False


@dataclass(frozen=True, slots=True)
class Mending:
    """Which dataset the commands are for, and where it lies if not at the usual place."""

    dataset: str
    datasets_dir: Path | None = None

    def command(self, action: str, option: str, label: str, picture: str) -> str:
        """One command that a shell takes as it is."""
        parts = ["python", "-m", "svod_rcgn.datasets", action]
        if self.datasets_dir is not None:
            parts.append(f"--datasets_dir={self.datasets_dir}")
        parts.append(f"{option}={label}")
        parts += ["--"] if self.dataset.startswith("-") else []
        return shlex.join([*parts, self.dataset, picture[:_DIGITS]])


def suspects(record: TrainingRecord, mending: Mending) -> list[Suspect]:
    """All of them: the likely ones first, of these the surest."""
    found = _of_independent(record, mending) if record.independent else _of_exclusive(record, mending)
    return sorted(found, key=lambda each: (not each.likely, -each.probability, each.name))


def _of_exclusive(record: TrainingRecord, mending: Mending) -> Iterator[Suspect]:
    labels, usual = record.labels, _usual(record)
    for each in record.left_out:
        if each.right:
            continue
        place, likely = each.answers[0]
        shows = _named(each.truth, labels)
        mend = [mending.command("untag", "--tag", label, each.picture) for label in shows]
        mend.append(mending.command("tag", "--tag", labels[place], each.picture))
        sure = likely >= usual[place]
        yield Suspect(each.picture, each.name, shows, labels[place], likely, sure, tuple(mend), labels[place])


def _usual(record: TrainingRecord) -> list[float]:
    """How sure the network is, on average, of pictures that show each class; of none 1."""
    given: dict[int, list[float]] = defaultdict(list)
    for each in record.left_out:
        for place in each.truth:
            given[place].append(probability_of(each, place))
    return [_mean(given[place]) for place in range(len(record.classes))]


def _of_independent(record: TrainingRecord, mending: Mending) -> Iterator[Suspect]:
    labels, questions = record.labels, list(decisions(record))
    usual: dict[tuple[int, bool], list[float]] = defaultdict(list)
    for each in questions:
        usual[each.place, each.shows].append(_sure_of(each, shows=each.shows))
    means = {key: _mean(values) for key, values in usual.items()}
    for each in questions:
        if each.said == each.shows:
            continue
        label, picture = labels[each.place], each.answer.picture
        sure = _sure_of(each, shows=not each.shows)
        yield Suspect(
            picture,
            each.answer.name,
            _named(each.answer.truth, labels),
            label if each.said else f"not {label}",
            sure,
            sure >= means.get((each.place, not each.shows), 1.0),
            (mending.command("tag", "--tag" if each.said else "--no", label, picture),),
            label,
            denies=not each.said,
        )


def _sure_of(decision: Decision, *, shows: bool) -> float:
    return decision.probability if shows else 1 - decision.probability


def _named(places: Iterable[int], labels: Sequence[str]) -> tuple[str, ...]:
    return tuple(labels[place] for place in places)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 1.0
