"""From embeddings to classifiers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.dummy import DummyClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import LinearSVC

from .calibration import Calibration, calibrate
from .classifier_set import ClassifierSet, Person
from .entities import FloatArray
from .settings import TrainingSettings
from .stages.classification import Judges


@dataclass(frozen=True, slots=True, eq=False)
class Training:
    """Trained classifiers and how they fared on pictures that were left out."""

    classifiers: ClassifierSet
    calibration: Calibration


def train(
    persons: Sequence[Person],
    embeddings: FloatArray,
    labels: np.ndarray[Any, np.dtype[np.int64]],
    false_accept_rate: float = TrainingSettings().false_accept_rate,
) -> Training:
    """Train the classifiers of a gallery and set their limits.

    Args:
        persons: The classes, in the order of the labels; one is enough.
        embeddings: (n, length) float32, rows of unit length, at least one a person.
        labels: (n,) indices into `persons`.
        false_accept_rate: Share, 0..1, of strangers' single frames that may be named.
    """
    calibration = calibrate(embeddings, labels, _judges, false_accept_rate)
    svm, knn = _svm(embeddings, labels), _knn(embeddings, labels)
    classifiers = ClassifierSet(persons, embeddings, labels, svm, knn, calibration.decision)
    return Training(classifiers, calibration)


def _judges(embeddings: FloatArray, labels: np.ndarray[Any, Any]) -> Judges:
    return Judges(embeddings, labels, _svm(embeddings, labels), _knn(embeddings, labels))


def _svm(embeddings: FloatArray, labels: np.ndarray[Any, Any]) -> Any:
    """A linear SVM, one against the rest; a single class leaves it nothing to separate."""
    if len(np.unique(labels)) == 1:
        return DummyClassifier(strategy="most_frequent").fit(embeddings, labels)
    return LinearSVC(class_weight="balanced", random_state=0).fit(embeddings, labels)


def _knn(embeddings: FloatArray, labels: np.ndarray[Any, Any]) -> Any:
    """The nearest picture; more neighbours would pull names to the person with more pictures."""
    return KNeighborsClassifier(n_neighbors=1, algorithm="brute").fit(embeddings, labels)
