"""The cells from which a head learns: all that show an object, and some of the many that do not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from ...networks.convert.cell_maps import Block, resampling
from ...records import FloatArray
from ..records import Rows
from .input_size import InputSize
from .targets import HARDLY, SHOWN, CellTargets

MOST_EMPTY = 40_000  # cells that show nothing, of all pictures together
MOST_SHOWN = 20_000  # cells near an object, of all pictures together
_NEAR = 0.3  # the bell from which on a cell tells how far an object reaches


@dataclass(frozen=True, slots=True, eq=False)
class CellSamples:
    """Cells to learn from: (n, channels) features and what they should answer.

    `bells` are (n, classes) and `ways` (n, 4) as in `CellTargets`, `nearness` (n,); `weights` (n,) say for
    how many cells each stands, and `pictures` (n,) of which picture it is.
    """

    features: FloatArray
    bells: FloatArray
    nearness: FloatArray
    ways: FloatArray
    weights: FloatArray
    pictures: Rows

    def at(self, rows: Rows) -> "CellSamples":
        """Some of them."""
        return CellSamples(
            self.features[rows], self.bells[rows], self.nearness[rows], self.ways[rows],
            self.weights[rows], self.pictures[rows],
        )  # fmt: skip


def features_of(maps: dict[int, FloatArray], blocks: Sequence[Block], size: InputSize) -> FloatArray:
    """(channels, rows, columns) of all blocks, one after another, with cells of the stride."""
    rows, columns = size.height // size.stride, size.width // size.stride
    return np.concatenate([_block(maps[each.map], each, rows, columns) for each in blocks])


def _block(cells: FloatArray, block: Block, rows: int, columns: int) -> FloatArray:
    there = cells.shape[1:]
    if there != (rows, columns):
        cells = resampling(rows, there[0]) @ cells @ resampling(columns, there[1]).T
    return blurred(cells) if block.blurred else cells


def blurred(cells: FloatArray) -> FloatArray:
    """Means over 3 by 3 cells; beyond the border its own cells go on."""
    means: FloatArray = ndimage.uniform_filter(cells, (0, 3, 3), mode="nearest")
    return means


def sampled(
    pictures: Iterable[tuple[int, FloatArray, CellTargets]], count: int, shown: int, seed: int
) -> CellSamples:
    """Choose cells of pictures.

    Args:
        pictures: Number, (channels, rows, columns) features and targets of each.
        count: How many pictures there are.
        shown: How many of their cells are near an object, about.
        seed: Of the choice.
    """
    generator = np.random.default_rng(seed)
    share = min(1.0, MOST_SHOWN / max(shown, 1))
    parts = [_sample(generator, *each, max(1, MOST_EMPTY // count), share) for each in pictures]
    return CellSamples(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _sample(
    generator: np.random.Generator,
    number: int,
    features: FloatArray,
    targets: CellTargets,
    empty: int,
    share: float,
) -> tuple[FloatArray, ...]:
    nearness = targets.nearness.ravel()
    near = np.flatnonzero(nearness >= HARDLY)
    far = np.flatnonzero(nearness < HARDLY)
    some = generator.choice(far, min(empty, len(far)), replace=False)
    if share < 1:
        near = near[generator.random(len(near)) < share]
    cells = np.concatenate([near, some])
    weights = np.full(len(cells), 1 / share, np.float32)
    weights[len(near) :] = len(far) / max(len(some), 1)
    classes = len(targets.bells)
    return (
        features.reshape(len(features), -1)[:, cells].T,
        targets.bells.reshape(classes, -1)[:, cells].T,
        nearness[cells],
        targets.ways.reshape(4, -1)[:, cells].T,
        weights,
        np.full(len(cells), number),
    )


def is_shown(samples: CellSamples, index: int) -> tuple[FloatArray, FloatArray]:
    """Whether each cell shows the middle of an object of a class, and how much that counts."""
    bells = samples.bells[:, index]
    shown = (bells >= SHOWN).astype(np.float32)
    return shown, np.where((bells >= HARDLY) & (bells < SHOWN), np.float32(0), samples.weights)


def tells_ways(samples: CellSamples) -> Rows:
    """The cells that tell how far their object reaches."""
    return np.flatnonzero(samples.nearness >= _NEAR)
