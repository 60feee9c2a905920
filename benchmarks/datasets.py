"""How datasets grow: what opening, adding, listing, splitting, undoing and features cost.

    python -m benchmarks.datasets [--pictures 1000 --pictures 100000 ...]

The pictures that lie there are made up: their looks and tags are written as adding writes them, but not
their files. Those that are added and timed are real ones. `cpu` is the processor's time of this process,
which other work on the machine does not change much; `wall` is what somebody waits, the disk included.
"""

import hashlib
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import click
import cv2
import numpy as np
from rich.console import Console
from rich.table import Table

from svod_rcgn.datasets.collection import Dataset, create_dataset, open_dataset
from svod_rcgn.datasets.features import FeatureKey
from svod_rcgn.datasets.journal import Fact
from svod_rcgn.datasets.labels import Labels
from svod_rcgn.datasets.likeness import GRADIENT_BYTES, THUMBNAIL_BYTES
from svod_rcgn.datasets.records import NewPicture
from svod_rcgn.storage.images import PictureFile

NAME = "made up"
CLASSES = 50
TOGETHER = 200  # pictures an act, as adding has them
LENGTH = 1280  # of a feature vector
REPEATS = 9
KEY = FeatureKey("0" * 64, "pooled", "CPU", "bf16", (224, 224), "none")


@dataclass(frozen=True, slots=True)
class Cost:
    """What one piece of work costs: milliseconds of the processor and of the clock, in the median."""

    work: str
    cpu: float
    wall: float


@dataclass(frozen=True, slots=True)
class Limit:
    """The most milliseconds of the processor that a piece of work may cost with so many pictures."""

    pictures: int
    work: str
    most: float


LIMITS = (
    Limit(100_000, "open", 50),
    Limit(100_000, "add one picture", 60),
    Limit(100_000, "list the hashes of all", 1000),
    Limit(100_000, "list all", 5000),
    Limit(100_000, "list a window of 100", 50),
    Limit(100_000, "features of all", 5000),
)


def photograph(number: int) -> bytes:
    """A JPEG of 640 by 480 pixels that no other number gives."""
    patches = np.random.default_rng(number).integers(0, 256, (24, 32, 3), np.uint8)
    return bytes(cv2.imencode(".jpg", cv2.resize(patches, (640, 480), interpolation=cv2.INTER_CUBIC))[1])


def new_picture(number: int) -> NewPicture:
    """A photograph with a tag."""
    name = f"new-{number}.jpg"
    return NewPicture(
        name, partial(PictureFile, name, photograph(number)), yes=(f"class {number % CLASSES}",)
    )


def fill(dataset: Dataset, pictures: int) -> None:
    """Write what adding so many pictures writes, apart from the files."""
    for first in range(0, pictures, TOGETHER):
        _fill(dataset, range(first, min(first + TOGETHER, pictures)))


def _fill(dataset: Dataset, numbers: Sequence[int]) -> None:
    with dataset._database.transaction() as connection:
        connection.executemany(
            "INSERT INTO pictures (hash, suffix, bytes, width, height, sharpness, gradients, thumbnail) "
            "VALUES (?, '.jpg', 100000, 640, 480, 100, ?, ?)",
            map(_row, numbers),
        )
        labels = Labels(dataset._database.rows, "state")
        classes = [labels.number_for(connection, f"class {number}") for number in range(CLASSES)]
        facts = [fact for number in numbers for fact in _facts(number, classes[number % CLASSES])]
        dataset._journal.append(connection, "add", f"{len(numbers)} pictures from nowhere", facts)


def _facts(number: int, label: int) -> Iterator[Fact]:
    picture = number + 1
    yield Fact("picture", f"made-up-{number}.jpg", picture)
    yield Fact("hidden", None, picture)
    yield Fact("shooting", f"shooting {number // 5}", picture)
    yield Fact("tag", 1, picture, label)
    yield Fact("class", 1, item=label)


def digest_of(number: int) -> str:
    """The hash of a made-up picture."""
    return hashlib.sha256(str(number).encode()).hexdigest()


def _row(number: int) -> tuple[str, bytes, bytes]:
    chance = np.random.default_rng(number)
    return digest_of(number), chance.bytes(GRADIENT_BYTES), chance.bytes(THUMBNAIL_BYTES)


def timed(work: str, do: Callable[[int], Any], repeats: int = REPEATS) -> Cost:
    """Do something several times; it is told which time it is."""
    costs = []
    for each in range(repeats):
        cpu, wall = time.process_time(), time.perf_counter()
        do(each)
        costs.append((time.process_time() - cpu, time.perf_counter() - wall))
    cpus, walls = zip(*costs, strict=True)
    return Cost(work, 1000 * float(np.median(cpus)), 1000 * float(np.median(walls)))


def measure(root: Path, pictures: int) -> list[Cost]:
    """Fill a dataset and measure all kinds of work on it."""
    with closing(create_dataset(root, NAME, "nobody")) as dataset:
        fill(dataset, pictures)
    costs = [timed("open", lambda _: open_dataset(root, NAME, "nobody").close())]
    with closing(open_dataset(root, NAME, "nobody")) as dataset:
        hashes = [digest_of(number) for number in range(pictures)]
        costs.append(timed("add the first picture", lambda _: dataset.add([new_picture(0)], "here"), 1))
        costs.append(timed("add one picture", lambda each: dataset.add([new_picture(1 + each)], "here")))
        hundred = [new_picture(1000 + each) for each in range(100)]
        costs.append(timed("add 100 pictures", lambda _: dataset.add(hundred, "here"), 1))
        costs.append(timed("tag one picture", lambda each: dataset.tag([hashes[each]], ["class 1"])))
        costs.append(timed("undo the last act", lambda _: dataset.undo()))
        costs.append(timed("undo adding 200 pictures", lambda _: dataset.undo(1), 1))
        costs.append(timed("redo adding 200 pictures", lambda _: dataset.undo(dataset.state), 1))
        costs += [*_reading(dataset, hashes), *_features(dataset, hashes)]
    return costs


def _reading(dataset: Dataset, hashes: Sequence[str]) -> Iterator[Cost]:
    window = hashes[len(hashes) // 2 :][:100]
    yield timed("list the hashes of all", lambda _: dataset.hashes(), 3)
    yield timed("list a window of 100", lambda _: dataset.pictures(window))
    yield timed("list all", lambda _: dataset.pictures(), 3)
    yield timed("count classes", lambda _: dataset.classes(), 3)
    yield timed("split", lambda _: dataset.split(0.2), 3)
    yield timed("look at a past state", lambda _: dataset.pictures(at=dataset.state // 2), 1)
    yield timed("replay the journal", lambda _: dataset.rebuild(), 1)


def _features(dataset: Dataset, hashes: Sequence[str]) -> Iterator[Cost]:
    rows = np.random.default_rng(0).standard_normal((64, LENGTH), np.float32)
    yield timed(
        "keep features of all",
        lambda _: dataset.features(KEY).of(hashes, lambda batch: rows[: len(batch)]),
        1,
    )
    yield timed("features of all", lambda _: dataset.features(KEY).of(hashes, _never), 3)


def _never(_: Sequence[str]) -> np.ndarray:
    raise AssertionError("all are there")


def broken(pictures: int, costs: Sequence[Cost]) -> list[Limit]:
    """The limits that do not hold."""
    found = {each.work: each.cpu for each in costs}
    return [each for each in LIMITS if each.pictures == pictures and found[each.work] > each.most]


@click.command()
@click.option("--pictures", "sizes", type=click.IntRange(min=200), multiple=True, default=(1000, 100_000))
def main(*, sizes: Sequence[int]) -> None:
    """Measure, print, and exit with 1 where a limit does not hold."""
    table = Table("work", *(f"{size:,}: {what} ms" for size in sizes for what in ("cpu", "wall")))
    columns = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            columns.append(measure(Path(folder), size))
    for row in zip(*columns, strict=True):
        table.add_row(row[0].work, *(f"{value:.1f}" for each in row for value in (each.cpu, each.wall)))
    Console().print(table)
    failed = [limit for size, costs in zip(sizes, columns, strict=True) for limit in broken(size, costs)]
    for limit in failed:
        print(f"over the limit: {limit.work} with {limit.pictures:,} pictures, {limit.most:g} ms")
    raise SystemExit(bool(failed))


if __name__ == "__main__":
    main()
