"""From an embedding to a name, or to unknown."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..classifier_set import ClassifierSet
from ..entities import FloatArray, Match
from ..geometry import unit_rows


class FaceClassifier:
    """Names a face when three judges agree and the likeness is great enough.

    The judges are the nearest class mean by cosine, the SVM and the nearest picture (kNN). Where they
    disagree, two people look alike in this picture, and the answer is unknown rather than a guess.
    """

    def __init__(self, classifiers: ClassifierSet) -> None:
        self._persons = classifiers.persons
        self._svm = classifiers.svm
        self._knn = classifiers.knn
        self._decision = classifiers.decision
        self._means = class_means(classifiers.embeddings, classifiers.labels, len(classifiers.persons))

    @property
    def people(self) -> Mapping[str, Mapping[str, Any]]:
        """What is known of each person, by the name that is shown."""
        return {person.name: person.fields for person in self._persons}

    def classify(self, embeddings: FloatArray) -> tuple[Match, ...]:
        """Say who each face is.

        Args:
            embeddings: (n, length) float32, rows of unit length; n may be 0.
        """
        if not len(embeddings):
            return ()
        cosines = embeddings @ self._means.T
        nearest = cosines.argmax(axis=1)
        agreed = (nearest == self._svm.predict(embeddings)) & (nearest == self._knn.predict(embeddings))
        best = cosines[np.arange(len(nearest)), nearest]
        return tuple(
            self._match(int(label), float(cosine), bool(sure))
            for label, cosine, sure in zip(nearest, best, agreed, strict=True)
        )

    def _match(self, label: int, cosine: float, agreed: bool) -> Match:
        name = self._persons[label].name
        known = agreed and cosine >= self._decision.limit
        score = 1 / (1 + np.exp(-self._decision.slope * (cosine - self._decision.midpoint)))
        return Match(name if known else None, float(score), cosine, name)


def class_means(embeddings: FloatArray, labels: np.ndarray[Any, Any], classes: int) -> FloatArray:
    """The mean embedding of each class, scaled to unit length: (classes, length) float32."""
    sums = np.zeros((classes, embeddings.shape[1]), np.float32)
    np.add.at(sums, labels, embeddings)
    return unit_rows(sums)
