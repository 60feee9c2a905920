"""The exact map of a class, where a network's answer is a sum over places."""

from collections.abc import Sequence

import cv2
import numpy as np

from ..explanation.evidence import agreement, random_maps
from ..explanation.records import ControlKind, Evidence
from ..explanation.settings import ExplanationSettings
from ..networks.card import ModelCard
from ..networks.last_layer import LastLayer
from ..records import FloatArray, Image
from .stages.classify import CLASS_MAPS, FEATURES, Classifier

_NOISE = 8.0  # levels of 255, by which two pictures differ of which the maps must agree


class ClassMapper:
    """Asks a network what each place adds to a class.

    Where one class must win (softmax), that is what it adds to this one over the mean of all: what speaks
    for all alike says nothing.
    """

    def __init__(self, classifier: Classifier, head: LastLayer | None) -> None:
        """Take a network.

        Args:
            classifier: Answers with CLASS_MAPS, or with FEATURES.
            head: What makes classes of features; None where it answers with CLASS_MAPS.
        """
        self._classifier = classifier
        self._head = head

    def evidence(self, image: Image, index: int, settings: ExplanationSettings) -> Evidence:
        """The map of a class on a picture of the network's size, and how far two with some noise agree."""
        generator = np.random.default_rng(settings.seed)
        noisy = [_with_noise(image, generator) for _ in range(2)]
        heat, *others = (_enlarged(self.heat(each, index), image) for each in (image, *noisy))
        agree, looks = agreement(*others), 1 + len(others)
        if self._head is None:
            return Evidence(heat, agree, random_maps(heat, settings), ControlKind.RANDOM_MAP, looks)
        shuffled = [
            _enlarged(each, image) for each in self._shuffled(image, index, generator, settings.controls)
        ]
        return Evidence(heat, agree, tuple(shuffled), ControlKind.SHUFFLED_HEAD, looks + 1)

    @property
    def card(self) -> ModelCard:
        """What is known of the network."""
        return self._classifier.card

    def heat(self, image: Image, index: int) -> FloatArray:
        """What each place of a picture of the network's size adds to a class, (rows, columns)."""
        if self._head is None:
            return self._over_mean(self._classifier.output(image, CLASS_MAPS), index)
        features = self._classifier.output(image, FEATURES)
        return np.tensordot(self._over_mean(self._head.weights, index), features, 1)

    def _over_mean(self, classes: FloatArray, index: int) -> FloatArray:
        own: FloatArray = classes[index]
        return own if self._classifier.card.independent or len(classes) == 1 else own - classes.mean(0)

    def _shuffled(
        self, image: Image, index: int, generator: np.random.Generator, count: int
    ) -> Sequence[FloatArray]:
        """Maps by the class's weights given to other channels, as chance has it."""
        assert self._head is not None
        weights = self._over_mean(self._head.weights, index)
        features = self._classifier.output(image, FEATURES)
        return [np.tensordot(generator.permutation(weights), features, 1) for _ in range(count)]


def _with_noise(image: Image, generator: np.random.Generator) -> Image:
    return np.clip(np.rint(image + generator.normal(0, _NOISE, image.shape)), 0, 255).astype(np.uint8)


def _enlarged(values: FloatArray, image: Image) -> FloatArray:
    size = image.shape[1], image.shape[0]
    return np.asarray(cv2.resize(values, size, interpolation=cv2.INTER_LINEAR), np.float32)
