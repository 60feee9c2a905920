"""What was learned, asked of an embedding that is at hand: the same numbers as the network that is written.

It is put in place of another between two pictures at no cost, since nothing has to be compiled.
"""

from dataclasses import dataclass

import numpy as np

from ..classification.records import Classification
from ..geometry import unit_rows
from ..networks.class_labels import ClassLabel
from ..networks.convert.linear_head import LinearHead
from ..records import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class LiveHead:
    """A head, its classes, and the nearness below which a picture shows none of them; None for no limit."""

    head: LinearHead
    labels: tuple[ClassLabel, ...]
    least_nearness: float | None

    def classify(self, embedding: FloatArray) -> Classification:
        """What an embedding (length,) is told to be."""
        head = self.head
        logits = embedding @ head.weights + head.biases
        own = logits[: head.classes]
        probabilities = _sigmoid(own) if head.independent else _softmax(own)
        usual = unit_rows(np.minimum(embedding, np.float32(head.ceiling))[None])[0]
        nearness = head.means @ usual
        if len(logits) > head.classes:
            nearness = nearness * _sigmoid(-logits[head.classes :])
        return Classification(probabilities.astype(np.float32), float(nearness.max()))

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
    raised = np.exp(logits - logits.max())
    shares: FloatArray = raised / raised.sum()
    return shares


def _sigmoid(logits: FloatArray) -> FloatArray:
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -60, 60))), np.float32)
