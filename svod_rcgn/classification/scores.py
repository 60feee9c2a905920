"""How a network fares on pictures of a dataset that it has not learned from."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

from ..datasets.collection import Dataset
from ..datasets.records import Picture
from ..datasets.shootings import group
from ..errors import DatasetError, InputError
from ..media.walk import Walk
from ..networks import find_network, read_card
from ..networks.card import CLASSIFICATION
from ..networks.class_labels import read_labels
from ..reports.proportions import Proportion, proportion_by_cluster
from . import settings
from .build import load_looker
from .look import Looker, identify
from .records import Identified
from .training import records

MOST_CONFUSIONS = 20
_TOP = 5


@dataclass(frozen=True, slots=True)
class Confusion:
    """So many `pictures` that show `shows`, of which `said` was the likeliest."""

    shows: str
    said: str
    pictures: int


@dataclass(frozen=True, slots=True)
class ClassifierScore:
    """How a network fares on a dataset as it stood after act `state`.

    `accuracy`, 0..1, is the share of pictures of which the likeliest class is one that they show, `interval`
    holds it at 95 %, and `right` has the counts. `top5` is the share of which one of five classes is, None
    where there are no more; `known` that of which it is not said that they show nothing known; `classes` are
    the right ones by class. `let_in` is the share of pictures that show only classes which the network lacks,
    and are called known. Intervals are by shootings. `taught` pictures, of shootings that the network learned
    from, are not asked; None where nobody knows which these are. `unreadable` could not be read.
    """

    network: str
    version: str
    dataset: str
    state: int
    accuracy: float
    interval: tuple[float, float]
    right: Proportion
    top5: Proportion | None
    known: Proportion | None
    let_in: Proportion | None
    taught: int | None
    unreadable: int
    classes: Mapping[str, Proportion]
    confusions: tuple[Confusion, ...]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A picture, the number of its shooting, what it shows, and what was said of it."""

    shooting: int
    shows: frozenset[str]
    found: Identified

    @property
    def said(self) -> str:
        """The likeliest class, or the number that was read."""
        if self.found.problem is not None:
            return self.found.problem
        return self.found.number or self.found.answers[0].label

    @property
    def is_right(self) -> bool:
        return self.said in self.shows

    @property
    def is_among_five(self) -> bool:
        return self.is_right or any(each.label in self.shows for each in self.found.answers)


def score(name: str, dataset: Dataset, models_dir: Path, device: str = "CPU") -> ClassifierScore:
    """Ask a network of every picture that it has not learned from, and count.

    Args:
        name: Of the network, or NAME@3, or its folder.
        dataset: What its pictures show was said by a person.
        models_dir: Where networks lie.
        device: OpenVINO device that runs it.

    Raises:
        InputError: There is no such network.
        ModelError: It is damaged, or for another task.
        DatasetError: No picture shows a class that it knows, or it has learned from all that do.
    """
    looker = load_looker(name, models_dir, device, _TOP)
    folder = find_network(name, models_dir, CLASSIFICATION, settings.FETCH)
    labels = {each.label for each in read_labels(folder, read_card(folder))}
    taught = _taught(folder)
    pictures, shootings, state = _read(dataset)
    gone = {shootings[digest] for digest in taught or () if digest in shootings}
    fresh = [each for each in pictures if shootings[each.hash] not in gone]
    asked = list(_ask(looker, fresh, shootings))
    own = [each for each in asked if each.shows & labels]
    right = _share(own, [each.is_right for each in own])
    if right is None:
        raise DatasetError(f"{dataset.name}: {_nothing(dataset.name, name, len(pictures) - len(fresh))}")
    return ClassifierScore(
        network=own[0].found.network,
        version=own[0].found.version,
        dataset=dataset.name,
        state=state,
        accuracy=right.share,
        interval=(right.low, right.high),
        right=right,
        top5=_share(own, [each.is_among_five for each in own]) if len(labels) > _TOP else None,
        known=_share(own, [each.found.known for each in own]),
        let_in=_let_in([each for each in asked if not each.shows & labels]),
        taught=None if taught is None else len(pictures) - len(fresh),
        unreadable=len(fresh) - len(asked),
        classes=dict(_by_class(own, labels)),
        confusions=tuple(_confusions(own, labels)),
    )


def _nothing(dataset: str, name: str, taught: int) -> str:
    if taught:
        return (
            f"{name} has learned from the shootings of all pictures with its classes; take new ones, and "
            "its report.html says how it fared with those that were left out"
        )
    way_out = f"`python -m svod_rcgn.datasets show {quote(dataset)}` lists them"
    return f"no picture shows a class that {name} knows; {way_out}"


def _taught(folder: Path) -> Collection[str] | None:
    """The hashes of the pictures that a network learned from; None where nobody knows."""
    try:
        record = records.read(folder)
    except InputError:
        return None
    known = {*(each.picture for each in record.left_out), *record.unasked}
    return known or None


def _read(dataset: Dataset) -> tuple[list[Picture], dict[str, int], int]:
    """The pictures that show something, each picture's shooting by number, and the state."""
    with dataset.reading() as contents:
        state, pictures, alike = dataset.state, contents.pictures(), dataset.near_doubles()
    grouped = group({each.hash: each.shooting for each in pictures}, alike)
    numbers = {digest: number for number, some in enumerate(grouped) for digest in some}
    return [each for each in pictures if _shows(each)], numbers, state


def _shows(picture: Picture) -> frozenset[str]:
    return frozenset({*picture.yes, *(box.label for box in picture.boxes or ())} - set(picture.no))


def _ask(looker: Looker, pictures: Sequence[Picture], shootings: Mapping[str, int]) -> Iterator[_Asked]:
    by_name = {str(each.path): each for each in pictures}
    with closing(identify(Walk([each.path for each in pictures]), looker)) as answers:  # type: ignore[type-var]
        for found in answers:
            picture = by_name[found.picture]
            yield _Asked(shootings[picture.hash], _shows(picture), found)


def _share(asked: Sequence[_Asked], right: Sequence[bool]) -> Proportion | None:
    return proportion_by_cluster(right, [each.shooting for each in asked])


def _let_in(strangers: Sequence[_Asked]) -> Proportion | None:
    return _share(strangers, [each.found.known for each in strangers])


def _by_class(asked: Iterable[_Asked], labels: Collection[str]) -> Iterator[tuple[str, Proportion]]:
    own: dict[str, list[_Asked]] = defaultdict(list)
    for each in asked:
        for label in each.shows & frozenset(labels):
            own[label].append(each)
    for label, some in sorted(own.items()):
        found = _share(some, [each.is_right for each in some])
        if found:
            yield label, found


def _confusions(asked: Iterable[_Asked], labels: Collection[str]) -> Iterator[Confusion]:
    counts = Counter(
        (label, each.said)
        for each in asked
        if not each.is_right
        for label in sorted(each.shows & frozenset(labels))
    )
    for (shows, said), count in counts.most_common(MOST_CONFUSIONS):
        yield Confusion(shows, said, count)
