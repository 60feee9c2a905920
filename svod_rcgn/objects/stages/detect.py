"""Where objects are on a picture."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

import cv2
import numpy as np

from ...networks.card import ModelCard
from ...networks.class_labels import ClassLabel
from ...networks.preprocess import preprocess
from ...networks.runtime import Network
from ...records import Box, FloatArray, Image
from ..records import Candidates, Detection, Limits, Rows
from ..settings import ObjectSettings
from .placed import placed

Decoder: TypeAlias = Callable[[Sequence[FloatArray], float], Candidates]
"""Reads candidates out of a network's outputs, from a score on; boxes in pixels of its input."""

_USUAL_LIMIT = 0.5
_LEAST_SIDE = 1.0  # pixels of the picture; a thinner box holds nothing
_MOST = 5000  # candidates, the surest; each is held against each


class ObjectDetector:
    """Asks a network what is where; several threads may."""

    def __init__(
        self,
        name: str,
        card: ModelCard,
        labels: Sequence[ClassLabel],
        network: Network,
        decode: Decoder,
        settings: ObjectSettings,
    ) -> None:
        """Take a network.

        Args:
            name: What the user calls it.
            card: What is known of it.
            labels: Its classes in their order, each with the score from which it counts.
            network: Answers one picture at a time.
            decode: Reads its answers.
            settings: Which objects are told.
        """
        self.name = name
        self.card = card
        self.labels = tuple(labels)
        self._network = network
        self._decode = decode
        self._settings = settings
        self._least = self._limits()
        self._overlap = card.overlap if settings.overlap is None else settings.overlap

    def telling(self, settings: ObjectSettings) -> "ObjectDetector":
        """The same network, of which other objects are told."""
        return ObjectDetector(self.name, self.card, self.labels, self._network, self._decode, settings)

    @property
    def limits(self) -> Limits:
        """What is left out."""
        told = self._least[np.isfinite(self._least)]
        return Limits(round(float(told.min()), 4), self._overlap, self._settings.most)

    @property
    def own_limits(self) -> tuple[float, ...]:
        """The score from which the network counts each of its classes, whatever is wished for."""
        return tuple(each.limit or _USUAL_LIMIT for each in self.labels)

    def detect(self, image: Image) -> tuple[Detection, ...]:
        """Every object of a picture, the surest first; see `tracking.motion.Detector`."""
        return self.told(self.chosen(self.candidates(image)))

    def candidates(self, image: Image, share: float = 1.0) -> Candidates:
        """What reaches its limit, or a share of it, in pixels of the picture; doubles are still there."""
        fed = placed(image, self.card)
        least = self._least * share
        found = self._decode(self.answers(fed.image), float(least.min()))
        found = found.at(found.scores >= least[found.classes])
        boxes = fed.back(found.boxes, image.shape)
        whole = (boxes[:, 2:] - boxes[:, :2] >= _LEAST_SIDE).all(1)
        return found._replace(boxes=boxes).at(whole)

    def answers(self, fed: Image) -> tuple[FloatArray, ...]:
        """What the network says of a picture that is as large as its input, nobody having read it yet."""
        return self._network.run(preprocess([fed], self.card))

    def chosen(self, found: Candidates) -> Candidates:
        """The surest, without doubles: of two boxes of a class that overlap too much the surer stays."""
        found = found.at(np.argsort(-found.scores, kind="stable")[:_MOST])
        if self._overlap is not None:
            found = found.at(without_doubles(found, self._overlap))
        return found.at(slice(self._settings.most))

    def sureness(self, found: Candidates) -> FloatArray:
        """Scores in limits of their classes, (n,): from 1 on an object counts."""
        sure: FloatArray = found.scores / self._least[found.classes]
        return sure

    def told(self, found: Candidates) -> tuple[Detection, ...]:
        """Candidates as records."""
        return tuple(
            Detection(Box(*map(float, box)), int(index), self.labels[index].label, float(score))
            for box, score, index in zip(*found, strict=True)
        )

    def _limits(self) -> FloatArray:
        """The least score of each class; infinite of those that are not asked for."""
        asked = self._settings
        return np.array(
            [
                np.inf if asked.labels and each.label not in asked.labels
                else each.limit or _USUAL_LIMIT if asked.score is None
                else asked.score
                for each in self.labels
            ],
            np.float32,
        )  # fmt: skip


def without_doubles(found: Candidates, overlap: float) -> Rows:
    """The rows of candidates that stay where of each class greedy non-maximum suppression drops the rest."""
    if not len(found.scores):
        return np.zeros(0, np.intp)
    spans = np.hstack([found.boxes[:, :2], found.boxes[:, 2:] - found.boxes[:, :2]]).astype(float)
    kept = cv2.dnn.NMSBoxesBatched(
        spans.tolist(), found.scores.tolist(), found.classes.tolist(), 0.0, overlap
    )
    return np.sort(np.asarray(kept, np.intp))
