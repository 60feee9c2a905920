"""What is on a picture: the classes of a network and how likely each is."""

from collections.abc import Mapping, Sequence

import numpy as np

from ...networks.card import ModelCard
from ...networks.class_labels import ClassLabel
from ...networks.preprocess import preprocess
from ...networks.runtime import Network
from ...records import FloatArray, Image
from ..records import Answer, Classification
from .fit import fitted

PROBABILITY, NEARNESS = "probability", "nearness"
CLASS_MAPS, FEATURES = "classmap", "map"
"""Outputs (n, classes, rows, columns), whose mean over places and a bias is each class's logit; and
(n, channels, rows, columns), the mean of which is what the classes are told by.
"""
_USUAL_LIMIT = 0.5


class Classifier:
    """Asks a network what is on pictures; several threads may."""

    def __init__(
        self,
        name: str,
        card: ModelCard,
        labels: Sequence[ClassLabel],
        network: Network,
        outputs: Mapping[str, int],
    ) -> None:
        """Take a network.

        Args:
            name: What the user calls it.
            card: What is known of it.
            labels: Its classes in their order.
            network: Answers with (n, classes) for each output.
            outputs: The places among its answers of PROBABILITY and, where they are, of NEARNESS, CLASS_MAPS
                and FEATURES.
        """
        self.name = name
        self.card = card
        self.labels = tuple(labels)
        self._network = network
        self._outputs = dict(outputs)

    def classify(self, images: Sequence[Image]) -> list[Classification]:
        """Say what is on pictures, all in one batch.

        Args:
            images: (height, width, 3) uint8 BGR, each of any size.
        """
        return self.classify_fitted([fitted(image, self.card) for image in images])

    def classify_fitted(self, images: Sequence[Image]) -> list[Classification]:
        """As `classify`, of pictures that are as large as the network takes them (`fit.fitted`)."""
        if not images:
            return []
        answers = self._network.run(preprocess(images, self.card))
        probabilities = answers[self._outputs[PROBABILITY]]
        place = self._outputs.get(NEARNESS)
        nearest = [None] * len(images) if place is None else answers[place].max(1).tolist()
        return [Classification(np.array(row), near) for row, near in zip(probabilities, nearest, strict=True)]

    def has(self, output: str) -> bool:
        """Whether the network answers with this, too."""
        return output in self._outputs

    def output(self, image: Image, output: str) -> FloatArray:
        """What the network answers besides, for one picture that is as large as the network takes it."""
        answers = self._network.run(preprocess([image], self.card))
        found: FloatArray = answers[self._outputs[output]][0]
        return found

    def knows(self, found: Classification) -> bool:
        """Whether a picture shows something that the network knows."""
        least = self.card.least_nearness
        near = least is None or found.nearness is None or found.nearness >= least
        return near and (not self.card.independent or bool(self.counting(found)))

    def counting(self, found: Classification) -> list[int]:
        """The classes that are there, the likeliest first.

        It is the likeliest alone, unless classes are independent: then all that reach their limits.
        """
        if not self.card.independent:
            return found.best(1)
        return [
            index
            for index in found.best(len(self.labels))
            if found.probabilities[index] >= (self.labels[index].limit or _USUAL_LIMIT)
        ]

    def answers(self, found: Classification, top: int) -> tuple[Answer, ...]:
        """So many likeliest classes with their labels."""
        return tuple(
            Answer(index, self.labels[index].label, float(found.probabilities[index]))
            for index in found.best(top)
        )
