"""Enrol random halves of the persons of a folder, and ask about the others as strangers.

    python -m benchmarks.open_set --faces DIR [--faces DIR ...]

Every folder holds PERSON/pictures. About half of the pictures of an enrolled person are enrolled, and
the others asked about. Printed are, over all draws, the share of known faces that are named rightly
and of strangers that are named, for the decision as it is built; then what each judge alone, and
mixtures of them, name rightly where exactly the wished share of all strangers is named.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import click
import numpy as np
from rich.console import Console
from rich.table import Table

from svod_rcgn import networks
from svod_rcgn.commands import progress
from svod_rcgn.errors import InputError
from svod_rcgn.faces import build
from svod_rcgn.faces.evaluation.face_reader import FaceReader, persons_in
from svod_rcgn.faces.gallery.identify import SVM_WEIGHT, ExactScorer, FaceIdentifier, scorer_of
from svod_rcgn.faces.gallery.store import ClassifierSet, Person
from svod_rcgn.faces.records import Evidence
from svod_rcgn.faces.settings import Paths
from svod_rcgn.faces.stages.embedding import FaceEmbedder
from svod_rcgn.faces.training.train import train
from svod_rcgn.geometry import unit_rows
from svod_rcgn.networks.card import ModelCard
from svod_rcgn.networks.generic_face import unpacked_mean
from svod_rcgn.records import FloatArray

WISHED = (0.01, 0.05)
SEED = 20180408


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """Faces of persons: (n, length) embeddings, those of the mirrored crops, and (n,) labels.

    Neither has the other mixed in, nor the mean of generic faces taken off, whatever the network's card
    says; `teaching` and `generic` are what it says.
    """

    embeddings: FloatArray
    mirrored: FloatArray
    labels: np.ndarray
    teaching: str
    generic: FloatArray | None = None

    def plain(self, rows: np.ndarray) -> FloatArray:
        """As photographed."""
        return self._centred(self.embeddings[rows])

    def other_way(self, rows: np.ndarray) -> FloatArray:
        """The mirror images alone."""
        return self._centred(self.mirrored[rows])

    def both_ways(self, rows: np.ndarray) -> FloatArray:
        """The mirror image mixed in."""
        return self._centred(unit_rows(self.embeddings[rows] + self.mirrored[rows]))

    def _centred(self, rows: FloatArray) -> FloatArray:
        return rows if self.generic is None else unit_rows(rows - self.generic)


@dataclass(frozen=True, slots=True, eq=False)
class Draw:
    """One division of the rows: enrolled, asked about as known, and asked about as strangers."""

    enrolled: np.ndarray
    known: np.ndarray
    strangers: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class Enrolment:
    """What is taught in one draw: (n, length) rows, (n,) labels from 0, and the person of each label."""

    rows: FloatArray
    labels: np.ndarray
    persons: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """Scores of the known, (n,), whether each points to the right person, and scores of strangers."""

    known: FloatArray
    right: np.ndarray
    strangers: FloatArray

    def named_at(self, share: float) -> float:
        """The share of the known named rightly where this share of the strangers is named."""
        limit = np.quantile(self.strangers, 1 - share)
        return float((self.right & (self.known > limit)).mean())

    @property
    def apart(self) -> float:
        """How many deviations the means of known and strangers are apart (d')."""
        spread = np.sqrt((self.known.var() + self.strangers.var()) / 2)
        return float((self.known.mean() - self.strangers.mean()) / spread)


Teaching = Callable[[People, np.ndarray], FloatArray]
PLAIN, MIRROR, ROWS = "as photographed", "mirror in the embedding", "mirror as further rows"
TEACHINGS: dict[str, tuple[Teaching, Teaching]] = {
    PLAIN: (People.plain,) * 2,
    MIRROR: (People.both_ways,) * 2,
    ROWS: (
        lambda people, rows: np.concatenate([people.plain(rows), people.other_way(rows)]),
        People.plain,
    ),
}
"""How the enrolled are taught, and how a face is asked about."""

MIXTURES: dict[str, Callable[[ClassifierSet, FloatArray], FloatArray]] = {
    "mean cosine": lambda taught, faces: _scorer(taught, faces)[0],
    "nearest picture": lambda taught, faces: _nearest(taught, faces),  # noqa: PLW0108
    "SVM margin": lambda taught, faces: _scorer(taught, faces)[1],
    **{
        f"mean + {weight:g} SVM": lambda taught, faces, weight=weight: _mixed(taught, faces, weight)
        for weight in (0.1, 0.2, 0.3, 0.5, 1.0)
    },
    "nearest + 0.3 SVM": lambda taught, faces: _nearest(taught, faces) + 0.3 * _scorer(taught, faces)[1],
    "mean + 0.3 SVM, all agree": lambda taught, faces: _agreed(taught, faces),  # noqa: PLW0108
}
"""Scores of each face for each class, (n, classes)."""


@click.command()
@click.option(
    "--faces", multiple=True, required=True, type=click.Path(path_type=Path), help="PERSON/pictures."
)
@click.option("--draws", default=20, show_default=True, help="How many divisions are averaged.")
@click.option("--model", type=click.Path(path_type=Path), default=Paths().embedding_dir, show_default=True)
@click.option(
    "--detector_dir", type=click.Path(path_type=Path), default=Paths().detection_dir, show_default=True
)
def main(faces: tuple[Path, ...], draws: int, model: Path, detector_dir: Path) -> None:
    """Measure how many of the enrolled are named, and how many strangers."""
    people = read(faces, model, detector_dir)
    divisions = [divide(people.labels, np.random.default_rng(SEED + draw)) for draw in range(draws)]
    print_built({name: as_built(people, divisions, name) for name in TEACHINGS})
    print_mixtures({name: mixtures(people, divisions, name) for name in TEACHINGS})


def read(
    folders: tuple[Path, ...], embedding_dir: Path, detection_dir: Path, card: ModelCard | None = None
) -> People:
    """Embed the face of every picture and its mirror image, each by itself.

    Args:
        folders: PERSON/pictures.
        embedding_dir: Holds the network.
        detection_dir: Holds the face detector.
        card: Another card than the one there, as of one of two networks.

    Raises:
        InputError: A picture shows no face, or two networks are together.
    """
    model = networks.load_model(embedding_dir, "embedding", card=card)
    if model.second:
        raise InputError(f"{embedding_dir}: two networks together; give one of them")
    detector, aligner = build.build_detector(detection_dir, "CPU"), build.build_aligner(model.card)
    reader = FaceReader(detector, aligner, build.build_embedder(model))
    embedder = FaceEmbedder(model.network, replace(model.card, mirror=False, generic_face=None))
    persons = {(folder, name): paths for folder in folders for name, paths in persons_in(folder).items()}
    crops, labels = [], []
    for label, paths in enumerate(progress.track(list(persons.values()), "Embedding")):
        crops += [reader.crop(path) for path in paths]
        labels += [label] * len(paths)
    mirrored = [np.ascontiguousarray(crop[:, ::-1]) for crop in crops]
    teaching = MIRROR if model.card.mirror else PLAIN
    mean = model.card.generic_face
    generic = None if mean is None else unpacked_mean(mean)
    return People(embedder.embed(crops), embedder.embed(mirrored), np.array(labels), teaching, generic)


def divide(labels: np.ndarray, chance: np.random.Generator) -> Draw:
    """Draw half of the persons and half of the pictures of each, rounded up."""
    persons = chance.permutation(np.unique(labels))
    enrolled, known = [], []
    for person in persons[: len(persons) // 2]:
        rows = chance.permutation(np.flatnonzero(labels == person))
        half = -(-len(rows) // 2)
        enrolled += rows[:half].tolist()
        known += rows[half:].tolist()
    strangers = np.flatnonzero(np.isin(labels, persons[len(persons) // 2 :]))
    return Draw(np.array(enrolled), np.array(known), strangers)


def enrol(people: People, rows: np.ndarray, teaching: Teaching) -> Enrolment:
    """The rows of a gallery, labelled from 0."""
    taught = teaching(people, rows)
    persons, labels = np.unique(people.labels[rows], return_inverse=True)
    return Enrolment(taught, np.tile(labels, len(taught) // len(rows)), persons)


def teach(enrolment: Enrolment, wished: float = WISHED[0]) -> ClassifierSet:
    """Train on a gallery."""
    counts = np.bincount(enrolment.labels)
    persons = [Person(str(label), str(label), int(count)) for label, count in enumerate(counts)]
    return train(persons, enrolment.rows, enrolment.labels, wished).classifiers


def as_built(people: People, divisions: list[Draw], teaching: str) -> dict[float, tuple[float, float]]:
    """For each wished rate, the share of the known named rightly, and of the strangers named."""
    told: dict[float, tuple[float, float]] = {}
    enrolled, asked = TEACHINGS[teaching]
    for wished in WISHED:
        right, false = [], []
        for draw in divisions:
            enrolment = enrol(people, draw.enrolled, enrolled)
            classifier = FaceIdentifier(teach(enrolment, wished))
            truth = [str(np.searchsorted(enrolment.persons, label)) for label in people.labels[draw.known]]
            names = _names(classifier, asked(people, draw.known))
            right += [name == person for name, person in zip(names, truth, strict=True)]
            false += [name is not None for name in _names(classifier, asked(people, draw.strangers))]
        told[wished] = (float(np.mean(right)), float(np.mean(false)))
    return told


def mixtures(people: People, divisions: list[Draw], teaching: str) -> dict[str, Answers]:
    """What each judge and mixture says in all draws together."""
    enrolled, asked = TEACHINGS[teaching]
    parts: dict[str, list[Answers]] = {name: [] for name in MIXTURES}
    for draw in divisions:
        enrolment = enrol(people, draw.enrolled, enrolled)
        taught = teach(enrolment)
        truth = np.searchsorted(enrolment.persons, people.labels[draw.known])
        for name, scored in MIXTURES.items():
            known = scored(taught, asked(people, draw.known))
            strangers = scored(taught, asked(people, draw.strangers))
            parts[name].append(Answers(known.max(1), known.argmax(1) == truth, strangers.max(1)))
    return {name: _together(answers) for name, answers in parts.items()}


def print_built(rates: dict[str, dict[float, tuple[float, float]]]) -> None:
    """Show what the decision as built does."""
    table = Table(title="the decision as built", title_justify="left")
    table.add_column("enrolment")
    for wished in WISHED:
        table.add_column(f"wished {wished:.0%}: named rightly", justify="right")
        table.add_column("strangers named", justify="right")
    for name, told in rates.items():
        table.add_row(name, *(f"{rate:.1%}" for wished in WISHED for rate in told[wished]))
    Console().print(table)


def print_mixtures(answers: dict[str, dict[str, Answers]]) -> None:
    """Show what each judge names where exactly the wished share of strangers is named."""
    table = Table(
        title="named rightly where 1 % and 5 % of all strangers are named, and d'", title_justify="left"
    )
    table.add_column("judge")
    for name in answers:
        table.add_column(name, justify="right")
    for judge in MIXTURES:
        table.add_row(judge, *(_told(told[judge]) for told in answers.values()))
    Console().print(table)


def _told(answers: Answers) -> str:
    rates = " ".join(f"{answers.named_at(wished):6.1%}" for wished in WISHED)
    return f"{rates} {answers.apart:5.2f}"


def _names(classifier: FaceIdentifier, faces: FloatArray) -> list[str | None]:
    return [match.name for match in classifier.identify([Evidence(face) for face in faces])]


def _scorer(taught: ClassifierSet, faces: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Cosines to the means and margins of the SVM, both (n, classes)."""
    scorer = ExactScorer(taught.embeddings, taught.labels, taught.svm)
    return scorer.cosines(faces), scorer.margins(faces)


def _mixed(taught: ClassifierSet, faces: FloatArray, weight: float) -> FloatArray:
    cosines, margins = _scorer(taught, faces)
    return cosines + weight * margins


def _nearest(taught: ClassifierSet, faces: FloatArray) -> FloatArray:
    cosines = faces @ taught.embeddings.T
    return np.stack([cosines[:, taught.labels == label].max(1) for label in range(len(taught.persons))], 1)


def _agreed(taught: ClassifierSet, faces: FloatArray) -> FloatArray:
    """The likeness as built; of no weight where the judges do not agree or two persons lie close."""
    clear = scorer_of(taught).judge(faces).clear(taught.decision.gap)
    return np.where(clear[:, None], _mixed(taught, faces, SVM_WEIGHT), -np.float32(9))


def _together(answers: list[Answers]) -> Answers:
    return Answers(
        *(
            np.concatenate([getattr(each, part) for each in answers])
            for part in ("known", "right", "strangers")
        )
    )


if __name__ == "__main__":
    main()
