"""Which embedding network names more people rightly, and how sure that is.

    python -m benchmarks.embeddings --faces DIR [--faces DIR ...] [--strangers DIR ...]
        --model DIRECTORY [--model DIRECTORY ...] [--pictures 1] [--shrunk PIXELS]

In each draw half of the persons of --faces are enrolled with --pictures pictures each and asked about with
their others; the rest of the persons, and all of --strangers, are strangers. Every network sees the same
draws. "As built" is what the program itself decides where 1 % is wished; the other columns are what would be
named rightly where exactly 1 % and 0.1 % of the strangers are, by limits that only this program knows. The
interval holds the middle 95 % of the draws. With --shrunk, those asked about are so many pixels wide first,
as at the far end of a camera. Of several networks, each two are also taken together: their embeddings side
by side, which makes the cosine the mean of theirs. The milliseconds are the median of one face, and its
mirror image where the card wishes that; every face is given to each network in turn.

With --dlib its network is asked under the same protocol. What is usual of it is not known, nor of two
together that no card names, so both have no limits as built. facenet-pytorch's network is the one that
`download_models.py --facenet vggface2` brings.

Whoever made the mean of a card (benchmarks/usual.py) is no fair stranger here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from statistics import median
from time import perf_counter

import click
import cv2
import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks import dlib_network
from benchmarks.open_set import SEED, Draw
from svod_rcgn import networks
from svod_rcgn.commands import progress
from svod_rcgn.errors import InputError
from svod_rcgn.faces import build, strip
from svod_rcgn.faces.evaluation.face_reader import FaceReader, persons_in
from svod_rcgn.faces.gallery.identify import FaceIdentifier, scorer_of
from svod_rcgn.faces.gallery.store import ClassifierSet, Person
from svod_rcgn.faces.protocols import Aligner, Embedder
from svod_rcgn.faces.records import Evidence
from svod_rcgn.faces.settings import Paths
from svod_rcgn.faces.stages.embedding import fused
from svod_rcgn.faces.training.calibrate import Calibration
from svod_rcgn.faces.training.one_more import share_named
from svod_rcgn.faces.training.train import train
from svod_rcgn.networks.card import UsualLikeness
from svod_rcgn.records import FloatArray, Image

WISHED = 0.01
SHARES = (0.01, 0.001)
LEAST_PERSONS = 4  # of whom two are known and two are strangers


@dataclass(frozen=True, slots=True, eq=False)
class Embedded:
    """What one network, or two together, make of all pictures: (n, length) as taught, and as asked about.

    `milliseconds` are those of one face; `limited` says whether it is known what is usual of it.
    """

    name: str
    taught: FloatArray
    asked: FloatArray
    usual: UsualLikeness | None = None
    milliseconds: float = 0.0
    limited: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """A network, what is usual of it, and the (n,) crops of all pictures, each so many faces `wide`.

    `limited` is as in Embedded.
    """

    name: str
    embedder: Embedder
    crops: list[Image]
    usual: UsualLikeness | None = None
    wide: float = 1.0
    limited: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class DrawAnswers:
    """What was said in one draw.

    `named` and `known` are (n,): who is named rightly, as built, and how alike the known are, -inf to
    another; `named_strangers` and `strangers` are (m,), the same of strangers, by whatever name. `expected`
    is the share that a report would expect to be named, and with one picture more of each.
    """

    named: np.ndarray
    named_strangers: np.ndarray
    known: FloatArray
    strangers: FloatArray
    expected: tuple[float, float]


def draw(labels: np.ndarray, enrollable: int, pictures: int, chance: np.random.Generator) -> Draw:
    """Draw half of the persons 0..enrollable-1 and so many pictures of each; those beyond are strangers."""
    persons = chance.permutation(enrollable)
    chosen, enrolled, known = persons[: enrollable // 2], [], []
    for person in chosen:
        rows = chance.permutation(np.flatnonzero(labels == person))
        enrolled += rows[:pictures].tolist()
        known += rows[pictures:].tolist()
    return Draw(np.array(enrolled), np.array(known, np.int64), np.flatnonzero(~np.isin(labels, chosen)))


def ask(embedded: Embedded, labels: np.ndarray, drawn: Draw) -> DrawAnswers:
    """Teach what was drawn, and ask about all else."""
    persons, own = np.unique(labels[drawn.enrolled], return_inverse=True)
    taught = [Person(str(label), str(label), 1) for label in persons]
    rows = embedded.taught[drawn.enrolled]
    trained = train(taught, rows, own, WISHED, usual=embedded.usual)
    classifiers = trained.classifiers
    names = _names(classifiers, embedded.asked[drawn.known])
    truth = [str(label) for label in labels[drawn.known]]
    judged = scorer_of(classifiers).judge(embedded.asked[drawn.known])
    right = persons[judged.nearest] == labels[drawn.known]
    return DrawAnswers(
        np.array([name == person for name, person in zip(names, truth, strict=True)]),
        np.array([name is not None for name in _names(classifiers, embedded.asked[drawn.strangers])]),
        np.where(right, judged.likeness, -np.inf),
        scorer_of(classifiers).judge(embedded.asked[drawn.strangers]).likeness,
        _expected(trained.calibration, np.bincount(own)),
    )


def _expected(calibration: Calibration, pictures: np.ndarray) -> tuple[float, float]:
    """The mean of all persons' shares, with the pictures that there are and with one more of each."""
    limit = calibration.decision.limit
    now, more = (
        float(np.mean([share_named(calibration.known, int(count) + plus, limit) for count in pictures]))
        for plus in (0, 1)
    )
    return now, more


def named_at(answers: Sequence[DrawAnswers], share: float) -> list[float]:
    """For each draw, what is named rightly where this share of the strangers of all draws is named."""
    limit = np.quantile(np.concatenate([each.strangers for each in answers]), 1 - share)
    return [float((each.known > limit).mean()) for each in answers]


def together(one: Embedded, other: Embedded) -> Embedded:
    """Two networks, whose cosines count alike; what is usual of them is not known."""
    return Embedded(
        f"{one.name} + {other.name}",
        *(fused(*pair, share=0.5) for pair in ((one.taught, other.taught), (one.asked, other.asked))),
        milliseconds=one.milliseconds + other.milliseconds,
        limited=False,
    )


def read(paths: Sequence[Path], directory: Path, detection_dir: Path) -> Read:
    """Load a network, and cut the face of each picture for it."""
    model = networks.load_model(directory, "embedding")
    embedder, aligner = build.build_embedder(model), build.build_aligner(model.card)
    crops = _crops(paths, detection_dir, aligner, embedder)
    return Read(model.card.name, embedder, crops, model.card.usual)


def read_by_dlib(paths: Sequence[Path], detection_dir: Path) -> Read:
    """The same for dlib's network.

    Raises:
        InputError: It is not installed.
    """
    embedder = dlib_network.DlibEmbedder()
    crops = _crops(paths, detection_dir, dlib_network.aligner(), embedder)
    return Read(dlib_network.NAME, embedder, crops, wide=dlib_network.WIDE, limited=False)


def _crops(paths: Sequence[Path], detection_dir: Path, aligner: Aligner, embedder: Embedder) -> list[Image]:
    reader = FaceReader(build.build_detector(detection_dir, "CPU"), aligner, embedder)
    return [reader.crop(path) for path in progress.track(paths, "Cutting")]


def embed(networks_read: Sequence[Read], shrunk: int | None) -> list[Embedded]:
    """What each network makes of the face in each picture, and of the same shrunk."""
    in_turn = zip(*(one.crops for one in networks_read), strict=True)
    rounds = [
        [_clocked(one, crop) for one, crop in zip(networks_read, each, strict=True)] for each in in_turn
    ]
    by_network = zip(*rounds, strict=True)
    return [_embedded(one, seconds, shrunk) for one, seconds in zip(networks_read, by_network, strict=True)]


def _clocked(one: Read, crop: Image) -> float:
    begun = perf_counter()
    one.embedder.embed([crop])
    return perf_counter() - begun


def _embedded(one: Read, seconds: Sequence[float], shrunk: int | None) -> Embedded:
    taught = one.embedder.embed(one.crops)
    far = None if shrunk is None else [far_away(crop, round(shrunk * one.wide)) for crop in one.crops]
    asked = taught if far is None else one.embedder.embed(far)
    return Embedded(one.name, taught, asked, one.usual, 1000 * median(seconds), one.limited)


def print_embeddings(answers: Sequence[tuple[Embedded, list[DrawAnswers]]]) -> None:
    """Show all in percent."""
    table = Table(title="named rightly, in percent", title_justify="left")
    for title in (
        "embedding",
        "as built",
        "expected, and with one more",
        "strangers named",
        *(f"where {share:.1%} are" for share in SHARES),
        "ms a face",
    ):
        table.add_column(title, justify="left" if title == "embedding" else "right")
    for embedded, drawn in answers:
        exact = [named_at(drawn, share) for share in SHARES]
        strangers = np.mean(np.concatenate([each.named_strangers for each in drawn]))
        built = [float(each.named.mean()) for each in drawn]
        clock = f"{embedded.milliseconds:.1f}"
        expected = ", ".join(f"{100 * each:.1f}" for each in np.mean([each.expected for each in drawn], 0))
        as_built = (_told(built), expected, f"{strangers:.2%}") if embedded.limited else ("", "", "")
        table.add_row(embedded.name, *as_built, *map(_told, exact), clock)
    Console().print(table)


def _told(shares: Sequence[float]) -> str:
    low, high = np.quantile(shares, (0.025, 0.975))
    return f"{100 * np.mean(shares):.1f} ({100 * low:.0f}-{100 * high:.0f})"


def _names(classifiers: ClassifierSet, faces: FloatArray) -> list[str | None]:
    return [match.name for match in FaceIdentifier(classifiers).identify([Evidence(face) for face in faces])]


def far_away(crop: Image, pixels: int) -> Image:
    """A crop, or both of a strip, with no more to be seen than so many pixels show."""
    if strip.is_strip(crop):
        first, second = (far_away(each, pixels) for each in strip.squares(crop))
        return strip.joined(first, second)
    small = cv2.resize(crop, (pixels, pixels), interpolation=cv2.INTER_AREA)
    back: Image = cv2.resize(small, crop.shape[1::-1], interpolation=cv2.INTER_CUBIC)  # type: ignore[assignment]
    return back


def _persons(folders: Sequence[Path]) -> list[list[Path]]:
    return [paths for folder in folders for paths in persons_in(folder).values()]


_folder = click.Path(path_type=Path)


@click.command()
@click.option("--faces", multiple=True, required=True, type=_folder, help="PERSON/pictures.")
@click.option("--strangers", multiple=True, type=_folder, help="PERSON/pictures that are never enrolled.")
@click.option("--model", multiple=True, type=_folder, default=[Paths().embedding_dir], show_default=True)
@click.option("--pictures", default=1, show_default=True, help="How many are enrolled of a person.")
@click.option(
    "--shrunk", type=click.IntRange(min=8), help="Pixels that a face is wide when it is asked about."
)
@click.option("--dlib", is_flag=True, help="dlib's network, too; it comes with [bench].")
@click.option("--draws", default=40, show_default=True)
@click.option(
    "--detector_dir", type=click.Path(path_type=Path), default=Paths().detection_dir, show_default=True
)
def main(
    *,
    faces: tuple[Path, ...],
    strangers: tuple[Path, ...],
    model: tuple[Path, ...],
    pictures: int,
    shrunk: int | None,
    dlib: bool,
    draws: int,
    detector_dir: Path,
) -> None:
    """Compare embedding networks on the same draws."""
    enrollable = [each for each in _persons(faces) if len(each) > pictures]
    if len(enrollable) < LEAST_PERSONS:
        raise InputError(
            f"fewer than {LEAST_PERSONS} persons have more than {pictures} pictures; "
            "give more folders, or smaller --pictures"
        )
    persons = enrollable + [each for each in _persons(faces) if len(each) <= pictures] + _persons(strangers)
    labels = np.repeat(np.arange(len(persons)), [len(each) for each in persons])
    paths = [path for each in persons for path in each]
    every_read = [read(paths, directory, detector_dir) for directory in model]
    every_read += [read_by_dlib(paths, detector_dir)] if dlib else []
    single = embed(every_read, shrunk)
    every = single + [together(one, other) for one, other in combinations(single, 2)]
    divisions = [
        draw(labels, len(enrollable), pictures, np.random.default_rng(SEED + number))
        for number in range(draws)
    ]
    print_embeddings([(each, [ask(each, labels, drawn) for drawn in divisions]) for each in every])


if __name__ == "__main__":
    main()
