"""How training, disk, loading and naming grow with the number of people.

    python -m benchmarks.gallery --faces DIR [--persons 1000 --persons 10000 ...]

The people are made up: unit vectors round the embeddings of real faces in DIR (PERSON/pictures), with
five pictures each. The answers to new pictures and to strangers are compared with those of a search
through everything.
"""

import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks import figures as told
from benchmarks.processes import FailedError
from svod_rcgn.faces import build
from svod_rcgn.faces.evaluation.face_reader import FaceReader, persons_in
from svod_rcgn.faces.gallery import store, vet
from svod_rcgn.faces.gallery.identify import FaceIdentifier
from svod_rcgn.faces.gallery.neighbours import class_means
from svod_rcgn.faces.gallery.store import ClassifierSet, Person
from svod_rcgn.faces.records import Evidence
from svod_rcgn.faces.settings import Paths
from svod_rcgn.faces.training import train
from svod_rcgn.geometry import unit_rows
from svod_rcgn.records import FloatArray

EACH = 5
FACES = 200
MODEL = "0" * 16

# Cosines as they are among portraits: of a picture to its person, and of people who look alike.
OWN_COSINE = 0.85
ALIKE = 0.25


@dataclass(frozen=True, slots=True)
class Growth:
    """One gallery: seconds of training, writing and loading, bytes on disk, seconds for one face.

    `slow_face` is what one face in twenty exceeds; `exact` the share, 0..1, of faces for which the most
    likely person and the name were those of a search through everything.
    """

    persons: int
    pictures: int
    training: float
    writing: float
    size: int
    loading: float
    face: float
    slow_face: float
    exact: float


@dataclass(frozen=True, slots=True)
class Limit:
    """The most that a figure of a gallery of so many persons may be, in seconds."""

    persons: int
    figure: str
    most: float

    def holds(self, growth: Growth) -> bool:
        """Whether it does."""
        return bool(getattr(growth, self.figure) < self.most)


LIMITS = (
    Limit(10_000, "training", 20),
    Limit(10_000, "face", 0.002),
    Limit(100_000, "face", 0.010),
    Limit(100_000, "loading", 5),
)


@dataclass(frozen=True, slots=True, eq=False)
class Crowd:
    """Made-up people: (n, length) directions and pictures, (n,) labels of the pictures."""

    directions: FloatArray
    embeddings: FloatArray
    labels: np.ndarray


def real_embeddings(folder: Path, paths: Paths) -> FloatArray:
    """The embeddings of the faces in PERSON/pictures, (n, length) float32.

    Raises:
        InputError: A picture shows no face.
    """
    stages = build.build_stages(paths, "CPU")
    reader, embedder = FaceReader(*stages), stages[2]
    crops = [reader.crop(picture) for pictures in persons_in(folder).values() for picture in pictures]
    return embedder.embed(crops)


def crowd_round(real: FloatArray, persons: int) -> Crowd:
    """Make up persons round real embeddings, and pictures round the persons."""
    chance = np.random.default_rng(persons)
    directions = _round(real[chance.integers(len(real), size=persons)], np.sqrt(ALIKE), chance)
    labels = np.repeat(np.arange(persons), EACH)
    return Crowd(directions, _round(directions[labels], OWN_COSINE, chance), labels)


def _round(vectors: FloatArray, cosine: float, chance: np.random.Generator) -> FloatArray:
    """Unit vectors in random directions from unit vectors, at this cosine to them."""
    away = chance.standard_normal(vectors.shape, np.float32)
    away -= (away * vectors).sum(axis=1, keepdims=True) * vectors
    return unit_rows(np.float32(cosine) * vectors + np.float32(np.sqrt(1 - cosine**2)) * unit_rows(away))


def measure(real: FloatArray, persons: int) -> Growth:
    """Train, write, load and ask a gallery of so many persons."""
    crowd = crowd_round(real, persons)
    begun = time.perf_counter()
    trained = _trained(crowd)
    training_time = time.perf_counter() - begun
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        store.save(trained, Path(folder, "set"), MODEL, {})
        writing = time.perf_counter() - begun
        size = sum(path.stat().st_size for path in Path(folder, "set").rglob("*") if path.is_file())
        del trained
        begun = time.perf_counter()
        loaded = store.load(Path(folder, "set"), MODEL)
        classifier = FaceIdentifier(loaded)
        loading = time.perf_counter() - begun
    faces = _faces(crowd, real)
    times, exact = _asked(classifier, loaded, crowd, faces)
    median, slow = (float(np.quantile(times, share)) for share in (0.5, 0.95))
    return Growth(persons, len(crowd.labels), training_time, writing, size, loading, median, slow, exact)


def _trained(crowd: Crowd) -> ClassifierSet:
    """Train on all pictures, so that galleries of one size are trained on as many.

    Raises:
        FailedError: Some would not be trained on, since they look like others' or like each other.
    """
    doubtful = {found.row for found in vet.vet(crowd.embeddings, crowd.labels)}
    if doubtful:
        raise FailedError(f"{len(doubtful)} of {len(crowd.labels)} made-up pictures are doubted")
    persons = [Person(f"P{number}", f"P{number}", EACH) for number in range(len(crowd.directions))]
    return train.train(persons, crowd.embeddings, crowd.labels).classifiers


def _faces(crowd: Crowd, real: FloatArray) -> FloatArray:
    """New pictures of some persons, and as many strangers of their kind."""
    chance = np.random.default_rng(0)
    persons = chance.integers(len(crowd.directions), size=FACES // 2)
    strangers = real[chance.integers(len(real), size=FACES // 2)]
    known = _round(crowd.directions[persons], OWN_COSINE, chance)
    return np.concatenate([known, _round(strangers, np.sqrt(ALIKE), chance)])


def _asked(
    classifier: FaceIdentifier, taught: ClassifierSet, crowd: Crowd, faces: FloatArray
) -> tuple[list[float], float]:
    """Seconds for each face, one at a time, and the share answered as by a search through everything."""
    expected = _answers(taught, crowd, faces)
    times, same = [], []
    classifier.identify([Evidence(faces[0])])
    for face, answer in zip(faces, expected, strict=True):
        begun = time.perf_counter()
        (match,) = classifier.identify([Evidence(face)])
        times.append(time.perf_counter() - begun)
        same.append((match.nearest, match.name) == answer)
    return times, float(np.mean(same))


def _answers(taught: ClassifierSet, crowd: Crowd, faces: FloatArray) -> list[tuple[str, str | None]]:
    """Who is most like each face, and who is named, without SVM, shortlist, index or half precision."""
    cosines = faces @ class_means(crowd.embeddings, crowd.labels, len(crowd.directions)).T
    second, first = np.argsort(cosines, axis=1)[:, -2:].T
    each = np.arange(len(faces))
    neighbour = crowd.labels[(faces @ crowd.embeddings.T).argmax(axis=1)]
    best, decision = cosines[each, first], taught.decision
    sure = (best - cosines[each, second] >= decision.gap) & (first == neighbour) & (best >= decision.limit)
    return [(f"P{label}", f"P{label}" if named else None) for label, named in zip(first, sure, strict=True)]


def figures(grown: Sequence[Growth]) -> list[told.Figure]:
    """What is to be told of galleries, with the limits that they are held against."""
    return [figure for growth in grown for figure in _figures(growth)]


def _figures(growth: Growth) -> Iterator[told.Figure]:
    part, exact = f"gallery of {growth.persons:,}", f"{growth.exact:.1%} answered as by a full search"
    for name, unit, scale in (("training", "s", 1), ("loading", "s", 1), ("face", "ms", 1000)):
        limit = next((each for each in LIMITS if (each.persons, each.figure) == (growth.persons, name)), None)
        bound = told.Limit(scale * limit.most) if limit else None
        value = scale * getattr(growth, name)
        yield told.Figure(part, name, unit, (value,), bound, exact if name == "face" else "")
    yield told.Figure(part, "on disk", "MB", (growth.size / 1e6,))


def print_growth(grown: Sequence[Growth]) -> None:
    """Show each figure with its growth since the gallery before, and which limits hold."""
    columns = ["persons", "training", "on disk", "loading", "one face", "1 in 20 over", "exact"]
    table = Table(*columns, title=f"{EACH} pictures a person; in brackets the growth", title_justify="left")
    for place, now in enumerate(grown):
        last = grown[place - 1] if place else None
        table.add_row(f"{now.persons:,}{_factor(now, last, 'persons')}", *_told(now, last))
    Console().print(table)
    for limit in LIMITS:
        for growth in (each for each in grown if each.persons == limit.persons):
            held = "holds" if limit.holds(growth) else "DOES NOT HOLD"
            print(f"{limit.persons:,} persons: {limit.figure} under {limit.most:g} s {held}")


def _told(now: Growth, last: Growth | None) -> list[str]:
    return [
        f"{now.training:.1f} s{_factor(now, last, 'training')}",
        f"{now.size / 1e6:.0f} MB{_factor(now, last, 'size')}",
        f"{now.loading:.2f} s{_factor(now, last, 'loading')}",
        f"{1000 * now.face:.2f} ms{_factor(now, last, 'face')}",
        f"{1000 * now.slow_face:.2f} ms",
        f"{now.exact:.1%}",
    ]


def _factor(now: Growth, last: Growth | None, figure: str) -> str:
    return f" (x{getattr(now, figure) / getattr(last, figure):.1f})" if last else ""


@click.command()
@click.option("--faces", required=True, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--persons", multiple=True, type=click.IntRange(min=2), default=(1000, 10_000, 100_000))
@click.option("--model", type=click.Path(path_type=Path), default=Paths().embedding_dir, show_default=True)
@click.option(
    "--detector_dir", type=click.Path(path_type=Path), default=Paths().detection_dir, show_default=True
)
def main(faces: Path, persons: tuple[int, ...], model: Path, detector_dir: Path) -> None:
    """Measure galleries of growing size."""
    real = real_embeddings(faces, Paths(embedding_dir=model, detection_dir=detector_dir))
    print_growth([measure(real, count) for count in persons])


if __name__ == "__main__":
    main()
