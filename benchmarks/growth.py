"""How long the first run over many pictures takes, and a complementary one after a few new pictures.

`python -m benchmarks.growth --faces FOLDER` makes up persons from the pictures in FOLDER (PERSON/...),
each seen a little differently every time, and works in a temporary folder. Times are given for each
step, for the training grows with the square of the number of persons and the other steps do not.
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import click
import cv2
import numpy as np

from benchmarks.figures import Figure
from svod_rcgn.faces import prepare
from svod_rcgn.faces.settings import FULL_RUN, Paths, PrepareSettings
from svod_rcgn.records import Image
from svod_rcgn.storage import images

SIDE = 256


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds of one run and of the training in it, and how many of the pictures were used."""

    whole: float
    training: float
    used: int
    pictures: int


@dataclass(frozen=True, slots=True)
class Growth:
    """A run over all pictures of so many persons, and one after `new` more."""

    persons: int
    pictures: int
    new: int
    first: Times
    second: Times

    @property
    def ratio(self) -> float:
        """The second run's time over the first one's."""
        return self.second.whole / self.first.whole

    @property
    def ratio_without_training(self) -> float:
        """The same of aligning and embedding."""
        return (self.second.whole - self.second.training) / (self.first.whole - self.first.training)


def make_faces(source: Path, target: Path, persons: int, each: int, first: int = 0, side: int = SIDE) -> None:
    """Write `each` pictures of each person, numbered from `first`, of about `side` x `side` pixels."""
    originals = [images.read_picture(path) for path in sorted(source.rglob("*")) if images.is_picture(path)]
    for person in range(persons):
        look = np.random.default_rng(person)
        base = _somebody(originals, look, side)
        for number in range(first, first + each):
            seen = _seen_differently(base, np.random.default_rng([person, number]))
            path = target / f"P{person:04}" / f"{number:03}.jpg"
            path.parent.mkdir(parents=True, exist_ok=True)
            cv2.imwrite(str(path), seen)


def _somebody(originals: list[Image], look: np.random.Generator, side: int) -> Image:
    """One of the pictures, mirrored or not, in proportions and colours of its own."""
    image = cv2.resize(originals[look.integers(len(originals))], (side, side))
    wide = cv2.resize(image, (int(side * look.uniform(0.8, 1.25)), side))
    tinted = wide[:, :: look.choice([-1, 1])] * look.uniform(0.75, 1.1, 3)
    return np.clip(tinted, 0, 255).astype(np.uint8)


def _seen_differently(image: Image, view: np.random.Generator) -> Image:
    """Turned, scaled, in another light and with noise."""
    height, width = image.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), view.uniform(-8, 8), view.uniform(0.85, 1.1))
    turned = cv2.warpAffine(image, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)
    noisy = turned * view.uniform(0.7, 1.2) + view.normal(0, 4, turned.shape)
    return np.clip(noisy, 0, 255).astype(np.uint8)


@contextmanager
def _timed_training(*, left_out: bool) -> Iterator[list[float]]:
    seconds: list[float] = []
    train = prepare.update.update_classifiers
    untaught = SimpleNamespace(reasons={}, persons=[], report=None, comparison=None)

    def timed(*arguments: Any, **options: Any) -> Any:
        begun = time.perf_counter()
        try:
            return untaught if left_out else train(*arguments, **options)
        finally:
            seconds.append(time.perf_counter() - begun)

    with patch.object(prepare.update, "update_classifiers", timed):
        yield seconds


def measure(paths: Paths, settings: PrepareSettings, *, left_out: bool) -> Times:
    """Learn once."""
    begun = time.perf_counter()
    with _timed_training(left_out=left_out) as training:
        result = prepare.prepare(paths, "CPU", lambda items, _: items, settings)
    whole = time.perf_counter() - begun
    return Times(whole, sum(training), len(result.index.used), len(result.index.pictures))


def grow(faces: Path, persons: int, each: int, new: int, *, without_training: bool = False) -> Growth:
    """Learn made-up persons with `each` pictures, and then `new` more pictures of as many persons."""
    new = min(new, persons)
    with tempfile.TemporaryDirectory() as folder:
        paths = Paths(
            input_dir=Path(folder, "faces"),
            aligned_dir=Path(folder, "aligned"),
            classifiers_dir=Path(folder, "classifiers"),
        )
        make_faces(faces, paths.input_dir, persons, each)
        first = measure(paths, FULL_RUN, left_out=without_training)
        make_faces(faces, paths.input_dir, new, 1, first=each)
        more = PrepareSettings(complementary_align=True, complementary_train=True)
        second = measure(paths, more, left_out=without_training)
    return Growth(persons, persons * each, new, first, second)


def figures(growth: Growth) -> list[Figure]:
    """What is to be told of it."""
    part = f"complementary run after {growth.new} of {growth.pictures} pictures"
    ratios = growth.ratio, growth.ratio_without_training
    names = "time / that of the first run", "the same without training"
    return [Figure(part, name, "", (ratio,)) for name, ratio in zip(names, ratios, strict=True)]


def print_growth(growth: Growth) -> None:
    """Show both runs and how they compare."""
    print(f"first run over {growth.pictures} pictures of {growth.persons} persons: {_told(growth.first)}")
    print(f"complementary run after {growth.new} new pictures: {_told(growth.second)}")
    print(f"second / first: {growth.ratio:.3f}, without training {growth.ratio_without_training:.3f}")


def _told(times: Times) -> str:
    used = f"{times.used} of {times.pictures} pictures used"
    return f"{times.whole:.1f} s, of which training {times.training:.1f} s; {used}"


@click.command()
@click.option("--faces", required=True, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--persons", default=500, show_default=True)
@click.option("--pictures", "each", default=20, show_default=True, help="Pictures of each person.")
@click.option("--new", default=10, show_default=True, help="Pictures added before the second run.")
@click.option("--without_training", is_flag=True, help="Align and embed only.")
def main(faces: Path, persons: int, each: int, new: int, without_training: bool) -> None:
    """Measure growth."""
    print_growth(grow(faces, persons, each, new, without_training=without_training))


if __name__ == "__main__":
    main()
