"""What is usual of an embedding network: the mean of generic faces, and how alike strangers are.

    python -m benchmarks.portraits FOLDER
    python -m benchmarks.usual --faces FOLDER [--model DIRECTORY] [--as_it_is]

prints the two fields of a card that rest on it, and which of the persons are most alike. Likeness is
measured where the mean is not made: the persons are halved, the mean is taken from one half and galleries of
one to ten persons with one to three pictures each are drawn from the other, in turn and over several
divisions. With `--as_it_is` no mean is taken off. Of two networks together the mean is the first one's, and
the likeness that of both; `--share` is what the second counts, in place of what the card says. Who is most
alike is told by the first one's embeddings, the mean of all taken off.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import NormalDist

import click
import numpy as np

from benchmarks.open_set import PLAIN, SEED, TEACHINGS, People, enrol, read, teach
from svod_rcgn.commands import progress
from svod_rcgn.faces.evaluation.face_reader import persons_in
from svod_rcgn.faces.gallery.identify import scorer_of
from svod_rcgn.faces.settings import Paths
from svod_rcgn.faces.stages.embedding import fused
from svod_rcgn.geometry import unit_rows
from svod_rcgn.networks.card import Bell, UsualLikeness, read_card
from svod_rcgn.networks.generic_face import packed_mean
from svod_rcgn.records import FloatArray

GALLERIES = 150
DIVISIONS = 4
MOST_PERSONS = 10
MOST_PICTURES = 3
MOST_ALIKE = 12  # pairs of persons that are shown
TAIL = 0.01  # the share of strangers that a limit usually lets pass


@dataclass(slots=True, eq=False)
class Strangers:
    """Likenesses of strangers in many galleries.

    `first` has one a stranger and gallery; `within` the variances over pictures of one stranger in one
    gallery, where there are several.
    """

    first: list[float] = field(default_factory=list)
    within: list[float] = field(default_factory=list)

    def add(self, likeness: FloatArray, owners: np.ndarray) -> None:
        """Take in what was said of strangers' pictures, (n,) each."""
        for owner in np.unique(owners):
            own = likeness[owners == owner]
            self.first.append(float(own[0]))
            if len(own) > 1:
                self.within.append(float(own.var(ddof=1)))

    @property
    def in_one_picture(self) -> Bell:
        """The bell whose tail holds as many as were measured: the tail sets a limit, and not the middle."""
        mean, beyond = float(np.mean(self.first)), float(np.quantile(self.first, 1 - TAIL))
        return mean, (beyond - mean) / NormalDist().inv_cdf(1 - TAIL)

    @property
    def in_many(self) -> Bell:
        """The bell of a stranger's mean over many pictures: what differs between pictures evens out."""
        return float(np.mean(self.first)), float(np.sqrt(np.var(self.first) - np.mean(self.within)))


@dataclass(slots=True, eq=False)
class Likenesses:
    """What galleries of one, and of several, say of strangers, and what is said of new pictures of the known.

    `known` holds them by person.
    """

    alone: Strangers = field(default_factory=Strangers)
    several: Strangers = field(default_factory=Strangers)
    known: dict[int, list[float]] = field(default_factory=dict)

    @property
    def known_bell(self) -> Bell:
        """Each person counts as much as another, however many pictures there are of one."""
        means = [float(np.mean(own)) for own in self.known.values()]
        squares = [float(np.mean(np.square(own))) for own in self.known.values()]
        return float(np.mean(means)), float(np.sqrt(np.mean(squares) - np.mean(means) ** 2))

    @property
    def usual(self) -> UsualLikeness:
        """As a card says it."""
        several, alone = self.several, self.alone
        bells = (
            several.in_one_picture,
            several.in_many,
            alone.in_one_picture,
            alone.in_many,
            self.known_bell,
        )
        return UsualLikeness(*((round(mean, 3), round(deviation, 3)) for mean, deviation in bells))


def mean_face(rows: FloatArray, labels: np.ndarray) -> FloatArray:
    """The mean of (n, length) embeddings, each of the (n,) persons counting as much as another."""
    mean: FloatArray = np.mean([rows[labels == person].mean(axis=0) for person in np.unique(labels)], axis=0)
    return mean


def most_alike(rows: FloatArray, labels: np.ndarray) -> list[tuple[float, int, int]]:
    """The pairs of persons whose pictures come closest: the cosine, and both persons, the closest first.

    Args:
        rows: (n, length), of unit length.
        labels: (n,) persons.
    """
    closest: dict[tuple[int, int], float] = {}
    cosines = rows @ rows.T
    for one, other in zip(*np.nonzero(labels[:, None] < labels[None]), strict=True):
        pair = int(labels[one]), int(labels[other])
        closest[pair] = max(closest.get(pair, -1.0), float(cosines[one, other]))
    return sorted(((cosine, *pair) for pair, cosine in closest.items()), reverse=True)[:MOST_ALIKE]


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """What a second network makes of the same faces, (n, length) as its card says, and its share."""

    rows: FloatArray
    share: float


def measure_usual(
    rows: FloatArray, labels: np.ndarray, *, centred: bool, beside: Beside | None = None
) -> Likenesses:
    """How alike strangers are to the people of random galleries.

    Args:
        rows: (n, length) embeddings as the network gives them.
        labels: (n,) persons.
        centred: The mean of generic faces is taken off, that of the half that is not asked about.
        beside: The second network's.
    """
    chance, found = np.random.default_rng(SEED), Likenesses()
    for _ in progress.track(range(DIVISIONS), "Drawing galleries"):
        persons = chance.permutation(np.unique(labels))
        half = np.isin(labels, persons[: len(persons) // 2])
        for asked, made in ((half, ~half), (~half, half)):
            mean = mean_face(rows[made], labels[made]) if centred else np.zeros(rows.shape[1], np.float32)
            part = unit_rows(rows[asked] - mean)
            if beside:
                part = fused(part, beside.rows[asked], beside.share)
            _ask(People(part, part, labels[asked], PLAIN), chance, found)
    return found


def _ask(people: People, chance: np.random.Generator, found: Likenesses) -> None:
    for rows in _galleries(people.labels, chance):
        enrolment = enrol(people, rows, TEACHINGS[PLAIN][0])
        others = np.setdiff1d(np.arange(len(people.labels)), rows)
        verdicts = scorer_of(teach(enrolment)).judge(people.plain(others))
        owners = people.labels[others]
        own = np.isin(owners, enrolment.persons)
        alone = len(enrolment.persons) == 1
        (found.alone if alone else found.several).add(verdicts.likeness[~own], owners[~own])
        for row in np.flatnonzero(own & (enrolment.persons[verdicts.nearest] == owners)):
            if not alone:
                found.known.setdefault(int(owners[row]), []).append(float(verdicts.likeness[row]))


def _galleries(labels: np.ndarray, chance: np.random.Generator) -> Iterator[np.ndarray]:
    persons = np.unique(labels)
    for size in np.resize(np.arange(1, min(MOST_PERSONS, len(persons) - 1) + 1), GALLERIES):
        chosen = chance.choice(persons, size, replace=False)
        each = [chance.permutation(np.flatnonzero(labels == person)) for person in chosen]
        yield np.concatenate([rows[: chance.integers(1, MOST_PICTURES + 1)] for rows in each])


def _taught(people: People) -> FloatArray:
    """As the program teaches them."""
    return TEACHINGS[people.teaching][0](people, np.arange(len(people.labels)))


@click.command()
@click.option(
    "--faces", multiple=True, required=True, type=click.Path(path_type=Path), help="PERSON/pictures."
)
@click.option("--as_it_is", is_flag=True, help="Take no mean off.")
@click.option("--model", type=click.Path(path_type=Path), default=Paths().embedding_dir, show_default=True)
@click.option(
    "--detector_dir", type=click.Path(path_type=Path), default=Paths().detection_dir, show_default=True
)
@click.option("--share", type=click.FloatRange(0, 1, min_open=True, max_open=True))
def main(
    faces: tuple[Path, ...], as_it_is: bool, model: Path, detector_dir: Path, share: float | None
) -> None:
    """Print what the card of a network says of generic faces and of likeness."""
    card = read_card(model)
    people = replace(read(faces, model, detector_dir, replace(card, second=None)), generic=None)
    rows, beside = _taught(people), None
    if card.second:
        second = read(faces, model, detector_dir, replace(card.second.card, files=card.files))
        beside = Beside(_taught(second), share or card.second.share)
    found = measure_usual(rows, people.labels, centred=not as_it_is, beside=beside)
    click.echo(f"{len(np.unique(people.labels))} persons, {len(rows)} pictures")
    click.echo(found.usual)
    mean = np.zeros(rows.shape[1], np.float32) if as_it_is else mean_face(rows, people.labels)
    if not as_it_is:
        click.echo(packed_mean(mean))
    names = [name for folder in faces for name in persons_in(folder)]
    for cosine, one, other in most_alike(unit_rows(rows - mean), people.labels):
        click.echo(f"{cosine:.2f}  {names[one]}  {names[other]}")


if __name__ == "__main__":
    main()
