"""Who is named when one picture a person is taught, each picture in turn, by `svod_rcgn.evaluate` itself.

    python -m benchmarks.in_turn --faces FOLDER [--faces FOLDER ...] --model DIRECTORY [--model DIRECTORY ...]
        [--smaller TIMES]

Turn 2 teaches the second picture of everybody who has two, and asks about the others of each whom it taught
so; whoever has fewer pictures is taught by his first, and not asked about. So each picture is asked about
once by each other picture of the same person, and each face is a stranger to a gallery without its person.
With --smaller, the pictures asked about are so many times smaller, as from further away.

"As built" is what the program decides where 1 % is wished. The other columns are what would be named rightly
where no stranger is, and where exactly 1 % of them are, by limits that only this program knows; below them is
what a network gains on the first one, with the middle 95 % over 1000 draws of the persons.
"""

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import click
import cv2
import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.open_set import Answers
from svod_rcgn.commands import progress
from svod_rcgn.errors import InputError
from svod_rcgn.faces.evaluation.face_reader import persons_in
from svod_rcgn.faces.evaluation.identification import NOBODY, Folders, ProbeAnswer, identify
from svod_rcgn.faces.settings import Paths
from svod_rcgn.records import FloatArray
from svod_rcgn.storage import images

Persons: TypeAlias = Mapping[str, Sequence[Path]]
NAMED = (0.0, 0.01)
DRAWS, SEED = 1000, 7


@dataclass(frozen=True, slots=True)
class Split:
    """The pictures of each person that are taught in a turn, and those that are asked about."""

    taught: Persons
    asked: Persons


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """All answers of a network, of the known and of strangers, (n,) each.

    `likeness` is what a limit is compared with, and as of nobody where none would let the right name
    through; `named` whether a name was given as built: the right one, or to a stranger any.
    """

    persons: np.ndarray
    strange: np.ndarray
    likeness: FloatArray
    named: np.ndarray

    def as_built(self) -> tuple[float, float]:
        """The shares of the known that are named rightly, and of the strangers that are named."""
        return float(self.named[~self.strange].mean()), float(self.named[self.strange].mean())

    def named_at(self, share: float) -> float:
        """The share of the known named rightly where this share of the strangers is named."""
        known, strangers = self.likeness[~self.strange], self.likeness[self.strange]
        return Answers(known, known > NOBODY, strangers).named_at(share)

    def of(self, drawn: Iterable[str]) -> "Asked":
        """The answers about some persons, of each as often as it was drawn."""
        rows = np.concatenate([np.flatnonzero(self.persons == person) for person in drawn])
        return Asked(*(part[rows] for part in (self.persons, self.strange, self.likeness, self.named)))


def splits(persons: Persons) -> list[Split]:
    """Each picture of whoever has two, taught once."""
    return [_split(persons, turn) for turn in range(max(len(pictures) for pictures in persons.values()))]


def answers_of(told: Sequence[ProbeAnswer]) -> Asked:
    """What was said of each picture, by its person, which is its folder."""
    persons = [Path(each.picture).parent.name for each in told]
    strange = [each.person is None for each in told]
    likeness = [NOBODY if each.likeness is None else each.likeness for each in told]
    named = [each.named is not None and each.person in (None, each.named) for each in told]
    return Asked(np.array(persons), np.array(strange), np.array(likeness, np.float32), np.array(named))


def gains(first: Asked, other: Asked, share: float) -> FloatArray:
    """What the other names more than the first, (DRAWS,), the persons drawn anew each time."""
    chance = np.random.default_rng(SEED)
    persons = np.unique(first.persons[~first.strange])
    draws = (chance.choice(persons, len(persons)) for _ in range(DRAWS))
    return np.array([other.of(drawn).named_at(share) - first.of(drawn).named_at(share) for drawn in draws])


def _split(persons: Persons, turn: int) -> Split:
    taught = {name: pictures[turn if turn < len(pictures) else 0] for name, pictures in persons.items()}
    asked = {
        name: [picture for picture in pictures if picture != taught[name]]
        for name, pictures in persons.items()
        if turn < len(pictures) and len(pictures) > 1
    }
    return Split({name: [picture] for name, picture in taught.items()}, asked)


def _laid_out(persons: Persons, folder: Path, smaller: float) -> Path:
    for name, pictures in persons.items():
        for picture in pictures:
            image = images.read_picture(picture)
            small = cv2.resize(image, None, fx=1 / smaller, fy=1 / smaller, interpolation=cv2.INTER_AREA)
            images.write_png(folder / name / f"{picture.stem}.png", np.asarray(small, np.uint8))
    return folder


def ask(split: Split, models: Sequence[Path], smaller: float) -> list[Sequence[ProbeAnswer]]:
    """Teach each network and ask it in a folder of its own, as the command does."""
    with tempfile.TemporaryDirectory(prefix="svod-in-turn-") as scratch:
        gallery = _laid_out(split.taught, Path(scratch) / "gallery", 1)
        folders = Folders(gallery, _laid_out(split.asked, Path(scratch) / "probes", smaller))
        places = (replace(Paths(), embedding_dir=model) for model in models)
        return [identify(folders, paths, "CPU", progress.track).answers for paths in places]


def persons_of(folders: Sequence[Path]) -> Persons:
    """The pictures of each person.

    Raises:
        InputError: A folder has none, or two have the same person.
    """
    persons: dict[str, Sequence[Path]] = {}
    for folder in folders:
        for name, pictures in persons_in(folder).items():
            if name in persons:
                raise InputError(f"{folder / name}: {name} is in another folder, too; rename one of them")
            persons[name] = pictures
    return persons


def print_asked(told: Mapping[str, Asked]) -> None:
    """Show all in percent."""
    first, *_ = told.values()
    count = int((~first.strange).sum())
    table = Table(title=f"named rightly of {count}, in percent", title_justify="left")
    table.add_column("network", overflow="fold")
    for title in ("as built", "strangers named", *(f"where {share:.0%} are" for share in NAMED)):
        table.add_column(title, justify="right")
    for name, asked in told.items():
        right, false = asked.as_built()
        at = (f"{100 * asked.named_at(share):.1f}" for share in NAMED)
        table.add_row(name, f"{100 * right:.1f}", f"{100 * false:.2f}", *at)
        if asked is not first:
            table.add_row("", "", "", *(_gain(first, asked, share) for share in NAMED))
    Console().print(table)


def _gain(first: Asked, other: Asked, share: float) -> str:
    more = 100 * (other.named_at(share) - first.named_at(share))
    low, high = np.quantile(100 * gains(first, other, share), (0.025, 0.975))
    return f"{more:+.1f} ({low:+.1f} to {high:+.1f})"


@click.command()
@click.option(
    "--faces", multiple=True, required=True, type=click.Path(path_type=Path), help="PERSON/pictures."
)
@click.option("--model", multiple=True, required=True, type=click.Path(path_type=Path))
@click.option("--smaller", default=1.0, show_default=True, type=click.FloatRange(min=1))
def main(faces: tuple[Path, ...], model: tuple[Path, ...], smaller: float) -> None:
    """Measure how many are named with one picture each, every picture taught in turn."""
    turns = [ask(split, model, smaller) for split in splits(persons_of(faces))]
    by_network = zip(*turns, strict=True)
    told = [answers_of([each for turn in own for each in turn]) for own in by_network]
    print_asked({path.name: asked for path, asked in zip(model, told, strict=True)})


if __name__ == "__main__":
    main()
