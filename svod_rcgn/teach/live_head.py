"""What was learned, asked of an embedding that is at hand: the same numbers as the network that is written.

It is put in place of another between two pictures at no cost, since nothing has to be compiled.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ..classification.records import Classification
from ..geometry import unit_rows
from ..networks.class_labels import ClassLabel
from ..networks.convert.linear_head import LinearHead
from ..records import FloatArray

_DIGITS = 4


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """What embeddings are told to be: (n, classes) probabilities, 0..1, and (n,) nearness, -1..1."""

    probabilities: FloatArray
    nearness: FloatArray

    def of(self, row: int) -> Classification:
        """What is told of one."""
        return Classification(self.probabilities[row], float(self.nearness[row]))


@dataclass(frozen=True, slots=True)
class Guess:
    """What a picture is taken for: the likeliest class with its probability, 0..1; not `known`, no class.

    `doubt`, 0..1, is how uncertain that is.
    """

    label: str
    probability: float
    known: bool
    doubt: float


@dataclass(frozen=True, slots=True, eq=False)
class LiveHead:
    """A head, its classes, and the nearness below which a picture shows none of them; None for no limit."""

    head: LinearHead
    labels: tuple[ClassLabel, ...]
    least_nearness: float | None

    def judge(self, embeddings: FloatArray) -> Judged:
        """What embeddings (n, length) are told to be."""
        head = self.head
        logits = embeddings @ head.weights + head.biases
        own = logits[:, : head.classes]
        probabilities = _sigmoid(own) if head.independent else _softmax(own)
        usual = unit_rows(np.minimum(embeddings, np.float32(head.ceiling)))
        nearness = usual @ head.means.T
        if logits.shape[1] > head.classes:
            nearness = nearness * _sigmoid(-logits[:, head.classes :])
        return Judged(probabilities.astype(np.float32), nearness.max(1))

    def doubts(self, judged: Judged) -> FloatArray:
        """How uncertain answers are, (n,) 0..1: 1 where a picture shows none of the classes.

        Where one class must win, 1 less what the likeliest has before the next (the margin of Scheffer,
        Decomain, Wrobel, "Active hidden Markov models for information extraction", 2001); else how near the
        most doubtful class is to an even chance.
        """
        shares = np.sort(judged.probabilities, 1)
        if self.head.independent:
            doubts = (1 - np.abs(2 * shares - 1)).max(1)
        else:
            doubts = 1 - (shares[:, -1] - (shares[:, -2] if shares.shape[1] > 1 else 0))
        if self.least_nearness is not None:
            doubts = np.where(judged.nearness < self.least_nearness, 1, doubts)
        return np.asarray(doubts, np.float32)

    def guesses(self, embeddings: FloatArray) -> Iterator[Guess]:
        """What pictures are taken for, by their embeddings (n, length)."""
        judged = self.judge(embeddings)
        for row, doubt in enumerate(self.doubts(judged).tolist()):
            seen = judged.of(row)
            (best,) = seen.best(1)
            share = round(float(seen.probabilities[best]), _DIGITS)
            yield Guess(self.labels[best].label, share, self.knows(seen), round(doubt, _DIGITS))

    def knows(self, found: Classification) -> bool:
        """Whether a picture is near enough to any class."""
        least, near = self.least_nearness, found.nearness
        return least is None or near is None or near >= least

    def class_map(self, cells: FloatArray, index: int) -> FloatArray:
        """What each place of a map (length, rows, columns) gives to a class, 0..1 of what the most gives.

        Where one class must win, it is what a place gives to this one over the mean of all.
        """
        weights = self.head.weights[:, : self.head.classes]
        own: FloatArray = weights[:, index]
        if not self.head.independent and self.head.classes > 1:
            own = own - weights.mean(1)
        given = np.maximum(np.tensordot(own, cells, 1), 0)
        most = float(given.max())
        return np.asarray(given / most if most > 0 else given, np.float32)


def _softmax(logits: FloatArray) -> FloatArray:
    raised = np.exp(logits - logits.max(1, keepdims=True))
    shares: FloatArray = raised / raised.sum(1, keepdims=True)
    return shares


def _sigmoid(logits: FloatArray) -> FloatArray:
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -60, 60))), np.float32)
