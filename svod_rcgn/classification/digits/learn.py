"""How digits are learned from those that a package carries, and how good that is on those held out."""

import gzip
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from ...errors import ModelError
from ...geometry import unit_rows
from ...networks.card import write_card
from ...networks.class_labels import ClassLabel, write_labels
from ...networks.entries import ModelEntry
from ...records import FloatArray, Image
from ...reports.proportions import Proportion, proportion
from ...storage import files
from . import convnet, learned_from
from .convnet import Convolution, Shape, Weights
from .distort import IntArray, batches
from .glyphs import SIDE, normalised
from .learned_from import LearnedFrom
from .negatives import negatives
from .segment import find_parts

REPORT = "report.json"
HELD_OUT = "held_out.npz"  # the digits that were not learned from, by which a network can be tried again
_WHITE = 255
_SMOOTHING = 0.05
SHAPE = Shape(
    SIDE,
    (Convolution(16, 5, 2, 2), Convolution(32, 3, 1, 1), Convolution(48, 3, 2, 1), Convolution(48, 3)),
    128,
    10,
)


@dataclass(frozen=True, slots=True)
class LearningSettings:
    """How long is learned, and on how many.

    Every `held_out`-th digit of each class is held out. The limit of nearness is the `refused` quantile of
    those, so that this share of digits is called none. For each digit so many `negatives` are made. Less
    than `least` of the digits held out right is no network.
    """

    epochs: int = 30
    batch: int = 64
    held_out: int = 10
    refused: float = 0.005
    negatives: float = 0.3
    least: float = 0.95
    seed: int = 0


LEARNING = LearningSettings()


@dataclass(frozen=True, slots=True, eq=False)
class Digits:
    """Digits as they were written, (n, 28, 28) uint8, light on dark, and what each is, (n,) 0..9."""

    pictures: Image
    labels: IntArray

    def __len__(self) -> int:
        """How many."""
        return len(self.labels)

    @property
    def framed(self) -> Image:
        """Each in its frame, found as on any picture, so that it is learned as it will be asked."""
        return np.stack([_framed(each) for each in self.pictures])


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """A network of SHAPE, the mean embedding of each class, and how it fares on the digits held out.

    `taught` are the digits that it was learned from, in their frame.
    """

    weights: Weights
    means: FloatArray
    accuracy: Proportion
    least_nearness: float
    taught: Digits


@dataclass(frozen=True, slots=True)
class Report:
    """How many digits were learned, and how many of those held out are told rightly."""

    learned: int
    accuracy: Proportion
    least_nearness: float


def make_digits(entry: ModelEntry, scratch: Path, fresh: Path) -> None:
    """Fill a folder with a network that is trained now; see `install.convert_entry`.

    Raises:
        ModelError: The file holds something else, or too little was learned.
    """
    digits = read_digits(scratch / entry.parcel.items[0].path)
    learned = learn(digits)
    write(learned.weights, [learned.means], fresh / entry.card.file)
    write_labels(fresh, tuple(ClassLabel(str(digit)) for digit in range(10)))
    report = Report(len(digits) - learned.accuracy.trials, learned.accuracy, learned.least_nearness)
    files.write_record(fresh / REPORT, report)
    held = split(digits, LEARNING.held_out)[1]
    np.savez_compressed(fresh / HELD_OUT, pictures=held.pictures, labels=held.labels)
    taught = learned.taught
    learned_from.write(fresh, LearnedFrom(taught.pictures, taught.labels, learned.weights))
    write_card(fresh, replace(entry.card, least_nearness=round(learned.least_nearness, 4)))


def read_digits(path: Path) -> Digits:
    """Read a gzipped table of a digit a line: 784 levels 0..255, and what it is.

    Raises:
        ModelError: It holds something else.
    """
    try:
        lines = gzip.decompress(path.read_bytes()).splitlines() or [b"nothing"]
        numbers = np.loadtxt(lines, delimiter=",", dtype=np.float32, ndmin=2)
    except (OSError, ValueError, EOFError, zlib.error) as error:
        raise ModelError(f"{path.name}: not a table of digits ({error})") from error
    if numbers.shape[1:] != (SIDE * SIDE + 1,) or not np.isin(numbers[:, -1], range(10)).all():
        raise ModelError(f"{path.name}: not a table of digits, 784 levels and a digit a line")
    pictures = numbers[:, :-1].reshape(-1, SIDE, SIDE)
    if not (pictures.max((1, 2)) > 0).all() or not ((pictures >= 0) & (pictures <= _WHITE)).all():
        raise ModelError(f"{path.name}: holds levels other than 0 to 255, or an empty digit")
    return Digits(pictures.astype(np.uint8), numbers[:, -1].astype(np.int64))


def split(digits: Digits, every: int) -> tuple[Digits, Digits]:
    """Those to learn from, and every so-many-th of each class, which is held out."""
    held = np.zeros(len(digits), bool)
    for digit in range(10):
        held[np.flatnonzero(digits.labels == digit)[::every]] = True
    return (
        Digits(digits.pictures[~held], digits.labels[~held]),
        Digits(digits.pictures[held], digits.labels[held]),
    )


def learn(digits: Digits, settings: LearningSettings = LEARNING) -> Learned:
    """Learn from all digits but those held out, and ask for these.

    Raises:
        ModelError: Too few of them are told rightly.
    """
    taught, held = split(digits, settings.held_out)
    steps = round(settings.epochs * (1 + settings.negatives) * len(taught) / settings.batch)
    framed = taught.framed
    others = negatives(framed, taught.labels, round(settings.negatives * len(taught)), settings.seed)
    changed = batches(
        np.concatenate([framed, others]), wished(taught.labels, len(others)), settings.batch, settings.seed
    )
    weights = convnet.train(SHAPE, convnet.begin(SHAPE, settings.seed), changed, steps)
    means = means_of(weights, framed, taught.labels)
    asked = embed(weights, held.framed)
    right = (asked @ weights.kernels[-1] + weights.biases[-1]).argmax(1) == held.labels
    accuracy = proportion(int(right.sum()), len(held))
    if accuracy is None or accuracy.share < settings.least:
        raise ModelError(f"of {len(held)} digits held out only {int(right.sum())} are told; try --force")
    near = (unit_rows(asked) @ unit_rows(means).T).max(1)
    limit = float(np.quantile(near, settings.refused))
    return Learned(weights, means, accuracy, limit, Digits(framed, taught.labels))


def means_of(weights: Weights, framed: Image, labels: IntArray) -> FloatArray:
    """The mean embedding of each class, (10, length); of each there is at least one digit."""
    known = unit_rows(embed(weights, framed))
    return np.stack([known[labels == digit].mean(0) for digit in range(10)])


def _framed(digit: Image) -> Image:
    parts = find_parts(cv2.cvtColor(digit, cv2.COLOR_GRAY2BGR))  # type: ignore[arg-type]
    whole = np.asarray(digit / 255, np.float32)
    return normalised(parts[0].ink if parts and len(parts) == 1 else whole)


def wished(labels: IntArray, negatives: int) -> FloatArray:
    """Nearly all for what a digit is (Szegedy et al., 2016), and for what is none the same for each."""
    sure = np.eye(10, dtype=np.float32)[labels] * (1 - _SMOOTHING) + np.float32(_SMOOTHING / 10)
    return np.concatenate([sure, np.full((negatives, 10), 0.1, np.float32)])


def embed(weights: Weights, pictures: Image) -> FloatArray:
    """Embeddings of digits in their frame, (n, 28, 28) uint8."""
    parts = np.array_split(pictures, max(1, len(pictures) // 500))
    return np.concatenate(
        [convnet.embed(SHAPE, weights, np.asarray(part[..., None] / 255, np.float32)) for part in parts]
    )


def write(weights: Weights, means: Sequence[FloatArray], target: Path) -> None:
    """Write the network as OpenVINO's IR; see `small_convnet.Head` for `means`."""
    from ...networks.convert import small_convnet

    parts = zip(SHAPE.convolutions, weights.kernels, weights.biases, strict=False)
    layers = [small_convnet.Layer(kernel, bias, conv.stride, conv.padding) for conv, kernel, bias in parts]
    head = small_convnet.Head(
        (weights.kernels[-2], weights.biases[-2]), (weights.kernels[-1], weights.biases[-1]), means
    )
    small_convnet.write(SIDE, layers, head, target)
