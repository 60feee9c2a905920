"""What a head of convolutions learns from: batches of changed pictures' maps, without end."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from ...jobs.parallel import in_order
from ...records import FloatArray, Image
from ...storage import images
from ..evaluation.boxed_pictures import BoxedPicture
from .augmentation import Lesson, changed, shrunk
from .input_size import InputSize
from .picture_maps import MapBackbone
from .targets import targets_of

TOGETHER = 16  # pictures of a batch
_AHEAD = 4  # batches
_MOST_KEPT = 1_000_000_000  # bytes of pictures in memory; the rest is read each time


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Maps of pictures, (n, rows, columns, channels) each, and what their cells should answer.

    `targets` are bells (n, rows, columns, classes), nearness (n, rows, columns) and ways
    (n, rows, columns, 4); see `CellTargets`.
    """

    maps: tuple[FloatArray, ...]
    targets: tuple[FloatArray, FloatArray, FloatArray]


class Shelf:
    """Pictures no larger than they are fed, in memory as far as there is room."""

    def __init__(self, size: InputSize) -> None:
        self._size = size
        self._kept: dict[Path, tuple[Image, float]] = {}
        self._bytes = 0

    def lesson(self, picture: BoxedPicture) -> Lesson:
        """A picture with its boxes.

        Raises:
            InputError: It cannot be read.
        """
        image, scale = self._kept.get(picture.path) or self._read(picture.path)
        return Lesson(image, picture.truth.boxes * np.float32(scale), picture.truth.classes)

    def _read(self, path: Path) -> tuple[Image, float]:
        found = shrunk(images.read_picture(path), self._size)
        if self._bytes < _MOST_KEPT:
            self._kept[path] = found
            self._bytes += found[0].nbytes
        return found


@contextmanager
def batches(
    pictures: Sequence[BoxedPicture], classes: int, backbone: MapBackbone, seed: int
) -> Iterator[Iterator[Batch]]:
    """Batches without end, in which each picture comes once in a round; a thread makes them."""
    shelf = Shelf(backbone.size)

    def made(rows_and_seed: tuple[list[int], int]) -> Batch:
        rows, own = rows_and_seed
        generator = np.random.default_rng((seed, own))
        chosen = [changed(shelf.lesson(pictures[row]), backbone.size, generator) for row in rows]
        return batch_of(chosen, classes, backbone)

    with ThreadPoolExecutor(1, "lessons") as pool:

        def begin(rows_and_seed: tuple[list[int], int]) -> Future[Batch]:
            return pool.submit(made, rows_and_seed)

        yield in_order(begin, Future.result, _rounds(len(pictures), seed), _AHEAD)


def _rounds(count: int, seed: int) -> Iterator[tuple[list[int], int]]:
    rows = _rows(count, np.random.default_rng(seed))
    number = 0
    while True:
        yield list(islice(rows, TOGETHER)), number
        number += 1


def _rows(count: int, generator: np.random.Generator) -> Iterator[int]:
    while True:
        yield from map(int, generator.permutation(count))


def batch_of(chosen: Sequence[Lesson], classes: int, backbone: MapBackbone) -> Batch:
    """What is learned from pictures that are as large as they are fed."""
    targets = [targets_of(each.boxes, each.classes, classes, backbone.size) for each in chosen]
    return Batch(
        maps_of([each.image for each in chosen], backbone),
        (
            np.stack([each.bells.transpose(1, 2, 0) for each in targets]),
            np.stack([each.nearness for each in targets]),
            np.stack([each.ways.transpose(1, 2, 0) for each in targets]),
        ),
    )


def maps_of(views: Sequence[Image], backbone: MapBackbone) -> tuple[FloatArray, ...]:
    """(n, rows, columns, channels) of each map."""
    apart = [backbone.apart(backbone.look(each)) for each in views]
    return tuple(np.stack([each[number].transpose(1, 2, 0) for each in apart]) for number in backbone.chosen)
